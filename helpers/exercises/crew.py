"""A server of several threads doesn't answer: what has become of each of them? One may have died, or go round and round."""
import re
from collections import Counter

from ..errors import line_of, without_numbers
from ..server import await_sleep
from ..trials import PATIENCE, Seen, eventually

DIED = re.compile(r"^Exception in thread .*\nTraceback .*\n(?: .*\n)+(?! )(?P<error>\w[\w.]*)(?P<message>: .*)?$"
                  r"(?!\n\n(?:During handling|The above))", re.MULTILINE)
ERROR = re.compile(r"^(?:\w+\.)*(?P<error>\w*(?:Error|Exception|Empty|Full|Exit|Interrupt|timeout))(?:: .*)?$", re.MULTILINE)
ROUND = Seen("It burns CPU time meanwhile: a thread goes round and round.", "burns")


def state_of_threads(server):
    """A Seen of the threads of a server, while somebody waits for its answer; "" where nothing can be said of them."""
    if server.ended:
        return ""
    # At a single look all may be asleep: threads that go round hand one lock on from one to the next.
    if not eventually(server, lambda: server.ended or await_sleep(server.child.process.pid, PATIENCE / 4), PATIENCE):
        return ROUND
    if "Exception in thread " in server.output:
        return death_of_a_thread(server.output)
    rows = [] if server.ended else server.ask("t", "threads") or []
    main = [line for name, line, _ in rows if name == "MainThread"]
    others = Counter(line for name, line, _ in rows if name != "MainThread")
    told = [f"the main thread is in line {line}, `{line_of(server.program, line)}`" for line in main]
    told += [f"{number} other{'s are' if number > 1 else ' is'} in line {line}, `{line_of(server.program, line)}`"
             for line, number in sorted(others.items())]
    if main and not others:
        told.append("there is no other thread")
    return Seen(f"Its threads: {'; '.join(told)}.", *[] if others else ["alone"]) if told else ""


def death_of_a_thread(output):
    """A Seen of the first that has died. Where several do so at once, their tracebacks are mixed: then of one, by its error."""
    if dead := DIED.search(output):
        error, message = dead["error"].rpartition(".")[2], without_numbers(dead["message"] or "")
        return Seen(f"A thread has died: {error}{re.sub(r': .Errno [0-9]+. ', ': ', message)}.", error, "dies")
    if errors := ERROR.findall(output):
        return Seen(f"A thread has died: {errors[-1]}.", errors[-1], "dies")
    return Seen("A thread has died of an error.", "dies")


def with_threads(seen, state):
    """What was seen, and what has become of the threads (state_of_threads)."""
    return Seen(f"{seen.rstrip('.')}. {state}", *state.kinds, *seen.kinds) if state else seen
