"""What stops a pack: a page that a reader could not trust is never written."""

import math
import re
from collections import Counter
from collections.abc import Iterable

from dashboards.review_pack.blocks import (
    BarChart,
    Block,
    Cards,
    Chart,
    CurveChart,
    PackNotBuilt,
    Paragraphs,
    RangeChart,
    Text,
    Tiles,
    texts_of_block,
)
from dashboards.review_pack.content import LEFT_OUT, Pack, Slide, texts_of

# Words of a program that failed, or of a number that is none. `None` may begin a
# sentence, so that it counts only inside one, or where a number would stand.
BROKEN = re.compile(
    r"(?<!\w)(?:nan|NaN|inf|undefined|Traceback|\w*Error:)(?!\w)|[{}]"
    r"|^None$|None%|None (?:points|days|hours|to)\b|(?<=[\w,;:(] )None\b"
)
NAME = "x"  # stands for a name in words that are checked
NEXT = "look at the page of the dashboard with the same topic, then report this"


def check(pack: Pack) -> None:
    """Refuse a pack that is not whole.

    Raises:
        PackNotBuilt: names the page and what is wrong with it.
    """
    if not pack.slides:
        raise PackNotBuilt(
            "no slide has any evidence", pack.about.quarter, "run tandem status"
        )
    names = _misleading(pack.names)
    for slide in pack.pages:
        _check_page(slide, names)
    for title, count in Counter(slide.title.words for slide in pack.pages).items():
        if count > 1:
            raise PackNotBuilt("two pages have the same title", title, NEXT)
    for slide in pack.left_out:
        if slide.state != LEFT_OUT or not slide.reason or slide.blocks:
            raise PackNotBuilt(
                "a page is left out without a reason", where(slide), NEXT
            )


def where(slide: Slide) -> str:
    """Return how messages name a page."""
    return f"page {slide.number}, {slide.topic}"


def _misleading(names: Iterable[str]) -> list[str]:
    """Return the names that look broken themselves, the longest first."""
    return sorted({n for n in names if BROKEN.search(n)}, key=lambda n: (-len(n), n))


def _check_page(slide: Slide, names: list[str]) -> None:
    if not slide.title.words.strip() or not slide.topic.strip():
        raise PackNotBuilt("the page has no title", where(slide), NEXT)
    if not slide.blocks:
        raise PackNotBuilt("the page is empty", where(slide), NEXT)
    for text in texts_of(slide):
        words = text.words
        for name in names:
            words = words.replace(name, NAME)
        if not text.is_free and (found := BROKEN.search(words)):
            raise PackNotBuilt(
                f"the words hold {found[0]!r}: {text.words[:80]}", where(slide), NEXT
            )
    for block in slide.blocks:
        if problem := _problem(block):
            raise PackNotBuilt(f"{block.title!r}: {problem}", where(slide), NEXT)


def _problem(block: Block) -> str:
    """Return why a block cannot be drawn; empty where it can."""
    if isinstance(block, Tiles | Cards | Paragraphs):
        empty = not any(text.words.strip() for text in texts_of_block(block))
        return "it says nothing" if empty else ""
    if isinstance(block, Chart):
        return _problem_of_chart(block)
    return ""


def _problem_of_chart(chart: Chart) -> str:
    if not chart.title.strip():
        return "a chart has no title"
    if not chart.alt.strip():
        return "the drawing has no words for those who cannot see it"
    numbers = _numbers(chart)
    if not numbers:
        return "nothing is drawn"
    if not all(map(math.isfinite, numbers)):
        return "a number is not finite"
    match chart:
        case RangeChart():
            values = [(row.label, row.value) for row in chart.rows]
            return _problem_of_axis(
                chart.least, chart.most, values
            ) or _problem_of_ranges(chart)
        case BarChart():
            values = [(bar.label, bar.value) for bar in chart.bars]
            return _problem_of_axis(0.0, chart.most, values)
        case CurveChart():
            return _problem_of_curves(chart)


def _problem_of_axis(
    least: float, most: float, values: Iterable[tuple[Text, float | None]]
) -> str:
    if not (math.isfinite(least) and math.isfinite(most)) or least >= most:
        return "the axis has no length"
    for label, value in values:
        if value is not None and not least <= value <= most:
            return f"{label}: the value is beyond the axis"
    return ""


def _problem_of_ranges(chart: RangeChart) -> str:
    if not math.isfinite(chart.margin):
        return "the margin is not finite"
    for row in chart.rows:
        if row.value is None:
            continue
        if (row.low is None) != (row.high is None):
            return f"{row.label}: half a range"
        if row.low is not None and not row.low <= row.value <= row.high:
            return f"{row.label}: the value is outside its range"
    return ""


def _problem_of_curves(chart: CurveChart) -> str:
    for curve in chart.curves:
        sizes = {len(curve.shares), len(curve.lows), len(curve.highs)}
        if sizes != {len(curve.days)} or not curve.days:
            return f"{curve.label}: not one value a day"
    return ""


def _numbers(chart: Chart) -> list[float]:
    match chart:
        case RangeChart():
            found = [(row.value, row.low, row.high) for row in chart.rows]
        case BarChart():
            found = [(bar.value,) for bar in chart.bars]
        case CurveChart():
            found = [
                (*curve.days, *curve.shares, *curve.lows, *curve.highs)
                for curve in chart.curves
            ]
    return [number for numbers in found for number in numbers if number is not None]
