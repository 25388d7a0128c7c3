"""An echo server of asyncio's streams, as its documentation writes one."""
import asyncio


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=128)
    print("listening on port", server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
