"""relay: programs that must not pass, each wrong in one way, and programs that must."""
from textwrap import dedent

from .forwarder import DIRECTIONS, STREAMS

SILENCE, THERE, EACH, FAR_FULL = "silence costs nothing", "there and back", "each says all", "the other side doesn't read"
FULL, GOES_ON, MEANWHILE = "a client doesn't read", "it goes on", "all is said while nobody hears it"
BOTH_ALL, LAST, BREAKS, LEAVES = "both have said all", "the last of it", "it breaks off meanwhile", "who leaves, in any way"
PAUSE = "    if not data or len(queues[other]) >= HIGH:\n        inputs.remove(sock)\n"
RETURN = "    if len(queues[sock]) <= LOW and other not in ended:\n        inputs.add(other)\n"
TOLD = "        if not queues[sock] and other in ended:\n            sock.shutdown(socket.SHUT_WR)\n"
OVER = "        if sock in ended and other in ended and other not in outputs:\n            close_both(sock)\n"
CALLERS = [("ended = set()  ", "callers = set()\nended = set()  "),
           ("    others[client], others[caller] = caller, client\n", "    others[client], others[caller] = caller, client\n    callers.add(caller)\n")]
ONE_SIDE = "    if not data or len(queues[other]) >= HIGH and sock{} in callers:\n        inputs.remove(sock)\n"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("it waits somewhere else", SILENCE, ".", [("select.select(inputs, outputs, [], 1)", "select.select(inputs, outputs, [], 0)")]),
    ("an echo", SILENCE, "nothing|b'hello'", [("    queues[other] += data\n    outputs.add(other)\n", "    queues[sock] += data\n    outputs.add(sock)\n")]),
    ("text alone", THERE, "UnicodeDecodeError", [("queues[other] += data", "queues[other] += data.decode().encode()")]),
    ("no bound at all", FAR_FULL, "many megabytes", [(PAUSE, "    if not data:\n        inputs.remove(sock)\n")], "must not be heard for a while"),
    ("a bound that is none", FAR_FULL, "many megabytes", [("HIGH, LOW = 262144", "HIGH, LOW = 1_000_000_000")]),
    ("a bound for what comes from the client alone", FULL, "many megabytes", [*CALLERS, (PAUSE, ONE_SIDE.format(" not"))]),
    ("a bound for what comes from the other side alone", FAR_FULL, "many megabytes", [*CALLERS, (PAUSE, ONE_SIDE.format(""))]),
    ("the wrong one isn't heard", FAR_FULL, "many megabytes", [
        (PAUSE, "    if not data:\n        inputs.remove(sock)\n    if len(queues[other]) >= HIGH:\n        inputs.discard(other)\n"),
        (RETURN, "    if len(queues[sock]) <= LOW and sock not in ended:\n        inputs.add(sock)\n")], "from whom comes"),
    ("its own queue is looked at", FAR_FULL, "many megabytes", [("len(queues[other]) >= HIGH", "len(queues[sock]) >= HIGH")]),
    ("both are not heard", FULL, "only a part", [
        (PAUSE, PAUSE + "    if len(queues[other]) >= HIGH:\n        inputs.discard(other)\n"),
        (RETURN, "    if max(len(queues[sock]), len(queues[other])) <= LOW:\n        inputs.update({sock, other} - ended)\n")],
     "the other side with its"),
    ("nobody is heard while one waits", FAR_FULL, "nothing", [
        ("    readable, writable", "    full = any(len(queue) >= HIGH for queue in queues.values())\n    readable, writable"),
        ("select.select(inputs, outputs", "select.select([] if full else inputs, outputs")], "who must not"),
    ("it never hears again", f"{FULL}|{GOES_ON}|{THERE}", "nothing|not all|only", [(RETURN, "")]),
    ("it hears again when just so many bytes are left", f"{FULL}|{GOES_ON}|{THERE}", "nothing|not all|only", [(RETURN, RETURN.replace("<= LOW", "== LOW"))]),
    ("who isn't heard is taken for one who has ended", f"{EACH}|{FULL}|{GOES_ON}|{MEANWHILE}|{THERE}", ".", [
        (TOLD, TOLD.replace("other in ended", "other not in inputs"))]),
    ("who has ended is heard again", f"{EACH}", ".", [(RETURN, RETURN.replace(" and other not in ended", ""))]),
    ("what doesn't fit is thrown away", f"{FULL}|{GOES_ON}|{THERE}", "other|nothing|not all|only|b'", [("    queues[other] += data\n", "    queues[other] += data[:max(0, HIGH - len(queues[other]))]\n")]),
    ("who is too fast is let go", f"{THERE}|{FULL}|{FAR_FULL}|{GOES_ON}", "the end|not all|only", [
        (PAUSE, "    if len(queues[other]) >= HIGH:\n        return close_both(sock)\n    if not data:\n        inputs.remove(sock)\n")]),
    ("the end is told before all is sent", f"{EACH}|{MEANWHILE}", "not all|the end|only", [
        ("    if not data:\n        ended.add(sock)\n", "    if not data:\n        ended.add(sock)\n        other.shutdown(socket.SHUT_WR)\n")]),
    ("the end isn't passed on", EACH, "stays open|no end", [(TOLD, "")], "Who must be told"),
    ("one who has said all is closed, both ways", EACH, "the end", [
        ("    if not data:\n        ended.add(sock)\n", "    if not data:\n        return close_both(sock)\n")]),
    ("who says all last closes both, at once", EACH, "not all|only|the end", [
        (OVER, ""), ("    if not data:\n        ended.add(sock)\n", "    if not data:\n        ended.add(sock)\n        if other in ended:\n            return close_both(sock)\n")]),
    ("they are never closed", f"{BOTH_ALL}", "descriptor", [(OVER, "")], "Both sockets"),
    ("one of the two stays open", f"{BOTH_ALL}|{BREAKS}", "descriptor", [("        one.close()", "        one.close() if one is sock else kept.append(one)"),
                                                   ("ended = set()  ", "kept = []\nended = set()  ")]),
    ("a reset ends the server", f"{BREAKS}|{LEAVES}", "The server died", [
        ("    except OSError:\n        return close_both(sock)\n    if len(", "    except ValueError:\n        return close_both(sock)\n    if len(")]),
    ("a reset is passed over", f"{BREAKS}|{LEAVES}", "spins|descriptor", [
        ("    except OSError:\n        return close_both(sock)\n    if len(", "    except OSError:\n        return\n    if len(")]),
    ("who breaks off is taken for one who has said all", BREAKS, "descriptor", [
        ("    except OSError:\n        return close_both(sock)\n    other", "    except OSError:\n        data = b''\n    other")], "an error, or"),
    ("the same, and what it is owed is let go", BREAKS, "descriptor", [
        ("    except OSError:\n        return close_both(sock)\n    other", "    except OSError:\n        data = b''\n    other"),
        ("    except OSError:\n        return close_both(sock)\n    if len(", "    except OSError:\n        queues[sock].clear()\n    if len(")], "an error, or"),
    ("it closes when the other side has been told, whatever is owed to the client", f"{BOTH_ALL}|{LAST}", "not all|only|the end", [
        (OVER, OVER.replace(" and other not in outputs", ""))]),
    ("silence ends the pause of all", FAR_FULL, "bytes more are received", [
        (RETURN, ""), ("    for sock in readable", "    if not readable and not writable:\n        inputs.update(set(queues) - ended)\n    for sock in readable")],
     "when does it run"),
]

