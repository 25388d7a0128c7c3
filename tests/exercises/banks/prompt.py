"""prompt: programs that must not pass, each wrong in one way, and programs that must."""

ASK = 'print("Your name? ", end="", flush=True)\n'
WAIT = "readable, writable, exceptional = select.select([sys.stdin], [], [], seconds)\n"
NAME = 'name = sys.stdin.readline().strip() if readable else ""\n'

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("it doesn't flush", "an answer", "nothing", [(", flush=True", "")]),
    ("a line end behind the question", "an answer", r"^'Your name\? \\n'$", [(', end="", flush=True', "")], "What does print put behind"),
    ("no space behind the question", "an answer", r"^'Your name\?'$", [("Your name? ", "Your name?")], "letter by letter"),
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
    ("it takes the line end alone away", "spaces around it", "Hello,   Ada  King Lovelace  !", [(".strip()", ".strip('\\n')")]),
    ("it doesn't ask whether anybody is readable", "no answer", r"stands in line \d+, `name = sys\.stdin\.readline", [
        (NAME, "name = sys.stdin.readline().strip()\n")]),
    ("it takes the first of an empty list", "no answer", "IndexError", [(NAME, "name = readable[0].readline().strip()\n")]),
    ("an empty name is a name", "no answer", "Hello, !", [("{name or 'nobody'}", "{name}")]),
    # "It waits in select."
    ("it sleeps and looks, in turn", "it waits in select", "it waits somewhere else", [
        (WAIT, "import time\nend, readable = time.time() + seconds, []\nwhile not readable and time.time() < end:\n"
         "    time.sleep(0.1)\n    readable, _, _ = select.select([sys.stdin], [], [], 0)\n")]),
    ("one call of select for show, and a thread that reads", "it waits in select", r"stands in line \d+, `reader\.join\(seconds\)`", """
        import select, sys, threading
        seconds, names = float(sys.argv[1]), []
        print("Your name? ", end="", flush=True)
        select.select([sys.stdin], [], [], 0)
        reader = threading.Thread(target=lambda: names.append(sys.stdin.readline().strip()), daemon=True)
        reader.start()
        reader.join(seconds)
        print(f"Hello, {(names or [''])[0] or 'nobody'}!", flush=True)
        import os
        os._exit(0)
        """),
    # "`seconds` seconds at most."
    ("twice as long", "no answer", "waits on when the time is out", [("[], [], seconds)", "[], [], 2 * seconds)")]),
    ("a little longer", "no answer", "waits on when the time is out", [("[], [], seconds)", "[], [], seconds + 0.5)")]),
    ("half as long", "no answer", "before the time is out", [("[], [], seconds)", "[], [], seconds / 2)")]),
    ("ten seconds at most", "no answer", "before the time is out", [("[], [], seconds)", "[], [], min(seconds, 10))")]),
    ("whole seconds alone", "no answer", "before the time is out", [("[], [], seconds)", "[], [], int(seconds))")]),
    ("it asks once more", "no answer", r"waits on|'Your name\? '", [(WAIT, WAIT + "if not readable:\n    " + WAIT)]),
    # "Who has answered doesn't wait any more", and "Then it ends, without an error."
    ("a rest after the answer", "an answer", r"stands in line \d+, `time\.sleep", [("import sys\n", "import sys\nimport time\n"),
        (NAME, NAME + "time.sleep(3 if name else 0)\n")]),
    ("it waits until the time is out, whoever has answered", "an answer", r"stands in line \d+, `time\.sleep", [
        (WAIT, "import time\nbegin = time.monotonic()\n" + WAIT), (NAME, NAME + "time.sleep(max(begin + seconds - time.monotonic(), 0))\n")]),
    ("an exit status", "an answer", "exit status 1", [("print(f\"Hello, {name or 'nobody'}!\")",
        "print(f\"Hello, {name or 'nobody'}!\")\nsys.exit(1)")]),
    # "It prints nothing else."
    ("a dot for each second", "no answer", r"'Your name\? \.+'", [
        (WAIT, "readable = []\nwhile seconds > 0 and not readable:\n"
         "    readable, _, _ = select.select([sys.stdin], [], [], min(seconds, 1))\n"
         "    seconds -= 1\n    if seconds > 0 and not readable:\n        print('.', end='', flush=True)\n")]),
    ("a line end when the time is out", "no answer", r"'Your name\? \\nHello, nobody", [
        (NAME, NAME + "if not readable:\n    print()\n")]),
    ("a word at the end of the input", "the end of the input", "bye", [(NAME, NAME.replace("sys.stdin.readline()", "(sys.stdin.readline() or print('bye') or '')"))]),
    ("something else on stderr", "an answer", "thanks", [(NAME, NAME + "if name:\n    print('thanks', file=sys.stderr)\n")]),
    # "It prints `Hello, NAME!`. Spaces around the name are taken away."
    ("spaces within are taken away, too", "spaces around it", "Hello, Ada King Lovelace!", [
        ("sys.stdin.readline().strip()", "' '.join(sys.stdin.readline().split())")]),
    ("the first word alone", "spaces around it", "Hello, Ada!", [("sys.stdin.readline().strip()", "(sys.stdin.readline().split() or [''])[0]")]),
    ("spaces in front stay", "spaces around it", "Hello,   Ada  King Lovelace!", [(".strip()", ".rstrip()")]),
    ("small letters", "spaces around it", "Hello, Ada  king lovelace!", [(".strip()", ".strip().capitalize()")]),
    ("each word begins with a capital", "whatever the name", "R2-D2 And Ada O'Brien", [(".strip()", ".strip().title()")]),
    ("letters and spaces alone", "whatever the name", "Hello, RD and ada obrien!", [
        (NAME, NAME + "name = ''.join(one for one in name if one.isalpha() or one == ' ')\n")]),
    ("three spaces are a name", "an empty line", r"Hello,    !", [
        (NAME, "line = sys.stdin.readline() if readable else ''\nname = line.strip() or line.rstrip('\\n')\n")]),
    ("English letters alone", "whatever the name", "UnicodeEncodeError", [(NAME, NAME + "name = name.encode('ascii').decode()\n")]),
    ("a short name alone", "whatever the name", "Hello, ", [("sys.stdin.readline()", "sys.stdin.readline(100)")]),
    ("an end of the input is an error", "the end of the input", "EOFError", [("sys.stdin.readline()", "input()")], "by this error"),
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
    "a timer of the system": """
        import select, signal, sys
        class TimeIsOut(Exception):
            pass
        def out(number, frame):
            raise TimeIsOut
        signal.signal(signal.SIGALRM, out)
        print("Your name? ", end="", flush=True)
        signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]))
        name = ""
        try:
            select.select([sys.stdin], [], [])
            signal.setitimer(signal.ITIMER_REAL, 0)
            name = sys.stdin.readline().strip()
        except TimeIsOut:
            pass
        print(f"Hello, {name or 'nobody'}!")
        """,
    "a thread reads, and rings": """
        import os, select, sys, threading
        bell, ring = os.pipe()
        names = []
        def read():
            names.append(sys.stdin.buffer.readline().decode().strip(" \\n\\t"))
            os.write(ring, b"!")
        threading.Thread(target=read, daemon=True).start()
        sys.stdout.write("Your name? ")
        sys.stdout.flush()
        rung, _, _ = select.select([bell], [], [], float(sys.argv[1]))
        sys.stdout.write("Hello, " + (rung and names[0] or "nobody") + "!\\n")
        sys.stdout.flush()
        os._exit(0)
        """,
    "a class, and a tenth of a second at a time": """
        import select, sys
        class Prompt:
            def __init__(self, seconds):
                self.tenths = round(seconds * 10)
            def line(self):
                for _ in range(self.tenths):
                    if sys.stdin in select.select([sys.stdin], (), (), 0.1)[0]:
                        return next(sys.stdin, "")
                return ""
        sys.stdout.write("Your name? ")
        sys.stdout.flush()
        words = Prompt(float(sys.argv[1])).line().strip()
        match words:
            case "":
                print("Hello, nobody!")
            case name:
                print("Hello, {}!".format(name))
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
