"""Predictions on the site: no answer is in sight, and all that is shown to think about is."""
import re

import pytest

from tests import ROOT
from tests.course.lists import READY
from tests.site.html import HANDED_OUT, Told, cells, plain

LESSON_PAGES = [*(f"notebooks/{stem}" for stem in READY),
                *(path.relative_to(ROOT).with_suffix("").as_posix() for path in HANDED_OUT)]
SHOWN = "show(", "player("         # what one looks at in order to answer
NOTHING_FOLLOWS = {"notebooks/exercises/05_disconnect_cleanup/05_disconnect_cleanup": 1,      # what a program to be written
                   "notebooks/exercises/08_messages_to_tables/08_messages_to_tables": 1}      # will show is the answer


@pytest.mark.parametrize("place", LESSON_PAGES)
def test_no_answer_is_in_sight(site, place):
    """After a prediction, up to the next heading or prediction, the first that tells anything is folded."""
    parts = Told(site / f"{place}.html").parts
    places, without = [at for at, (what, _) in enumerate(parts) if what == "prediction"], 0
    of_it = cells(ROOT / f"{place}.ipynb")
    texts = [cell.source for cell in of_it if cell.cell_type == "markdown"]
    anew = [plain(after.source) for before, after in zip(of_it, of_it[1:]) if before.cell_type == after.cell_type == "markdown"]
    anew += [plain(part) for text in texts for part in re.findall(r".*\*\*Predict.*", text)]
    for at in places:
        after = []
        for what, words in parts[at + 1:]:
            if what in ("heading", "prediction"):
                break
            after.append((what, words))
        while len(after) > 1 and after[0][0] == "input" and last_line(after[0][1]).startswith(SHOWN):
            after = after[2:]
        kinds = [what for what, _ in after]
        without += not kinds
        assert not kinds or kinds[0] in ("answer", "fold") or kinds[:2] == ["input", "answer"], (place, parts[at], kinds)
        if "answer" in kinds[:2]:                  # it holds something
            begins = kinds.index("answer")
            text = after[begins][1].partition("Then open: answer ")[2]
            assert kinds[begins + 1] != "end" or len(text) > 10, (place, parts[at])
            end = next(one for one in range(begins, len(after)) if after[one][0] == "end" and after[one][1].startswith("answer"))
            said = plain(after[end][1].removeprefix("answer"))
            assert not said or any(begins.startswith(said[:25]) for begins in anew), (place, parts[at], said)
    assert len(places) == sum(text.count("**Predict") for text in texts) and without == NOTHING_FOLLOWS.get(place, 0)


@pytest.mark.parametrize("place", LESSON_PAGES)
def test_what_is_shown_to_think_about_is_not_folded_and_each_fold_has_its_own_name(site, place):
    depth, names = 0, []
    for what, words in Told(site / f"{place}.html").parts:
        depth += (what == "answer") - (what == "end" and words.startswith("answer"))
        assert not (depth and what == "input" and last_line(words).startswith("show("))
        assert not (depth and what == "heading")
        if what == "answer":
            names.append(re.match(r"Predict first. Then open: answer (\d+)", words)[1])
    assert names == [str(one + 1) for one in range(len(names))] and depth == 0


def last_line(code):
    return code.strip().splitlines()[-1]
