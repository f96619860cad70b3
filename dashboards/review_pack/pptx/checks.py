"""What is refused before anything is drawn."""

import math
import re
from collections import Counter
from collections.abc import Iterable

from dashboards.review_pack.blocks import (
    BarChart,
    Block,
    CurveChart,
    PackNotBuilt,
    RangeChart,
)
from dashboards.review_pack.content import Slide, texts_of

# What a calculation that failed would print; none of it is a word of a language here.
_UNFINISHED = re.compile(r"(?<![\w'])(NaN|nan|-?inf|None|NaT)(?![\w'])")


def where_of(slide: Slide) -> str:
    """Return how errors name a slide."""
    return f"slide {slide.number}" if slide.number else "the last slide"


def refuse_unfinished(slide: Slide) -> None:
    """Refuse a slide with a number that is none, an empty chart or one without words.

    Raises:
        PackNotBuilt: names the slide.
    """
    where = where_of(slide)
    if not slide.title.words.strip():
        raise PackNotBuilt("it has no title", where, "report this")
    for text in texts_of(slide):
        if _UNFINISHED.search(text.words):
            raise PackNotBuilt(f"no number: {text.words!r}", where, "see the page")
    for block in slide.blocks:
        _refuse_block(block, where)


def _refuse_block(block: Block, where: str) -> None:
    if not isinstance(block, RangeChart | BarChart | CurveChart):
        return
    if not block.alt.strip():
        raise PackNotBuilt("a chart has no words for it", where, "report this")
    numbers: list[float | None] = []
    match block:
        case RangeChart():
            is_empty = not block.rows
            numbers += [block.least, block.most, block.zero, block.margin]
            for row in block.rows:
                numbers += [row.value, row.low, row.high]
            _refuse_range(block, where)
        case BarChart():
            is_empty = not block.bars
            numbers += [block.most, *(bar.value for bar in block.bars)]
        case CurveChart():
            is_empty = not all(curve.days for curve in block.curves)
            is_empty = is_empty or not block.curves
            for curve in block.curves:
                numbers += [*curve.shares, *curve.lows, *curve.highs]
                sizes = {len(curve.days), len(curve.shares)}
                if sizes | {len(curve.lows), len(curve.highs)} != {len(curve.days)}:
                    raise PackNotBuilt(
                        f"{curve.label}: not one value a day", where, "report this"
                    )
    if is_empty:
        raise PackNotBuilt("a chart is empty", where, "leave the slide out")
    for number in numbers:
        if number is not None and not math.isfinite(number):
            raise PackNotBuilt("a number is not finite", where, "see the page")


def _refuse_range(block: RangeChart, where: str) -> None:
    """Refuse what would be drawn beside the axis, or a range without its value."""
    if not block.least < block.most:
        raise PackNotBuilt("an axis has no length", where, "report this")
    for row in block.rows:
        if row.value is None:
            continue
        if not block.least <= row.value <= block.most:
            raise PackNotBuilt(
                f"{row.label.words}: the value is beyond the axis", where, "report this"
            )
        if (row.low is None) != (row.high is None):
            raise PackNotBuilt(f"{row.label.words}: half a range", where, "report this")
        if row.low is not None and not row.low <= row.value <= row.high:
            raise PackNotBuilt(
                f"{row.label.words}: the value is outside its range",
                where,
                "report this",
            )


def with_own_titles(slides: Iterable[Slide]) -> list[str]:
    """Return a title for each slide, none twice: its topic goes before a shared one.

    Raises:
        PackNotBuilt: two slides still have one title.
    """
    slides = list(slides)
    shared = Counter(slide.title.words for slide in slides)
    titles = [
        f"{slide.topic}: {slide.title.words}"
        if shared[slide.title.words] > 1
        else slide.title.words
        for slide in slides
    ]
    for title, count in Counter(titles).items():
        if count > 1:
            raise PackNotBuilt("two slides have one title", title, "report this")
    return titles
