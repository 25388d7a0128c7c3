"""What recording costs a busy server."""
import os
import signal
from contextlib import ExitStack
from statistics import median

from helpers import run

from .measuring import ECHO, all_echo, call, cpu_time, note, plain_server, report


def recording():
    """50 busy clients, 64-byte echoes: the server's CPU time an echo, plain and recorded.

    Not the rate: this load generator is as slow as the server, and would flatten every ratio.
    """
    clients, rounds = 50, 1500
    with plain_server() as (process, port), run(ECHO) as server, ExitStack() as sockets:
        plain, recorded = [
            Load(number, [sockets.enter_context(call(address)) for _ in range(clients)])
            for number, address in ((process.pid, ("127.0.0.1", port)), (server.child.process.pid, server.address))]
        times = []
        for _ in range(8):
            before = server.iterations[-1].number
            times.append((plain.go(rounds), recorded.go(rounds)))
            last = server.iterations[-1]
            # as many clients at once for both: each round is one iteration, and now and then an idle one
            assert rounds <= last.number - before < 1.1 * rounds and len(last.operations) in (0, 2 * clients)
        del times[0]                                 # to warm up
        note(f"{median(one for one, _ in times) * 1e6:.2f} µs an echo plain, "
             f"{median(two for _, two in times) * 1e6:.2f} µs recorded (medians)")
    return report("recording: throughput kept under 50 busy clients",
                  [one / two for one, two in times], 0.8, at_least=True)


class Load:
    """Clients of one server that send 64 bytes each, wait for the echoes, and send again.

    The server is stopped while they send, so that it finds all of them ready at once, as it does when clients are
    quicker than it is. Otherwise the slower of two servers meets larger batches, and its cost an echo looks smaller.
    """

    def __init__(self, number, sockets):
        self.number, self.sockets, self.data = number, sockets, b"x" * 64

    def go(self, rounds):
        """The server's CPU time an echo."""
        before = cpu_time(self.number)
        for _ in range(rounds):
            all_echo(self.sockets, self.data, self.stop, self.go_on)
        return (cpu_time(self.number) - before) / (rounds * len(self.sockets))

    def stop(self):
        os.kill(self.number, signal.SIGSTOP)
        _, status = os.waitpid(self.number, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "the server has ended"

    def go_on(self):
        os.kill(self.number, signal.SIGCONT)
