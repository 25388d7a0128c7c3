"""Programs of the kinds that later lessons are made of: workers, pools, timers, tasks. Each has one transcript."""

WORKER = """
import queue, select, socket, threading, time
jobs, results = queue.SimpleQueue(), queue.SimpleQueue()
bell, ring = socket.socketpair()

def work():
    while True:
        connection, word = jobs.get()
        if word == b"slow":
            time.sleep(0.5)
        results.put((connection, word.upper()))
        ring.send(b"!")

for _ in range(2):
    threading.Thread(target=work, daemon=True).start()
listener = socket.create_server(("127.0.0.1", 6666))
inputs = [listener, bell]
while True:
    readable, _, _ = select.select(inputs, [], [], 1)
    for sock in readable:
        if sock is listener:
            inputs.append(sock.accept()[0])
        elif sock is bell:
            for _ in bell.recv(100):
                connection, answer = results.get()
                connection.sendall(answer)
        else:
            jobs.put((sock, sock.recv(100)))
"""

POOL = """
import concurrent.futures, queue, select, socket
results = queue.SimpleQueue()
bell, ring = socket.socketpair()

def count(word):
    sum(number * number for number in range(500_000))
    return word.upper()

def finished(connection, future):
    results.put((connection, future.result()))
    ring.send(b"!")

pool = concurrent.futures.ProcessPoolExecutor(2)
listener = socket.create_server(("127.0.0.1", 6666))
inputs = [listener, bell]
while True:
    readable, _, _ = select.select(inputs, [], [], 1)
    for sock in readable:
        if sock is listener:
            inputs.append(sock.accept()[0])
        elif sock is bell:
            for _ in bell.recv(100):
                connection, answer = results.get()
                connection.sendall(answer)
        else:
            pool.submit(count, sock.recv(100)).add_done_callback(lambda future, sock=sock: finished(sock, future))
"""

TO_THREAD = """
import asyncio, time

def look_up(word):
    if word == b"slow":
        time.sleep(0.5)
    return word.upper()

async def echo(reader, writer):
    while word := await reader.read(100):
        writer.write(await asyncio.to_thread(look_up, word))
        await writer.drain()
    writer.close()

async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 6666)
    await server.serve_forever()

asyncio.run(main())
"""

TIMERS = """
import heapq, itertools, select, socket, time
heap, numbers, connections = [], itertools.count(), []
listener = socket.create_server(("127.0.0.1", 6666))

def call_at(when, what):
    heapq.heappush(heap, (when, next(numbers), what))

def beat(due):
    for one in connections:
        one.sendall(b"tick")
    call_at(due + 10, beat)

def goodbye(due):
    connections[0].sendall(b"goodbye")

start = time.monotonic()
call_at(start + 10, beat)
while True:
    timeout = max(0, heap[0][0] - time.monotonic())
    readable, _, _ = select.select([listener, *connections], [], [], timeout)
    for sock in readable:
        if sock is listener:
            connections.append(sock.accept()[0])
            call_at(time.monotonic() + 30, goodbye)
        else:
            sock.sendall(sock.recv(100))
    while heap[0][0] <= time.monotonic():
        when, _, what = heapq.heappop(heap)
        what(when)
"""
