"""Servers of every kind, for trials: well-made ones, and a loop into which a fault can be put."""

ENDS_WELL = """
    import signal, sys
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
"""

STREAMS = """
    import asyncio, sys
    limit = float(sys.argv[2]) if len(sys.argv) > 2 else None
    async def talk(reader, writer):
        try:
            while data := await asyncio.wait_for(reader.read(65536), limit):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, TimeoutError):
            pass
        finally:
            writer.close()
    async def main():
        async with await asyncio.start_server(talk, "127.0.0.1", 6666, backlog=128) as server:
            await server.serve_forever()
    asyncio.run(main())
"""

PROTOCOL = """
    import asyncio, signal
    class Echo(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport
        def data_received(self, data):
            self.transport.write(data)
        def pause_writing(self):
            self.transport.pause_reading()
        def resume_writing(self):
            self.transport.resume_reading()
    async def main():
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, over.set)
        await loop.create_server(Echo, "127.0.0.1", 6666, backlog=128)
        await over.wait()
    asyncio.run(main())
"""

SELECTORS = ENDS_WELL + """
    import selectors, socket
    from selectors import EVENT_READ, EVENT_WRITE
    selector, debts = selectors.DefaultSelector(), {}
    def accept():
        try:
            sock = listener.accept()[0]
        except OSError:
            if debts:
                selector.unregister(listener)
            return
        sock.setblocking(False)
        debts[sock] = bytearray()
        selector.register(sock, EVENT_READ)
    def leave(sock):
        selector.unregister(sock)
        del debts[sock]
        sock.close()
        if listener not in selector.get_map():
            selector.register(listener, EVENT_READ)
    def serve(sock, events):
        open = selector.get_key(sock).data != "half"
        try:
            if events & EVENT_READ:
                data = sock.recv(65536)
                debts[sock] += data
                open = bool(data)
            if events & EVENT_WRITE:
                del debts[sock][:sock.send(debts[sock])]
        except BlockingIOError:
            return
        except OSError:
            return leave(sock)
        if not open and not debts[sock]:
            return leave(sock)
        selector.modify(sock, EVENT_READ * open | EVENT_WRITE * bool(debts[sock]), None if open else "half")
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    listener.setblocking(False)
    selector.register(listener, EVENT_READ)
    while True:
        for key, events in selector.select():
            accept() if key.fileobj is listener else serve(key.fileobj, events)
"""

EPOLL = ENDS_WELL + """
    import select, socket
    from select import EPOLLIN, EPOLLOUT
    epoll, clients, debts, silent = select.epoll(), {}, {}, set()
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    listener.setblocking(False)
    door = listener.fileno()
    epoll.register(door, EPOLLIN)
    def leave(number):
        clients.pop(number).close()
        silent.discard(number)
        epoll.modify(door, EPOLLIN)
    while True:
        for number, event in epoll.poll():
            if number == door:
                try:
                    sock = listener.accept()[0]
                except OSError:
                    if clients:
                        epoll.modify(door, 0)
                    continue
                sock.setblocking(False)
                clients[sock.fileno()], debts[sock.fileno()] = sock, b""
                epoll.register(sock, EPOLLIN)
                continue
            try:
                if event & ~EPOLLOUT and number not in silent:
                    data = clients[number].recv(65536)
                    debts[number] += data
                    if not data:
                        silent.add(number)
                debts[number] = debts[number][clients[number].send(debts[number]):]
            except BlockingIOError:
                pass
            except OSError:
                leave(number)
                continue
            if number in silent and not debts[number]:
                leave(number)
            elif debts[number]:
                epoll.modify(number, EPOLLOUT)
            else:
                epoll.modify(number, EPOLLIN)
"""

SOCKETSERVER = """
    import socketserver
    class Echo(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                while data := self.request.recv(65536):
                    self.request.sendall(data)
            except ConnectionError:
                pass
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads, request_queue_size = True, True, 128
    Server(("127.0.0.1", 6666), Echo).serve_forever()
"""

THREADS = ENDS_WELL + """
    import socket, threading, time
    def serve(sock):
        with sock:
            try:
                while data := sock.recv(65536):
                    sock.sendall(data)
            except ConnectionError:
                pass
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    while True:
        try:
            sock = listener.accept()[0]
        except OSError:
            time.sleep(0.1)
            continue
        threading.Thread(target=serve, args=(sock,), daemon=True).start()
"""

FORKS = """
    import os, signal, socket, sys
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    while True:
        sock = listener.accept()[0]
        if os.fork() == 0:
            listener.close()
            try:
                while data := sock.recv(65536):
                    sock.sendall(data)
            except ConnectionError:
                pass
            os._exit(0)
        sock.close()
"""

# A plain loop: what stands for {} may put other functions in the place of its three.
LOOP = """
import os, re, select, signal, socket, subprocess, sys, threading, time
listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
def begin(): pass
def arrived(sock): inputs.append(sock)
def answer(sock, data): sock.sendall(data)
{}
inputs = [listener]
begin()
while True:
    for sock in select.select(inputs, [], [], 1)[0]:
        if sock is listener:
            arrived(listener.accept()[0])
        else:
            try: data = sock.recv(65536)
            except ConnectionError: data = b""
            if data: answer(sock, data)
            else:
                inputs.remove(sock)
                sock.close()
"""
