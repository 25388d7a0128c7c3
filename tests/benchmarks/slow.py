"""What a slow line costs the others: lesson 09's servers, as its notebook makes them, side by side."""
from statistics import median
from time import perf_counter, sleep

from helpers import connect, run
from tests.course.slow import THREAD, changed

from .measuring import note, report

ROUNDS, QUESTIONS = 7, 5     # of each server, in turn; bob's questions beside each of alice's slow lines
UNDER_WAY = 0.02             # seconds after which alice's line is under way
WORDS = {"slow": "alice waits", "count": "alice computes"}


def slow():
    """Bob's wait beside alice's slow line: in the loop itself, with a thread, with a process. Ratios of medians."""
    names = changed()
    programs = {"loop": names["alone"], "thread": THREAD, "process": names["in_process"]}
    waits = {(place, word): [] for place in programs for word in WORDS}
    for _ in range(ROUNDS):
        for place, program in programs.items():
            with run(program, record=False) as server:
                for word in WORDS:
                    waits[place, word].append(wait(server, word, 1 if place == "loop" else QUESTIONS))
    for (place, word), some in waits.items():
        note(f"{WORDS[word]}, {place}: bob waits {1e3 * median(some):.2f} ms ({1e3 * min(some):.2f} to {1e3 * max(some):.2f})")

    def shorter(place, word):
        return [there / here for there, here in zip(waits["loop", word], waits[place, word])]

    good = [report(f"{WORDS[word]}: bob's wait in the loop / with a {place}", shorter(place, word), bound, at_least=True)
            for word, place, bound in (("slow", "thread", 50), ("count", "process", 20), ("count", "thread", 4))]
    return all(good)


def wait(server, word, questions):
    """Bob's wait, in seconds: the middle one of his questions, which he asks while alice's line is under way."""
    with connect(server, f"alice {word}") as alice, connect(server, f"bob {word}") as bob:
        alice.send(f"{word}\n")
        sleep(UNDER_WAY)
        waits = []
        for number in range(1, questions + 1):
            began = perf_counter()
            bob.send("hello\n")
            assert bob.receive(timeout=30) == f"{number} 5\n"
            waits.append(perf_counter() - began)
        assert alice.receive(timeout=30) == f"1 {len(word)}\n"
    return median(waits)
