"""naps: mends that must not pass, each wrong in one way, and loops mended in another way, which must."""
from textwrap import dedent

from ..handed import program

SILENCE, NAP, OWN, MEANWHILE = "silence costs nothing", "a nap", "each its own nap", "who speaks meanwhile"
NO_SENSE, AFTER, LEAVES = "a line that makes no sense", "after one that was too long", "who leaves meanwhile"
STAGGERED, LIMITED, ERROR = "one after the other", "another server: a limit around a nap", "another server: another error"
END, LATE = "another server: its end", "another server: who reads late"
UNWATCHED = "else:\n        del tasks[event]\n        watch(key.fileobj, tasks)"
HEARD = "    except Exception:\n        task.over = True\n        traceback.print_exc()\n"
SLEEPER = "    sleeper = (time.monotonic() + seconds, next(numbers), current)\n    heapq.heappush(sleepers, sleeper)\n"
TAKEN_OUT = "        if sleeper in sleepers:\n            sleepers.remove(sleeper)\n            heapq.heapify(sleepers)"
CLEARED = f"{SLEEPER}    try:\n        await pause()\n    finally:\n{TAKEN_OUT}"
AS_IT_WAS = "    heapq.heappush(sleepers, (time.monotonic() + seconds, next(numbers), current))\n    await pause()"
UNLIKELY = "                await send(connection, await answer(line) + b\"\\n\")\n    except OSError:                         # it broke off\n        pass"
CAUGHT = UNLIKELY.replace("OSError:                         # it broke off\n        pass", "(OSError, ValueError):\n        traceback.print_exc()")
NEVER_LONG = ("            await sleep(float(line))\n        return b\"awake\"",
              "            await sleep(min(float(line), 5))\n        return b\"awake\" if float(line) <= 5 else b\"too long\"")

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", MEANWHILE, "round and round", [(UNWATCHED, ""), (HEARD, ""), (CLEARED, AS_IT_WAS)], "nobody waits for that"),
    ("an event stays watched", MEANWHILE, "round and round", [(UNWATCHED, "")], "nobody waits for that"),
    ("an error ends the loop", NO_SENSE, "ValueError", [(HEARD, "")], "Who has called"),
    ("a nap that is over wakes another wait", AFTER, "earlier", [(CLEARED, AS_IT_WAS)], "still there"),
    ("the error isn't heard", NO_SENSE, "isn't printed", [("        traceback.print_exc()\n", "")], "terminal"),
    ("an error ends the loop, and is heard", NO_SENSE, "ended|ValueError|died", [
        ("        traceback.print_exc()\n", "        traceback.print_exc()\n        sys.exit(1)\n")]),
    ("the system is told, the dictionary isn't", MEANWHILE, "nothing", [
        (UNWATCHED, "else:\n    selector.unregister(key.fileobj)")], "watched then"),
    ("the dictionary is told, the system isn't", MEANWHILE, "round and round|KeyError", [("        watch(key.fileobj, tasks)\n", "")]),
    ("who speaks meanwhile is closed", MEANWHILE, "nothing", [
        (UNWATCHED, "else:\n    close(key.fileobj)")]),
    ("what is said meanwhile is thrown away", MEANWHILE, "nothing", [
        (UNWATCHED, "elif not key.fileobj.recv(65536):\n    del tasks[event]\n    watch(key.fileobj, tasks)")]),
    ("all sleepers go", OWN, "nothing", [(TAKEN_OUT, "        sleepers.clear()")]),
    ("who is cut short takes all with it", AFTER, "nothing", [
        ("self.task.cancel(self.error))", "(sleepers.clear(), self.task.cancel(self.error)))")]),
    ("no nap is too long", OWN, "nothing", [("with timeout(5):", "with timeout(None):")]),
    ("who makes no sense is told so, and stays", NO_SENSE, "what|open|other", [
        ("    except TimeoutError:\n", "    except ValueError:\n        traceback.print_exc()\n        return b\"what?\"\n    except TimeoutError:\n")]),
    ("who makes no sense is never closed", NO_SENSE, "stays open", [
        ("    except OSError:                         # it broke off\n        pass\n    finally:\n        close(connection)",
         "    except OSError:                         # it broke off\n        close(connection)\n    else:\n        close(connection)")],
     "closes his connection"),
    ("a blocking nap", NAP, "somewhere else", [("await sleep(float(line))", "time.sleep(float(line))")]),
    ("a nap that looks at the clock", NAP, "again and again", [
        (CLEARED, "    end = time.monotonic() + seconds\n    while time.monotonic() < end:\n        timer = later(0.05, current.wake)\n"
         "        try:\n            await pause()\n        finally:\n            timer[2] = None")]),
    ("two faults are made good in the server", LIMITED, "earlier", [
        (CLEARED, AS_IT_WAS), (HEARD, ""), NEVER_LONG, (UNLIKELY, CAUGHT)], "not the server"),
    ("it sleeps on when it was woken, and what it has put down stays", LIMITED, "earlier", [
        (CLEARED, "    end = time.monotonic() + seconds\n    while time.monotonic() < end:\n"
                  "        heapq.heappush(sleepers, (end, next(numbers), current))\n        await pause()")], "something else"),
    ("a watched client is forgotten each time", NAP, "nothing", [
        ("    else:\n        del tasks[event]\n        watch", "    del tasks[event]\n    if True:\n        watch")], "does `until` know"),
    ("the server catches its error", ERROR, "ZeroDivisionError", [(HEARD, ""), (UNLIKELY, CAUGHT)], "whatever error"),
    ("one error is caught, and no other", ERROR, "ZeroDivisionError", [("    except Exception:\n", "    except ValueError:\n")], "whatever error"),
    ("the name of the error, and not what it says", NO_SENSE, "isn't printed", [("traceback.print_exc()", "print('ValueError')")], "terminal"),
    ("nothing ends this program", END, "it goes on", [("    except Exception:\n", "    except BaseException:\n")], "mean the program"),
    ("who has raised an error is never over", END, "it goes on", [
        ("        task.over = True\n        traceback", "        traceback")], "Is a task over"),
    ("who waits for the other event is forgotten", LATE, "nothing more", [
        ("        del tasks[event]\n        watch", "        tasks.clear()\n        watch")], "these two events"),
    ("a heap no more", STAGGERED, "nothing", [
        ("            sleepers.remove(sleeper)\n            heapq.heapify(sleepers)", "            sleepers.remove(sleeper)")], "heap"),
    ("another program altogether", LIMITED, "no such line", """
    import asyncio, traceback
    async def answer(line):
        try:
            async with asyncio.timeout(5):
                await asyncio.sleep(float(line))
            return b"awake\\n"
        except TimeoutError:
            return b"too long\\n"
    async def serve(reader, writer):
        try:
            while line := await reader.readline():
                writer.write(await answer(line))
                await writer.drain()
        except OSError:
            pass
        except ValueError:
            traceback.print_exc()
        finally:
            writer.close()
    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 6666)
        await server.serve_forever()
    asyncio.run(main())
    """),
]

