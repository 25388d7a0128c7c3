"""Lesson 11, fifth way: asyncio, a loop that you don't write. Whatever a client says, it gets back.

    python lessons/11_asyncio.py 6666                    in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: a coroutine for each client. It reads like a thread, and all of them take turns in one loop, with one selector.
Its weakness, kept on purpose: the loop is out of sight (see 16).
"""
import asyncio
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666


async def serve(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()                # wait, if too much has not been sent yet
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=128)
    print("listening on port", server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
