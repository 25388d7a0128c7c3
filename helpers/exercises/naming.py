"""What is said of a name that no exercise has, and of a cell that was meant to be a program, and isn't one."""
import difflib
import re

from ..errors import kind

ALIKE = 0.6        # names that are less alike than this have nothing to do with each other


def no_exercise(name, lessons):
    """A sentence on what is no exercise's name, and on what is meant, perhaps. lessons: name -> its lesson."""
    own = getattr(getattr(name, "program", name), "name", None)            # a server's program; what change() returned
    if not isinstance(name, (str, int)):
        meant = own if own in lessons else "chat"
        return f'check() takes the name of an exercise, in quotes, and {kind(name)} is none: check("{meant}"), for instance.'
    if number := re.match(r"(?i:lesson|exercise)?[ _]*(\d{1,2})(?!\d)", str(name)):
        lesson = f"{int(number[1]):02}"
        calls = [f'check("{one}")' for one in lessons if lessons[one] == lesson]
        if calls:
            return (f"check() takes the name of a program, and {name!r} is none. Lesson {lesson} has "
                    f"{'these' if len(calls) > 1 else 'this one'}: {' and '.join(calls)}.")
        return f"Lesson {lesson} has no exercise that could be checked. {every(lessons)}"
    near = difflib.get_close_matches(str(name).lower().removesuffix(".py"), lessons, n=1, cutoff=ALIKE)
    return f"There is no exercise {name!r}. " + (f"The nearest is {near[0]!r}." if near else every(lessons))


def every(lessons):
    return f"There are: {', '.join(lessons)}."


def not_a_program(cell):
    """A sentence on a cell that was meant to be a program, and isn't one; "" where nothing is wrong with its first line."""
    name = (re.search(r"progr[a-z]*[^\S\n]+(\w+)", cell, re.IGNORECASE) or ("", "chat"))[1]
    right = f"%%program {name}"
    if re.match(r"%%program\b", cell):
        lines = cell.partition("\n")[2]
        return "" if lines.strip() else f"The program goes into the lines below {right}, in the same cell."
    if re.match(r"\s*%program\b", cell):
        return f"A cell that is a program begins with two percent signs: {right}."
    if re.match(r"\s*%%\s+program\b", cell):
        return f"There is no space between the percent signs and the word: {right}."
    if re.match(r"\s*%%(?!program\b)(?i:progr[a-z]*)\b", cell):
        return f"The word is program, in small letters: {right}."
    if re.match(r"(\s*#[^\n]*\n|\s*\n)*[^\S\n]*%%program\b", cell):
        return f"{right} must be the very first thing in its cell: nothing stands above it, and no space before it."
    return ""
