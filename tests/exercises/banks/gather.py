"""gather: programs that must not pass, each wrong in one way, and programs that must."""
import re
from textwrap import dedent, indent

from ..handed import program

SILENCE, ALL, ORDER, NONE = "silence costs nothing", "all at once", "in their order", "nothing at all"
FAILS, FIRST, OTHERS, LONG = "one of them fails", "the first error", "the others end, too", "too long"
AGAIN, MANY = "once more", "many"
WHATEVER, SLEEPS = "whatever the error", "and then it sleeps"
CANCELS = "    finally:\n        for task in tasks:\n            task.cancel()\n"
WAIT = "while len(results) < len(tasks) and not errors:"
SOLVED = re.sub(r" *### \w+ SOLUTION\n", "", program("solutions", "gather"))
BEGIN, END = SOLVED.index("    parent, results, errors ="), SOLVED.index("\n\n# -- the server")


def with_body(body, loop=()):
    """The program with another gather, and with a loop in which these things are different."""
    return with_text(loop, SOLVED[:BEGIN] + indent(dedent(body).strip(), "    ") + "\n" + SOLVED[END:])


def with_text(pairs, text=SOLVED):
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("one after the other", ALL, "nothing", with_body("return [await coroutine for coroutine in coroutines]"), "under way before"),
    ("it looks again and again", ALL, "again and again", with_body("""
        results, errors = {}, []
        async def one(number, coroutine):
            try:
                results[number] = await coroutine
            except Exception as error:
                errors.append(error)
        tasks = [spawn(one(number, coroutine)) for number, coroutine in enumerate(coroutines)]
        try:
            while len(results) < len(tasks) and not errors:
                await sleep(0.01)
        finally:
            for task in tasks:
                task.cancel()
        if errors:
            raise errors[0]
        return [results[number] for number in range(len(tasks))]"""), "looks again"),
    ("it goes round until all are over", ALL, "round and round", with_text([
        ("            await pause()\n    finally:\n        for", "            await sleep(0)\n    finally:\n        for")])),
    ("it is woken once", ALL, "KeyError", [(WAIT, "if tasks:")]),
    ("as they come", ORDER + "|" + ALL, "<1> <2> <3>|<0>", [("return [results[number] for number in range(len(tasks))]",
                                                            "return list(results.values())")], "In which order"),
    ("those that are equal are one", ORDER, "the end|nothing|<", with_body("""
        parent, results, errors = current, {}, []
        async def one(coroutine, key):
            try:
                results[key] = await coroutine
            except Exception as error:
                errors.append(error)
            parent.wake()
        keys = [coroutine.cr_frame.f_locals["word"] for coroutine in coroutines]
        tasks = [spawn(one(coroutine, key)) for coroutine, key in zip(coroutines, keys)]
        try:
            while len(results) < len(tasks) and not errors:
                await pause()
        finally:
            for task in tasks:
                task.cancel()
        if errors:
            raise errors[0]
        return [results[key] for key in keys]""")),
    ("none at all waits for ever", NONE, "nothing", [(WAIT, "while not errors and (not tasks or len(results) < len(tasks)):")],
     "who would wake"),
    ("nobody catches the error", FAILS, "nobody catches, ValueError", [("        except Exception as error:\n            errors.append(error)\n",
                                                    "        finally:\n            pass\n")]),
    ("an error doesn't wake", FAILS, "nothing", with_text([("        parent.wake()\n", "        else:\n            parent.wake()\n")])),
    ("all are waited for, and then it fails", FAILS, "nothing", [(WAIT, "while len(results) + len(errors) < len(tasks):")],
     "need it be waited"),
    ("an error is a result", FAILS, "the end|<|nothing|other", [("            errors.append(error)\n", "            results[number] = error\n")]),
    ("the first one's error", FAILS, "nothing", with_body("""
        parent, results = current, {}
        async def one(number, coroutine):
            try:
                results[number] = await coroutine, None
            except Exception as error:
                results[number] = None, error
            parent.wake()
        tasks = [spawn(one(number, coroutine)) for number, coroutine in enumerate(coroutines)]
        gathered = []
        try:
            for number in range(len(tasks)):
                while number not in results and not (number and any(error for _, error in results.values())):
                    await pause()
                result, error = results.get(number, (None, None))
                if error:
                    raise error
                gathered.append(result)
        finally:
            for task in tasks:
                task.cancel()
        return gathered""")),
    ("an error of its own", FAILS, "failed: one of them", [("raise errors[0]", 'raise ValueError("one of them")')]),
    ("the others go on", OTHERS, "under way", [(CANCELS, "    finally:\n        pass\n")], "other jobs"),
    ("a cancellation stops at the one that gathers", LONG, "under way", [
        ("    finally:\n        for task in tasks:\n            task.cancel()\n    if errors:",
         "    finally:\n        pass\n    if errors:\n        for task in tasks:\n            task.cancel()\n    if errors:")], "whichever way"),
    ("a cancellation is taken for a failure", LONG, "failed", with_text([
        ("            await pause()\n    finally:\n        for", "            try:\n                await pause()\n"
         "            except BaseException as error:\n                errors.append(ValueError(str(error)))\n    finally:\n        for")])),
    ("None is what is missing", NONE, "nothing", with_body("""
        parent, results, errors = current, [None] * len(coroutines), []
        async def one(number, coroutine):
            try:
                results[number] = await coroutine
            except Exception as error:
                errors.append(error)
            parent.wake()
        tasks = [spawn(one(number, coroutine)) for number, coroutine in enumerate(coroutines)]
        try:
            while None in results and not errors:
                await pause()
        finally:
            for task in tasks:
                task.cancel()
        if errors:
            raise errors[0]
        return results"""), "may return None"),
    ("one error is caught, and no other", WHATEVER, "nobody catches, ArithmeticError", [
        ("        except Exception as error:\n", "        except ValueError as error:\n")], "in which task"),
    ("every error is a ValueError", WHATEVER, "failed", [("raise errors[0]", "raise ValueError(str(errors[0]))")], "the very error"),
    ("a copy of the error", WHATEVER, "nobody catches, TypeError", [("raise errors[0]", "raise type(errors[0])(str(errors[0]))")]),
    ("the last error", FIRST, "failed: 1!", [("raise errors[0]", "raise errors[-1]")], "same iteration"),
    ("who was cancelled wakes once more", SLEEPS, "earlier", [
        ("            errors.append(error)\n        parent.wake()", "            errors.append(error)\n        finally:\n            parent.wake()")],
     "Who woke it"),
    ("a cancellation is an error, too", SLEEPS, "earlier", [("        except Exception as error:\n", "        except BaseException as error:\n")],
     "Who woke it"),
    ("all gather into one dictionary", ALL + "|" + ORDER, "earlier|<|KeyError|b'0", [
        ("    parent, results, errors = current, {}, []", "    global results\n    parent, errors = current, []"),
        ("working = 0  ", "results = {}\nworking = 0  ")]),
    ("what it has gathered stays", ALL, "b'0", [
        ("    parent, results, errors = current, {}, []", "    parent, results, errors = current, kept, []"),
        ("working = 0  ", "kept = {}\nworking = 0  ")]),
]

