"""Numbers over iterations: time waited and worked, and bytes pending."""
from math import ceil, log10
from typing import TYPE_CHECKING

from ..errors import GlassError, kind
from ..recording import depths, echoes
from .drawing import BLUE, DARK, GREEN, ORANGE, RED, UNITS, picture
from .seen import recording_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHORTEST = 1e-6    # seconds: shorter times are drawn as this
LINES = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (RED, ":")]       # as many clients as are drawn


def times(seen) -> "Figure":
    """A matplotlib figure: how long each iteration waited in its call, and how long it worked after it (log scale).

    Above it stand their shares of the whole time. Iterations that were stepped don't count in it: the held clock jumps, and
    nobody really waited.
    """
    recording = recording_of(seen)
    kept = recording.iterations[-40:]
    waited, worked = (sum(getattr(one, what) for one in kept) for what in ("waited", "worked"))
    more = "waited longer than it worked" if waited > worked else "worked longer than it waited"
    shares = shares_of([one for one in kept if not one.lines])
    figure = picture(max(6.0, 1.6 + 0.3 * len(kept)), 3.0, f"In these iterations, {recording.program} {more}.")
    axes = figure.add_axes((0.9 / figure.get_figwidth(), 0.2, 1 - 1.1 / figure.get_figwidth(), 0.58))
    for shift, what, colour, hatch, label in ((-0.2, "waited", BLUE, "", "waited in the call"),
                                              (0.2, "worked", ORANGE, "////", "worked after it")):
        heights = [log10(max(getattr(one, what), SHORTEST) / SHORTEST) for one in kept]
        axes.bar([place + shift for place in range(len(kept))], heights, 0.36, color=colour, hatch=hatch,
                 edgecolor="white", label=label + shares[what])
    axes.set_ylim(0, 8)
    axes.set_yticks([0, 3, 6], ["1 µs", "1 ms", "1 s"])
    digits = len(str(kept[-1].number)) if kept else 1
    every = ceil((0.085 * digits + 0.15) / 0.3)            # inches of a number / of an iteration
    axes.set_xticks(range(0, len(kept), every), [one.number for one in kept][::every])
    axes.set_xlabel("iteration")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.02), ncols=2, frameon=False, fontsize=9)
    return figure


def shares_of(iterations):
    """What to add to the names of the bars: how large a part of all this time it is, or nothing where there is none."""
    sums = {what: sum(getattr(one, what) for one in iterations) for what in ("waited", "worked")}
    total = sum(sums.values())
    return {what: f": {percent(part / total)}" if total else "" for what, part in sums.items()}


def percent(share):
    """A share in words that are true after rounding: what is there is never "0.0 %", and not all is never "100.0 %"."""
    if 0 < share < 0.0005:
        return "under 0.1 %"
    return "over 99.9 %" if 0.9995 <= share < 1 else f"{100 * share:.1f} %"


def pending(seen, levels: dict[str, int] | None = None) -> "Figure":
    """A matplotlib figure: the bytes that each client has pending (received from it, not yet sent back to it).

    levels: {name: bytes}, each a level line with its name, to compare with.
    """
    recording = recording_of(seen)
    if not isinstance(levels or {}, dict):
        raise GlassError(f'Levels have names: levels={{"HIGH": 30}}, for instance. This was {kind(levels)}.')
    numbers, sizes = depths(recording.iterations)
    names = sorted(sizes, key=lambda name: -max(sizes[name]))[:len(LINES)]
    none = "nobody has any" if echoes(recording.iterations) else "it sends other bytes than it gets, so none are called so"
    most = f"; {names[0]} has most" if names else f": {none}"
    figure = picture(7.0, 3.0, f"Bytes pending in {recording.program}, iteration by iteration{most}{compared(levels)}.")
    axes = figure.add_axes((0.13, 0.2, 0.84 - 0.1 * bool(levels), 0.62))
    for name, level in (levels or {}).items():
        axes.axhline(level, color=DARK, lw=1, ls=(0, (6, 3)))
        axes.text(1.01, level, name, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color=DARK)
    for name, (colour, dashes) in zip(names, LINES):
        axes.step(numbers, sizes[name], where="mid", color=colour, ls=dashes, lw=2, label=name)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("iteration")
    axes.yaxis.set_major_formatter(in_bytes)
    axes.spines[["top", "right"]].set_visible(False)
    if names:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.02), ncols=len(LINES), frameon=False, fontsize=9,
                    title="bytes pending of", title_fontsize=9, alignment="left")
    else:
        axes.text(0.5, 0.5, f"bytes pending: {none}", transform=axes.transAxes, ha="center")
    return figure


def compared(levels):
    """The lines to compare with, in words."""
    return "; with lines for " + ", ".join(f"{name} ({size:,} bytes)" for name, size in levels.items()) if levels else ""


def in_bytes(size, place=None):
    """A number of bytes on an axis."""
    for unit, name in UNITS:
        if size >= unit:
            return f"{size / unit:g} {name}"
    return f"{size:g} B"
