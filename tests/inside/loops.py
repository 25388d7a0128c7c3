"""One echo server in every way of waiting that the course speaks of. Each watches with a timeout of 1 second."""
import select

LISTENER = """
    import select, selectors, socket
    listener = socket.socket()
    listener.bind(("127.0.0.1", 6666))
    listener.listen()
    listener.setblocking(False)
"""
SELECT = """
    inputs = [listener]
    while True:
        before = list(inputs)
        readable, writable, exceptional = select.select(inputs, [], [], 1)
        assert inputs == before
        for sock in readable:
            if sock is listener:
                inputs.append(listener.accept()[0])
            elif data := sock.recv(1024):
                sock.sendall(data)
            else:
                inputs.remove(sock)
                sock.close()
"""
TUPLE = """
    from select import select as wait
    inputs = (listener,)
    while True:
        for sock in wait(inputs, (), (), 1)[0]:
            if sock is listener:
                inputs += (listener.accept()[0],)
            elif data := sock.recv(1024):
                sock.sendall(data)
            else:
                inputs = tuple(one for one in inputs if one is not sock)
                sock.close()
"""
GENERATOR = """
    class Loop:
        wait = select.select
    inputs = [listener]
    while True:
        for sock in Loop().wait((one for one in inputs), [], [], 1)[0]:
            if sock is listener:
                inputs.append(listener.accept()[0])
            elif data := sock.recv(1024):
                sock.sendall(data)
            else:
                inputs.remove(sock)
                sock.close()
"""
NUMBERS = """
    watched = {listener.fileno(): listener}
    while True:
        for number in select.select(list(watched), [], [], 1)[0]:
            sock = watched[number]
            if sock is listener:
                connection, address = listener.accept()
                watched[connection.fileno()] = connection
            elif data := sock.recv(1024):
                sock.sendall(data)
            else:
                del watched[number]
                sock.close()
"""
POLL = """
    watched, poller = {listener.fileno(): listener}, select.poll()
    poller.register(listener, select.POLLIN)
    while True:
        for number, event in poller.poll(1000):
            sock = watched[number]
            if sock is listener:
                connection, address = listener.accept()
                watched[connection.fileno()] = connection
                poller.register(connection.fileno(), select.POLLIN)
            elif data := sock.recv(1024):
                sock.sendall(data)
            else:
                poller.unregister(sock)
                del watched[number]
                sock.close()
"""
EPOLL = POLL.replace("poll()", "epoll()").replace("POLLIN", "EPOLLIN").replace("poll(1000)", "poll(1)")
SELECTORS = """
    selector = selectors.MAKER()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, events in selector.select(1):
            sock = key.fileobj
            if sock is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
            elif data := sock.recv(1024):
                sock.sendall(data)
            else:
                selector.unregister(sock)
                sock.close()
"""
DEFAULT = "epoll" if hasattr(select, "epoll") else "kqueue" if hasattr(select, "kqueue") else "select"
LOOPS = {               # way: (the call that is recorded, the program)
    "select.select": ("select", LISTENER + SELECT),
    "imported by name, a tuple": ("select", LISTENER + TUPLE),
    "an attribute of a class, a generator": ("select", LISTENER + GENERATOR),
    "descriptor numbers": ("select", LISTENER + NUMBERS),
    "poll": ("poll", LISTENER + POLL),
    "epoll": ("epoll", LISTENER + EPOLL),
    "epoll, by name": ("epoll", LISTENER + EPOLL.replace("listener, select.", "listener.fileno(), eventmask=select.")
                       .replace("fileno(), select.", "fileno(), eventmask=select.")
                       .replace("poll(1)", "poll(timeout=1, maxevents=10)")),
    "DefaultSelector": (DEFAULT, LISTENER + SELECTORS.replace("MAKER", "DefaultSelector")),
    "DefaultSelector, by name": (DEFAULT, LISTENER + SELECTORS.replace("MAKER", "DefaultSelector")
                                 .replace("select(1)", "select(timeout=1)")),
    "SelectSelector": ("select", LISTENER + SELECTORS.replace("MAKER", "SelectSelector")),
    "PollSelector": ("poll", LISTENER + SELECTORS.replace("MAKER", "PollSelector")),
}
