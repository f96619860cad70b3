"""Propose the purpose of a programme, from words of its title and what was seen.

Both kinds of evidence are points, added up by purpose. Without enough points, or with
two purposes near each other, nothing is proposed.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.proposals.finishing import NEW_DAYS
from ingest.proposals.groups import Programme
from ingest.proposals.roles import STUDIED
from ingest.proposals.words import found
from tandem.core.seeds import seed_rows

ENOUGH, AHEAD = 2.0, 1.0
SHORT_MINUTES = 6.0  # the longest that most visits to a small unit take
FEWEST_UNITS = 3
MODE_POINTS = 0.5
UNIT_SHARE = 0.5  # of what titles of units say counts


@dataclass(frozen=True)
class Shape:
    """What was seen of a programme, apart from its titles."""

    mode: str
    roles: Counter[str]
    unit_minutes: float | None
    days_after_hiring: float | None
    has_due_dates: bool
    has_searches: bool
    has_badges: bool


def purpose_of(
    programme: Programme, titles: Iterable[str], shape: Shape
) -> tuple[str, str]:
    """Return the purpose of a programme and why; empty where evidence is too thin.

    Args:
        programme: whose name and courses are read.
        titles: of its units, which count less.
        shape: what was seen of it.
    """
    points: dict[str, float] = Counter()
    reasons: dict[str, list[str]] = {}
    names = dict.fromkeys([programme.name, *(c.name for c in programme.courses)])
    best: dict[str, tuple[int, tuple[str, ...]]] = {}
    for name in names:
        for purpose, (weight, said) in found("category", name).items():
            if weight > best.get(purpose, (0, ()))[0]:
                best[purpose] = weight, said
    for purpose, (weight, said) in best.items():
        points[purpose] += weight
        reasons.setdefault(purpose, []).append(f"title: {', '.join(said)}")
    if not best:
        _add_units(titles, points, reasons)
    for purpose, weight, reason in _shape_points(shape):
        points[purpose] += weight
        reasons.setdefault(purpose, []).append(reason)
    ranked = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < ENOUGH:
        return "", "Neither its title nor its use tells enough: please choose"
    first, first_points = ranked[0]
    if len(ranked) > 1 and first_points - ranked[1][1] < AHEAD:
        options = " or ".join(_label(p) for p, _w in ranked[:2])
        return "", f"It could be {options}: please choose"
    return first, "; ".join(reasons[first])


def _add_units(
    titles: Iterable[str], points: dict[str, float], reasons: dict[str, list[str]]
) -> None:
    counts: Counter[str] = Counter()
    said_of: dict[str, str] = {}
    for title in titles:
        for purpose, (weight, said) in found("category", title).items():
            counts[purpose] = max(counts[purpose], weight)
            said_of[purpose] = ", ".join(said)
    for purpose, weight in counts.items():
        points[purpose] += weight * UNIT_SHARE
        reasons.setdefault(purpose, []).append(f"titles of units: {said_of[purpose]}")


def _shape_points(shape: Shape) -> Iterable[tuple[str, float, str]]:
    units = sum(shape.roles[role] for role in STUDIED)
    for row in seed_rows("outcome_categories"):
        if row["usual_mode"] and row["usual_mode"] == shape.mode:
            label = {"sync": "live", "async": "self-paced"}[shape.mode]
            yield row["outcome_category"], MODE_POINTS, f"{label}, as is usual for it"
    is_short = shape.unit_minutes is not None and shape.unit_minutes <= SHORT_MINUTES
    if is_short and units >= FEWEST_UNITS:
        yield "microlearning", 2.0, f"units of {shape.unit_minutes:.0f} minutes"
    days = shape.days_after_hiring
    if days is not None and days <= NEW_DAYS:
        yield "high_volume", 2.0, f"taken {days:.0f} days after the first day at work"
    if shape.has_due_dates:
        yield "compliance", 1.5, "it has due dates"
    if shape.roles["final_assessment"] and shape.mode == "async" and units <= 2:
        yield "compliance", 0.5, "little content and a final test"
    if shape.has_badges and shape.mode != "async":
        yield "cohort_credential", 1.0, "badges were earned in groups that meet"
    if shape.has_searches:
        yield "reference", 1.0, "people search in it"


def _label(purpose: str) -> str:
    rows = seed_rows("outcome_categories")
    return next(r["label"] for r in rows if r["outcome_category"] == purpose)
