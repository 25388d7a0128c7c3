"""Servers that keep a pool, reap late, watch edges or loop in a thread: right ones, whose habits look like faults."""
from tests.trials.servers import ENDS_WELL

SERVE = """
    import os, select, signal, socket, sys, threading, time
    def serve(sock):
        with sock:
            try:
                while data := sock.recv(65536):
                    sock.sendall(data)
            except ConnectionError:
                pass
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
"""

THREAD_POOL = SERVE + """
    from concurrent.futures import ThreadPoolExecutor
    pool = ThreadPoolExecutor(32)
    while True:
        pool.submit(serve, listener.accept()[0])
"""

PREFORK = SERVE + """
    for _ in range(3):
        if os.fork() == 0:
            break
    while True:
        serve(listener.accept()[0])
"""

# A worker is always to spare: whoever takes a client rings, and another one is started, eight of them at most.
GROWS = SERVE + """
    bell, ring = os.pipe()
    def work():
        log = open(os.devnull)
        while True:
            sock = listener.accept()[0]
            os.write(ring, b"x")
            serve(sock)
    for _ in range(8):
        if os.fork() == 0:
            work()
        os.read(bell, 1)
    while True:
        signal.pause()
"""

# A child for each client. Who has ended is waited for at the next accept, or when many have come together.
REAPS_LATE = SERVE + """
    children = set()
    while True:
        sock = listener.accept()[0]
        if os.fork() == 0:
            listener.close()
            serve(sock)
            os._exit(0)
        sock.close()
        children.add(1)
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break
"""
REAPS_MANY = REAPS_LATE.replace("children.add(1)", """children.add(len(children))
        if len(children) % 70:
            continue""")
REAPS_BY_SIGNAL = REAPS_LATE.replace("    children = set()", """
    def bury(*_):
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
    signal.signal(signal.SIGCHLD, bury)
    children = set()""").replace("children.add(1)", "continue")

TO_THREAD = ENDS_WELL + """
    import asyncio
    async def talk(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(await asyncio.to_thread(bytes, data))
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()
    async def main():
        async with await asyncio.start_server(talk, "127.0.0.1", 6666, backlog=128) as server:
            await server.serve_forever()
    asyncio.run(main())
"""

EDGE = ENDS_WELL + """
    import select, socket
    from select import EPOLLET, EPOLLIN, EPOLLOUT, EPOLLRDHUP
    epoll, clients, debts, silent = select.epoll(), {}, {}, set()
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    listener.setblocking(False)
    door, refused = listener.fileno(), False
    epoll.register(door, EPOLLIN)                       # the listener alone is watched by level
    def leave(number):
        clients.pop(number).close()
        silent.discard(number)
        epoll.modify(door, EPOLLIN)
    def go_on(number):
        sock = clients[number]
        try:
            while True:                                 # until nothing more comes, and nothing more fits
                debts[number] = debts[number][sock.send(debts[number]):] if debts[number] else b""
                if number in silent:
                    if not debts[number]:
                        return leave(number)
                    continue
                if debts[number]:
                    continue
                data = sock.recv(65536)
                debts[number] += data
                if not data:
                    silent.add(number)
        except BlockingIOError:
            pass
        except OSError:
            leave(number)
    while True:
        for number, event in epoll.poll():
            if number != door:
                go_on(number)
                continue
            try:
                sock = listener.accept()[0]
            except OSError:
                if clients:
                    epoll.modify(door, 0)
                continue
            sock.setblocking(False)
            clients[sock.fileno()], debts[sock.fileno()] = sock, b""
            epoll.register(sock, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)
"""
