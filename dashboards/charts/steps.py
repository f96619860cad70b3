"""Steps of a blend as horizontal bars, and waits and rates as a dot with its range.

They are positioned boxes and words, so that they need no chart library, are read in
order by screen readers, and fit any width.
"""

from collections.abc import Sequence

from dashboards.charts.svg import drawing, image
from dashboards.theme import GRID, LINE, NEUTRAL

WIDTH, HEIGHT = 300, 26  # of the drawing of a range, in its own units


def bar(share: float | None) -> str:
    """Return a bar that fills a share of its width, 0 to 1; an empty one for None."""
    if share is None:
        return '<div class="td-bar td-is-empty" aria-hidden="true"></div>'
    return (
        '<div class="td-bar" aria-hidden="true">'
        f'<i style="width:{100 * share:.0f}%"></i></div>'
    )


def dot_and_range(
    value: float,
    low: float,
    high: float,
    *,
    most: float,
    ticks: Sequence[float] = (),
) -> str:
    """Return a value with its range on a scale from 0 as an image beside its words.

    Args:
        value: where the dot stands.
        low: lower end of the range.
        high: upper end.
        most: the end of the scale.
        ticks: values with a thin line.
    """

    def x(number: float) -> float:
        return 8 + max(0.0, min(number / most, 1.0)) * (WIDTH - 16)

    middle = HEIGHT / 2
    lines = "".join(
        f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="0" y2="{HEIGHT}" '
        f'stroke="{GRID}"/>'
        for tick in ticks
    )
    drawn = (
        f'<line x1="8" x2="{WIDTH - 8}" y1="{middle}" y2="{middle}" stroke="{GRID}"/>'
        f'{lines}<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{middle}" '
        f'y2="{middle}" stroke="{NEUTRAL}" stroke-width="5" stroke-linecap="round" '
        f'opacity=".55"/><circle cx="{x(value):.1f}" cy="{middle}" r="6.4" '
        f'fill="{LINE}" stroke="#FFFFFF" stroke-width="1.5"/>'
    )
    return image(drawing(WIDTH, HEIGHT, drawn), alt="")