PROTOCOLS = """
    import asyncio, sys
    port, far = [int(one) for one in sys.argv[1:3]] or (6666, 7777)
    class Side(asyncio.Protocol):
        def __init__(self):
            self.other, self.transport, self.over = None, None, False
        def connection_made(self, transport):
            self.transport = transport
            transport.pause_reading()
            if self.other is None:
                self.task = asyncio.ensure_future(self.call())
        async def call(self):
            loop = asyncio.get_running_loop()
            self.other = far_side = Side()
            far_side.other = self
            try:
                await loop.create_connection(lambda: far_side, "127.0.0.1", far)
            except OSError:
                return self.transport.close()
            for one in (self, far_side):
                if not one.transport.is_closing():
                    one.transport.resume_reading()
        def data_received(self, data):
            self.other.transport.write(data)
        def pause_writing(self):
            if self.other and self.other.transport:
                self.other.transport.pause_reading()
        def resume_writing(self):
            if not (self.other.over or self.other.transport.is_closing()):
                self.other.transport.resume_reading()
        def eof_received(self):
            self.over = True
            if not self.other.transport.is_closing():
                self.other.transport.write_eof()
            if self.other.over:
                self.other.transport.close()
                return False
            return True
        def connection_lost(self, error):
            if self.other and self.other.transport and not self.other.transport.is_closing():
                self.other.transport.abort() if error else self.other.transport.close()
    async def main():
        server = await asyncio.get_running_loop().create_server(Side, "127.0.0.1", port, backlog=128)
        await server.serve_forever()
    asyncio.run(main())
"""

RIGHT = {"asyncio's streams": dedent(STREAMS), "selectors, and each side keeps to a bound": dedent(DIRECTIONS),
         "asyncio's protocols": dedent(PROTOCOLS)}