HANDED = program("solutions", "naps")


def with_text(*pairs):
    """The program as it is handed out, with these lines changed."""
    text = HANDED
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


SLEEPS = (AS_IT_WAS, CLEARED)
TELLS = ("        tasks[event].wake()\n", f"        tasks[event].wake()\n    {dedent(UNWATCHED)}\n")
GOES_ON = ("        task.over = True\n    else:\n", f"        task.over = True\n{HEARD}    else:\n")

A_TIMER = with_text(TELLS, GOES_ON, (AS_IT_WAS, """\
    timer = later(seconds, current.wake)
    try:
        await pause()
    finally:
        timer[2] = None"""))

STILL_ASLEEP = with_text(TELLS, ("            task.wake()\n        for _", "            if task.asleep == number:\n                task.wake()\n        for _"),
                         ("        self.woken = self.over = False\n", "        self.woken = self.over = False\n        self.asleep = None\n"),
                         (AS_IT_WAS, """\
    me = current
    me.asleep = next(numbers)
    heapq.heappush(sleepers, (time.monotonic() + seconds, me.asleep, me))
    try:
        await pause()
    finally:
        me.asleep = None"""), ("    except (StopIteration, Cancelled):      # it has come to its end\n        task.over = True\n", """\
    except (StopIteration, Cancelled):
        task.over = True
    except Exception as error:
        traceback.print_exception(error)
        task.over = True
"""))

WATCHED_WHILE_WAITED_FOR = with_text(SLEEPS, GOES_ON, (
    "    finally:\n        tasks[event] = None\n",
    "    finally:\n        del tasks[event]\n        if waiting.get(sock) is tasks:\n            watch(sock, tasks)\n"))

RIGHT = {"a timer, as in the lesson": A_TIMER, "who is woken must be asleep": STILL_ASLEEP,
         "watched only while somebody waits": WATCHED_WHILE_WAITED_FOR}