JOINED = with_body("""
    tasks = [spawn(coroutine) for coroutine in coroutines]
    for task in tasks:
        task.parent = current
    try:
        while not all(task.over for task in tasks):
            for task in tasks:
                if task.failed:
                    raise task.failed
            await pause()
        for task in tasks:
            if task.failed:
                raise task.failed
        return [task.result for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
""", [
    ("        self.woken = self.over = False\n", "        self.woken = self.over = False\n        self.parent = self.failed = self.result = None\n"),
    ("    except (StopIteration, Cancelled):      # it has come to its end\n        task.over = True\n",
     "    except StopIteration as end:\n        task.over, task.result = True, end.value\n        if task.parent:\n            task.parent.wake()\n"
     "    except Cancelled:\n        task.over = True\n"),
    ("        task.over = True\n        traceback.print_exc()\n",
     "        task.over = True\n        if task.parent:\n            task.failed = error\n            task.parent.wake()\n        else:\n"
     "            traceback.print_exc()\n"),
    ("    except Exception:\n        task.over = True\n        if", "    except Exception as error:\n        task.over = True\n        if"),
])

A_QUEUE = with_body("""
    me, came = current, deque()

    async def bring(place, coroutine):
        try:
            came.append((place, await coroutine, None))
        except Exception as error:
            came.append((place, None, error))
        me.wake()

    results = [None] * len(coroutines)
    tasks = [spawn(bring(*pair)) for pair in enumerate(coroutines)]
    try:
        for _ in tasks:
            while not came:
                await pause()
            place, results[place], error = came.popleft()
            if error:
                raise error
    except BaseException:
        for task in tasks:
            task.cancel()
        raise
    return results
""")

UNTIL_ALL_ARE_OVER = with_body("""
    parent, outcomes = current, {}

    async def one(number, coroutine):
        try:
            outcomes[number] = await coroutine, None
        except BaseException as error:
            outcomes[number] = None, error
        finally:
            parent.wake()

    def failed():
        return [error for _, error in outcomes.values() if error]

    tasks = [spawn(one(number, coroutine)) for number, coroutine in enumerate(coroutines)]
    try:
        while len(outcomes) < len(tasks) and not failed():
            await pause()
    finally:
        first = failed()[:1]
        for task in tasks:
            task.cancel()
        while len(outcomes) < len(tasks):
            await pause()
    for error in first:
        raise error
    return [outcomes[number][0] for number in range(len(tasks))]
""")

ASYNCIO = """
    import asyncio
    working = 0

    async def job(word):
        global working
        working += 1
        try:
            await asyncio.sleep(float(word.rstrip(b"-!?")))
            if word.endswith(b"!"):
                raise ValueError(word.decode())
            if word.endswith(b"?"):
                raise ArithmeticError(word.decode())
            return b"-" if word.endswith(b"-") else b"<" + word + b">"
        finally:
            working -= 1

    async def gather(*coroutines):
        tasks = [asyncio.ensure_future(one) for one in coroutines]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def answer(line):
        if line == b"working":
            return b"%d" % working
        try:
            async with asyncio.timeout(10):
                return b" ".join(await gather(*(job(word) for word in line.split())))
        except ValueError as error:
            return b"failed: " + str(error).encode()
        except ArithmeticError as error:
            return b"lost: " + error.args[0].encode()
        except TimeoutError:
            return b"too long"

    async def serve(reader, writer):
        while line := await reader.readline():
            said = await answer(line.strip(b"~\\n"))
            if line.startswith(b"~"):
                await asyncio.sleep(2)
            writer.write(said + b"\\n")
        writer.close()

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 6666, backlog=128)
        await server.serve_forever()

    asyncio.run(main())
"""

RIGHT = {"a loop that keeps what a task returns": JOINED, "a queue": A_QUEUE, "it waits until all are over": UNTIL_ALL_ARE_OVER,
         "asyncio": dedent(ASYNCIO)}
