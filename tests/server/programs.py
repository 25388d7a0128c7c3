"""Programs that several tests of this room run."""

TICK = "import select\nfor number in range(10 ** 9):\n    select.select([], [], [], 0.01)\n    print('tick', number)\n"
STUBBORN = """
    import select, signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        select.select([], [], [], 1)
    """
