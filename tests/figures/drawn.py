"""Walks to be drawn, and the texts that a figure really shows."""
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from tests.recording.walks import heard, one, op

ACCEPT = op("accept", "listener", peer="alice")
ECHO = [op("recv", size=5, data=b"hello"), op("sendall", size=5, data=b"hello")]
ACCEPT_BOB = op("accept", "listener", peer="bob")
FIVE = [f"conn {number}" for number in range(5)]
MANY = ["listener", *(f"conn {number}" for number in range(1, 900))]
LONG_NAME = "a client with a name that goes on and on"
WALKS = {
    "like 04": [one(1, watched=["listener"]), one(2, ["listener"], (), ACCEPT, watched=["listener"]),
                one(3, ["alice"], (), *ECHO), *(one(number) for number in range(4, 10)),
                one(10, ["listener", "alice"], (), op("accept", "listener", peer="bob"), *ECHO)],
    "spin": [one(1, ["listener"], (), ACCEPT),
             *(one(number, ["alice"], (), op("recv", size=0), op("sendall", size=0)) for number in range(2, 15_001))],
    "900 sockets": [one(1, watched=MANY),
                    one(2, MANY[1:400], (), *[op("recv", name, 3) for name in MANY[1:400]], watched=MANY),
                    one(3, MANY[:1], (), op("accept", "listener", peer="conn 900"), watched=MANY)],
    "5000 iterations": [heard(number) if number % 2 else one(number) for number in range(1, 5001)],
    "long spins, one after the other": [
        one(1000 * turn + number, ["alice"], (), op("recv", size=turn))
        for turn in range(15) for number in range(1000)][1:],
    "pending": [one(1, ["alice"], (), op("recv", size=1_048_576)), one(2, (), ["alice"], op("send", size=300_000)),
                one(3, ["alice"], ["alice"], op("recv", size=9_999), op("send", size=1))],
    "a full buffer": [one(1, ["alice"], (), op("recv", size=5_200_001), op("send", size=1), to_write=["alice"]),
                      one(2, ["bob"], (), ACCEPT_BOB, op("recv", "bob", 9), to_write=["alice"]),
                      *(one(number, to_write=["alice"]) for number in range(3, 9))],
    "all owe, in narrow columns": [
        one(number, (), (), op("recv", f"conn {number % 5}", size), op("send", f"conn {number % 5}", 1), watched=FIVE,
            to_write=FIVE)
        for number, size in enumerate([10_000, 999_499, 999_501, 9_949_999, 9_950_001, *[123_456_789] * 15], 1)],
    "a crowd that doesn't read": [one(1, watched=MANY, to_write=MANY[1:])],
    "a walk": [one(1), one(2, ["listener"], (), ACCEPT),
               one(3, ["alice"], ["alice"], op("recv", size=5, data=b"hello"), op("send", size=3, data=b"hel"))],
    "an idle stretch": [one(number) for number in range(1, 200)],
    "a spin of recv": [one(number, ["alice"], (), op("recv", size=0)) for number in range(1, 5000)],
    "an error and a closed socket": [one(1, ["alice"], (), op("recv", error="ConnectionResetError"),
                                         watched=["listener", "alice", "closed"])],
    "901 sockets": [one(1, ["conn 7", "conn 800"], watched=["listener", *(f"conn {number}" for number in range(900))])],
    "errors": [one(1, ["alice"], (), op("recv", error="ConnectionResetError"), op("close")),
               one(2, (), (), op("select", None, error="ValueError"), watched=["listener", "closed"]),
               one(3, ["listener"], (), op("accept", "listener", error="BlockingIOError"), watched=["listener"])],
    "one of two failed": [one(1, ["listener"], (), op("accept", "listener", peer="alice"),
                              op("accept", "listener", error="BlockingIOError"), watched=["listener"]),
                          *[one(number, ["alice"], (), op("recv", size=number)) for number in range(2, 18)]],
    "datagrams": [one(1, ["udp"], (), op("recvfrom", "udp", 6, peer="ulla"), op("sendto", "udp", 6, peer="ulla")),
                  one(2, ["udp"], (), op("recvfrom", "udp", 6, peer="ulla")),
                  one(3, ["udp"], (), op("recvfrom", "udp", peer=None), op("sendto", "udp", peer=None))],
    "long names": [one(1, [LONG_NAME], (), op("accept", "listener :65535", peer=LONG_NAME),
                       watched=["listener :65535", LONG_NAME]),
                   one(2, [LONG_NAME], [LONG_NAME], op("recvfrom_into", LONG_NAME, 123_456_789),
                       watched=["listener :65535", LONG_NAME])],
    "a long name": [one(1, ["listener :65535"], (), op("accept", "listener :65535", peer="a client with a long name"),
                        watched=["listener :65535", "a client with a long name"])],
    "all at once in one iteration": [one(1, ["alice"], ["alice"], *ECHO, op("shutdown"), op("close"))],
    "nothing watched": [one(1, watched=[])],
    "no iteration": [],
}


def texts(figure):
    """The texts that a figure really shows, and where: (text, its box in pixels)."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    shown = [each for each in figure.findobj(Text) if each.get_visible() and each.get_text().strip()]
    return [(each.get_text(), each.get_window_extent(renderer)) for each in shown]
