"""An echo server that gives `select` descriptor numbers; it sends at once, and queues only what did not fit."""
import select
import socket

listener = socket.create_server(("127.0.0.1", 0), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print("listening on port", listener.getsockname()[1])

door = listener.fileno()
inputs, outputs = [door], []                # numbers
connections, queues = {}, {}                # number -> its connection; what did not fit


def accept():
    connection, _ = listener.accept()
    connection.setblocking(False)
    connections[connection.fileno()] = connection
    inputs.append(connection.fileno())


def receive(number):
    connection = connections[number]
    try:
        data = connection.recv(65536)
        if number in queues:
            queues[number] += data
        elif data and (sent := connection.send(data)) < len(data):
            queues[number] = bytearray(data[sent:])
            outputs.append(number)
    except OSError:
        data = b""
    if not data:
        close(number)


def send(number):
    queue = queues[number]
    del queue[:connections[number].send(queue)]
    if not queue:
        del queues[number]
        outputs.remove(number)


def close(number):
    inputs.remove(number)
    if queues.pop(number, None):
        outputs.remove(number)
    connections.pop(number).close()


while True:
    readable, writable, _ = select.select(inputs, outputs, [])
    for number in readable:
        accept() if number == door else receive(number)
    for number in writable:
        if number in queues:
            send(number)
