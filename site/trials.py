"""What the site says of the trials: README's table, each name linked to its paragraph, and the paragraphs."""
import re

from course import lessons
from links import readme

from helpers.trials import TRIALS


def table(page=""):
    """README's table of who survives. page: where the paragraphs are, seen from the table's page."""
    return linked("\n".join(line for line in words().splitlines() if line.startswith("|")), page)


def words():
    """README's section, with its table."""
    return readme("What a server must survive")


def linked(markdown, page=""):
    for one in TRIALS:
        markdown = markdown.replace(f"| {one.name} |", f"| [{one.name}]({page}#{anchor(one.name)}) |")
    return markdown


def anchor(heading):
    """What MyST calls a heading in a link, as GitHub does."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def paragraphs():
    """A heading for each trial, its habit, what is done in it, and which lesson cures what it finds."""
    cured = cures()
    return "\n\n".join(f"### {one.name}\n\n{one.habit}\n\n{done(one.sent)}{cured.get(one.name, '')}" for one in TRIALS)


def done(sent):
    """What is done in a trial; where it begins with a client that says something, that is what clients send."""
    who, says, _ = sent.partition(":")
    in_code = re.sub(r"b'[^']*'", r"`\g<0>`", sent)
    return f"{'Clients send' if says and ';' not in who else 'What is done'}: {in_code}."


def cures():
    """{the name of a trial: where it is cured, in a sentence}: where the table has ✗ before a lesson, and ✓ from it on."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in words().splitlines() if line.startswith("|")]
    numbers, found = rows[0][1:], {}
    for name, *marks in rows[2:]:
        cured = marks.count("✗")
        if 0 < cured < len(marks) and marks == ["✗"] * cured + ["✓"] * (len(marks) - cured):
            one = next(one for one in lessons() if one.number == numbers[cured])
            found[name] = f" Cured in lesson [{one.name}](notebooks/{one.stem}.ipynb)."
    return found
