"""Lesson 16: asyncio's protocols. The same service in callbacks: the loop calls a method when something has happened.

    python lessons/16_protocol.py 6666                   in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

    python lessons/16_protocol.py 6666 30                the same: who is silent for 30 seconds is let go

New, over 16_streams: no coroutine for a client, and no buffer between it and the transport. An object for each client
keeps what must be remembered.
Its weakness, kept on purpose: a dialogue of several steps would be in pieces here (see lesson 15).
"""
import asyncio
import signal
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
limit = float(sys.argv[2]) if len(sys.argv) > 2 else None


class Echo(asyncio.Protocol):
    timer = None

    def connection_made(self, transport):
        self.transport = transport
        self.renew()

    def data_received(self, data):
        self.transport.write(data)          # at once what fits; the transport keeps the rest
        self.renew()

    def pause_writing(self):                # high water: too much is kept
        self.transport.pause_reading()

    def resume_writing(self):               # low water
        self.transport.resume_reading()

    def connection_lost(self, error):
        self.stop_the_time()

    def renew(self):
        self.stop_the_time()
        if limit is not None:
            self.timer = asyncio.get_running_loop().call_later(limit, self.transport.abort)

    def stop_the_time(self):
        if self.timer:
            self.timer.cancel()


async def main():
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(Echo, "127.0.0.1", port, backlog=128)
    print("listening on port", server.sockets[0].getsockname()[1])
    await stopped.wait()


asyncio.run(main())
