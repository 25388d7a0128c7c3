"""asyncio's Protocol on uvloop, an event loop in C."""
import asyncio

import uvloop


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def main():
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0, backlog=1024)
    print("listening on port", server.sockets[0].getsockname()[1])
    await server.serve_forever()


uvloop.run(main())
