"""The same with `epoll`, which keeps the list of those who are watched: Linux only."""
import select
import socket
from select import EPOLLIN, EPOLLOUT

listener = socket.create_server(("127.0.0.1", 0), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print("listening on port", listener.getsockname()[1])

door = listener.fileno()
watch = select.epoll()
watch.register(door, EPOLLIN)
connections, queues = {}, {}                # number -> its connection; what did not fit


def accept():
    connection, _ = listener.accept()
    connection.setblocking(False)
    connections[connection.fileno()] = connection
    watch.register(connection, EPOLLIN)


def receive(number):
    connection = connections[number]
    try:
        data = connection.recv(65536)
        if number in queues:
            queues[number] += data
        elif data and (sent := connection.send(data)) < len(data):
            queues[number] = bytearray(data[sent:])
            watch.modify(number, EPOLLIN | EPOLLOUT)
    except OSError:
        data = b""
    if not data:
        close(number)


def send(number):
    queue = queues[number]
    del queue[:connections[number].send(queue)]
    if not queue:
        del queues[number]
        watch.modify(number, EPOLLIN)


def close(number):
    watch.unregister(number)
    queues.pop(number, None)
    connections.pop(number).close()


while True:
    for number, event in watch.poll():
        if number == door:
            accept()
        elif event & ~EPOLLOUT:             # readable, or broken
            receive(number)
        elif number in queues:
            send(number)
