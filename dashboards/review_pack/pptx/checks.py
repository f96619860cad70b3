"""What is refused before a chart is drawn, beside what stops a pack in every format."""

from collections.abc import Iterable

from dashboards.review_pack.blocks import CurveChart, PackNotBuilt, RangeChart
from dashboards.review_pack.checks import NEXT, where
from dashboards.review_pack.content import Slide


def refuse_crooked(slides: Iterable[Slide]) -> None:
    """Refuse a chart whose parts do not belong to each other.

    Raises:
        PackNotBuilt: a value is beyond its axis or outside its range, or a curve has
            not one value a day; names the page.
    """
    for slide in slides:
        for block in slide.blocks:
            problem = ""
            if isinstance(block, RangeChart):
                problem = _problem_of_range(block)
            elif isinstance(block, CurveChart):
                problem = _problem_of_curves(block)
            if problem:
                raise PackNotBuilt(problem, where(slide), NEXT)


def _problem_of_range(block: RangeChart) -> str:
    if not block.least < block.most:
        return "the axis has no length"
    for row in block.rows:
        if row.value is None:
            continue
        if not block.least <= row.value <= block.most:
            return f"{row.label}: the value is beyond the axis"
        if (row.low is None) != (row.high is None):
            return f"{row.label}: half a range"
        if row.low is not None and not row.low <= row.value <= row.high:
            return f"{row.label}: the value is outside its range"
    return ""


def _problem_of_curves(block: CurveChart) -> str:
    for curve in block.curves:
        sizes = {len(curve.shares), len(curve.lows), len(curve.highs)}
        if sizes != {len(curve.days)} or not curve.days:
            return f"{curve.label}: not one value a day"
    return ""
