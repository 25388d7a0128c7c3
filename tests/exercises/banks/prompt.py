"""prompt: programs that must not pass, each wrong in one way, and programs that must."""

ASK = 'print("Your name? ", end="", flush=True)\n'
WAIT = "readable, writable, exceptional = select.select([sys.stdin], [], [], seconds)\n"
NAME = 'name = sys.stdin.readline().strip() if readable else ""\n'

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("it doesn't flush", "an answer", "nothing", [(", flush=True", "")]),
    ("input() never gives up", "it waits in select", r"It is in line \d+, `name = input\(\)\.strip\(\)`, and has not called select", """
        import select, sys
        print("Your name? ", end="", flush=True)
        name = input().strip()
        print(f"Hello, {name or 'nobody'}!")
        """),
    ("it sleeps, and then looks", "it waits in select", r"It is in line \d+, `time\.sleep\(seconds\)`", [(WAIT, "import time\ntime.sleep(seconds)\n" + WAIT.replace("seconds", "0"))]),
    ("no timeout", "no answer", r"'Your name\? '", [("[], [], seconds)", "[], [])")]),
    ("milliseconds", "no answer", r"'Your name\? '", [("[], [], seconds)", "[], [], seconds * 1000)")]),
    ("a timeout of 0", "it waits in select", r"'Your name\? Hello, nobody!\\n'", [("[], [], seconds)", "[], [], 0)")]),
    ("it asks all the time", "it waits in select", "it spins", [
        (WAIT, "import time\nend, readable = time.time() + seconds, []\nwhile not readable and time.time() < end:\n"
         "    readable, _, _ = select.select([sys.stdin], [], [], 0)\n")]),
    ("it keeps the line end", "an answer", r"Hello, Ada\\n!", [("readline().strip()", "readline()")]),
    ("it takes the line end alone away", "spaces around it", "Hello,   Ada Lovelace  !", [(".strip()", ".strip('\\n')")]),
    ("it doesn't ask whether anybody is readable", "no answer", r"stands in line \d+, `name = sys\.stdin\.readline", [
        (NAME, "name = sys.stdin.readline().strip()\n")]),
    ("it takes the first of an empty list", "no answer", "IndexError", [(NAME, "name = readable[0].readline().strip()\n")]),
    ("an empty name is a name", "no answer", "Hello, !", [("{name or 'nobody'}", "{name}")]),
    ("it never ends", "an answer", "Hello, Ada!", [(WAIT, "while True:\n  " + WAIT), (NAME, "  " + NAME), ("print(f", "  print(f")]),
]

RIGHT = {
    "selectors": """
        import selectors, sys
        seconds = float(sys.argv[1]) if sys.argv[1:] else 5
        selector = selectors.DefaultSelector()
        selector.register(sys.stdin, selectors.EVENT_READ)
        sys.stdout.write("Your name? ")
        sys.stdout.flush()
        if selector.select(seconds):
            name = input_line = sys.stdin.readline().strip()
        else:
            name = None
        print("Hello, " + (name if name else "nobody") + "!")
        """,
    "a function, and the descriptor alone": """
        import os, select, sys
        def ask(question, seconds):
            os.write(1, question.encode())
            if select.select([0], [], [], seconds)[0]:
                return os.read(0, 1000).decode().strip()
            return ""
        print("Hello, %s!" % (ask("Your name? ", float(sys.argv[1])) or "nobody"))
        """,
    "a loop with a deadline": """
        import select, sys, time
        deadline = time.monotonic() + float(sys.argv[1])
        print("Your name?", end=" ", flush=True)
        name = "nobody"
        while (left := deadline - time.monotonic()) > 0:
            readable, _, _ = select.select([sys.stdin], [], [], min(left, 0.25))
            if readable:
                name = sys.stdin.readline().strip() or name
                break
        print(f"Hello, {name}!")
        """,
    "asyncio": """
        import asyncio, sys
        async def ask(seconds):
            reader = asyncio.StreamReader()
            await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
            sys.stdout.write("Your name? ")
            sys.stdout.flush()
            try:
                line = await asyncio.wait_for(reader.readline(), seconds)
            except TimeoutError:
                line = b""
            print(f"Hello, {line.decode().strip() or 'nobody'}!")
        asyncio.run(ask(float(sys.argv[1])))
        """,
    "poll, and input": """
        import select, sys
        poll = select.poll()
        poll.register(sys.stdin, select.POLLIN)
        print("Your name? ", end="")
        sys.stdout.flush()
        name = ""
        if poll.poll(float(sys.argv[1]) * 1000):
            try:
                name = input().strip()
            except EOFError:
                pass
        print("Hello, ", name or "nobody", "!", sep="")
        raise SystemExit
        """,
}
