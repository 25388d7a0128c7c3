"""Lesson 00: a loop, and nothing else. It waits a second for nobody, says so, and goes round again.

    python lessons/00_start_here.py          (Ctrl-C ends it)
"""
import select

while True:
    select.select([], [], [], 1)
    print("round again")
