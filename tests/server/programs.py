"""A program that several files of this room run."""

TICK = "import select\nfor number in range(10 ** 9):\n    select.select([], [], [], 0.01)\n    print('tick', number)\n"
