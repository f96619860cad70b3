"""The programmes behind an average: one dot each on one line.

Dots are positioned elements and not an image, so that they keep their size on a narrow
screen.
"""

from collections.abc import Sequence
from html import escape

from dashboards import formats
from tandem.core.wording import render

COLLISION = 0.022  # of the axis: nearer dots are put on top of each other
STEP = 13  # pixels from one level to the next
LEAST_LEVELS = 3
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def levels(values: Sequence[float]) -> list[int]:
    """Return the level of each dot, 0 the lowest, so that none covers another.

    Args:
        values: of the dots, ascending.
    """
    last: list[float] = []  # value of the newest dot of each level
    found = []
    for value in values:
        free = [at for at, newest in enumerate(last) if value - newest >= COLLISION]
        level = free[0] if free else len(last)
        last[level : level + 1] = [value]
        found.append(level)
    return found


def title(values: Sequence[float], average: float | None) -> str:
    """Return what the dots show, in a sentence."""
    if not values:
        return render("page.programmes.strip.none")
    ends = {
        "low": formats.of_hundred(min(values)),
        "high": formats.percent(max(values)),
        "count": len(values),
    }
    if average is None:
        return render("page.programmes.strip.no_average", **ends)
    return render(
        "page.programmes.strip.title", average=formats.percent(average), **ends
    )


def markup(dots: Sequence[tuple[str, float]], average: float | None, alt: str) -> str:
    """Return the drawing as HTML.

    Args:
        dots: name and share (0 to 1) of each programme, in any order.
        average: of the whole choice; None where it is not shown.
        alt: what it shows, in words.
    """
    ordered = sorted(dots, key=lambda dot: (dot[1], dot[0]))
    rows = levels([value for _, value in ordered])
    height = STEP * max([LEAST_LEVELS, *(row + 1 for row in rows)]) + 6
    marks = "".join(
        f'<i style="left:{100 * value:.1f}%;bottom:{4 + STEP * row}px" '
        f'title="{escape(name)}: {formats.percent(value)}"></i>'
        for (name, value), row in zip(ordered, rows, strict=True)
    )
    line = "" if average is None else f'<u style="left:{100 * average:.1f}%"></u>'
    ticks = "".join(
        f'<span style="left:{100 * tick:.0f}%">{formats.percent(tick)}</span>'
        for tick in TICKS
    )
    label = ""
    if average is not None:
        words = render("page.programmes.strip.average", value=formats.percent(average))
        side = "right" if average > 0.5 else "left"
        at = 100 * (1 - average) if side == "right" else 100 * average
        label = (
            f'<div class="td-strip-label"><b style="{side}:{at:.1f}%">'
            f"{escape(words)}</b></div>"
        )
    return (
        f'<div class="td-strip" role="img" aria-label="{escape(alt)}">{label}'
        f'<div class="td-strip-dots" style="height:{height}px">{line}{marks}</div>'
        f'<div class="td-strip-ticks">{ticks}</div></div>'
    )


def range_markup(value: float | None, low: float | None, high: float | None) -> str:
    """Return a share with its likely range as a dot on a bar from 0 to 100 %."""
    if value is None:
        return ""
    bar = ""
    if low is not None and high is not None:
        bar = f'<i style="left:{100 * low:.0f}%;width:{100 * (high - low):.0f}%"></i>'
    return (
        f'<span class="td-range-row" aria-hidden="true">{bar}'
        f'<b style="left:{100 * value:.0f}%"></b></span>'
    )
