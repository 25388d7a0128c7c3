"""bind, listen, connect and their like: the program speaks of the ports that it asks for, the system of real ones.

Whatever tells the program an address tells it of its own world, so that it can compare what it hears with what it said.
Twins, as in `sockets.py`.
"""
import errno
import os
import socket

from .frames import unseen

UNDER_WAY = {errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK}     # what connect_ex says of a connect that goes on
real_fileno = socket.socket.fileno


def install(twins, ports):
    """Replace the calls that take or give an address; `ports` knows asked and real ones."""
    what_it_says(twins, ports)
    what_it_hears(twins.replace, ports)


def what_it_says(twins, ports):
    """Calls that take an address."""
    recorder, ids, failed, cls = twins.recorder, twins.ids, twins.failed, socket.socket
    real_bind, real_listen, real_getsockname = cls.bind, cls.listen, cls.getsockname
    real_connect, real_connect_ex = (ports.telling(call, real_getsockname) for call in (cls.connect, cls.connect_ex))
    real_sendto, real_sendmsg = cls.sendto, getattr(cls, "sendmsg", None)
    sending = set()                      # ids of UDP sockets whose port is known

    def is_datagram(sock):
        return sock.type == socket.SOCK_DGRAM and sock.family in (socket.AF_INET, socket.AF_INET6)

    def quietly(function):
        """What goes wrong in it is our fault, and never reaches the program."""
        def safe(*arguments):
            try:
                function(*arguments)
            except Exception as fault:
                recorder.left_out(fault)
        return safe

    @quietly
    def is_there(sock, kind):
        """Tell the notebook where a socket can be found now."""
        real = real_getsockname(sock)
        recorder.listens(real_fileno(sock), ports.asked_port(sock, real), real, kind)

    @quietly
    def sends(sock):
        """The system gives a UDP socket a port when it first sends: who has it?"""
        number = ids[real_fileno(sock)]
        if number not in sending and is_datagram(sock):
            sending.add(number)
            host, port = real_getsockname(sock)[:2]
            ids.became(real_fileno(sock), "sends", port)
            ports.sends(host, port)

    @quietly
    def done(name, sock, error=None):
        recorder.note((name, ids[real_fileno(sock)], error, b""))

    @quietly
    def goes(sock, address, real):
        """It is going to connect, to this address."""
        ids.became(real_fileno(sock), "client", address[1] if isinstance(address, tuple) else None)
        if is_datagram(sock) and isinstance(real, tuple):
            ids.became(real_fileno(sock), "goes to", *real[:2])

    def bind(self, address):
        ports.bind(self, address, real_bind, real_getsockname)
        if is_datagram(self):
            is_there(self, "udp")
            sends(self)

    def listen(self, *arguments):
        real_listen(self, *arguments)
        is_there(self, "listener")

    def sendto(self, data, *flags_and_address):
        *flags, address = flags_and_address or (None,)
        size = real_sendto(self, data, *flags, ports.real(self, address)) if flags_and_address else real_sendto(self, data)
        sends(self)
        return size

    def sendmsg(self, *arguments):
        if len(arguments) == 4:
            arguments = (*arguments[:3], ports.real(self, arguments[3]))
        size = real_sendmsg(self, *arguments)
        sends(self)
        return size

    def connect(self, address):
        real = ports.real(self, address)
        goes(self, address, real)
        try:
            result = real_connect(self, real)
        except BaseException as error:
            failed("connect", self, error)
            raise
        sends(self)
        done("connect", self)
        return result

    def connect_ex(self, address):
        real = ports.real(self, address)
        goes(self, address, real)
        number = real_connect_ex(self, real)
        done("connect_ex under way" if number in UNDER_WAY else "connect_ex", self,
             os.strerror(number) if number and number not in UNDER_WAY else None)
        return number

    twins.replace(connect, *map(unseen, (bind, listen, connect_ex, sendto, *([sendmsg] if real_sendmsg else []))))


def what_it_hears(replace, ports):
    """Calls that give an address, alone or as the last thing of several."""
    cls = socket.socket

    def alone(name):
        real = getattr(cls, name)

        def method(self):
            return ports.asked(self, real(self))
        return method

    def last(name):
        real = getattr(cls, name)

        def method(self, *arguments, **keywords):
            *rest, address = real(self, *arguments, **keywords)
            return (*rest, ports.asked(self, address))
        return method

    for make, *names in ((alone, "getsockname", "getpeername"), (last, "accept", "recvfrom", "recvfrom_into", "recvmsg",
                                                                "recvmsg_into")):
        for name in names:
            if hasattr(cls, name):
                method = make(name)
                method.__name__ = name
                replace(unseen(method))
