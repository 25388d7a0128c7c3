"""Lesson 16: asyncio's streams. A coroutine for each client, as in lesson 15; the loop is asyncio's.

    python lessons/16_streams.py 6666                    in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

    python lessons/16_streams.py 6666 30                 the same: who is silent for 30 seconds is let go

New, over 11_asyncio: who is silent is let go; an end for each client, however it comes; and SIGINT and SIGTERM reach the loop.
Its weakness, kept on purpose: whoever is asked to stop doesn't wait for answers that are still on their way.
"""
import asyncio
import signal
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
limit = float(sys.argv[2]) if len(sys.argv) > 2 else None


async def serve(reader, writer):
    try:
        async with asyncio.timeout(limit) as patience:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()        # not before there is room: who doesn't read isn't read
                renew(patience)
    except OSError:                         # it broke off, or was silent: a TimeoutError is an OSError
        writer.transport.abort()            # nobody waits until the rest is sent
    finally:
        writer.close()


def renew(patience):
    """The time begins anew."""
    if limit is not None:
        patience.reschedule(asyncio.get_running_loop().time() + limit)


async def main():
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=128)
    print("listening on port", server.sockets[0].getsockname()[1])
    await stopped.wait()


asyncio.run(main())
