"""How strong the evidence of a comparison is, in a word, apart from its size.

Each gate that a comparison meets gives or takes points. Gates, points and words stand
in seeds/evidence_points.csv and seeds/evidence_strengths.csv, which the method card
prints.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from comparison.design import ACROSS, COHORTS, PAIRED
from comparison.gates import Comparison
from comparison.verdicts import DIFFERENT, Thresholds
from tandem.core.seeds import seed_rows

NONE = "none"
MANY_PROGRAMMES = 10  # in the mode that has fewer
DESIGN_GATES = {
    PAIRED: "same_programmes",
    ACROSS: "other_programmes",
    COHORTS: "few_programmes",
}


@dataclass(frozen=True)
class Strength:
    """The strength in a word, and the gates that gave or took points.

    Attributes:
        word: "none" to "strong", a `strength` of seeds/evidence_strengths.csv.
        gates: of seeds/evidence_points.csv, in the order of that file.
    """

    word: str
    gates: tuple[str, ...]


def strength_of(
    found: Comparison,
    thresholds: Thresholds,
    *,
    is_base_selected: bool,
    is_registered: bool,
) -> Strength:
    """Return the strength of a comparison's evidence; none where it was refused.

    Args:
        found: the comparison with its final verdict.
        thresholds: of the gates.
        is_base_selected: the KPI's denominator depends on what people did after they
            enrolled.
        is_registered: the comparison was planned before its data arrived.
    """
    if found.estimate is None:
        return Strength(NONE, ())
    met = set(_gates(found, thresholds))
    if is_base_selected:
        met.add("selected_base")
    if is_registered:
        met.add("registered")
    return graded(met)


def graded(met: Collection[str]) -> Strength:
    """Return the strength that a set of gates gives.

    Raises:
        KeyError: a gate is not in seeds/evidence_points.csv.
    """
    points = _points()
    total = sum(points[gate] for gate in met)
    reached = [word for word, least in _least_points() if total >= least]
    in_order = tuple(gate for gate in points if gate in met)
    return Strength(reached[-1] if reached else NONE, in_order)


def _gates(found: Comparison, thresholds: Thresholds) -> Iterator[str]:
    yield DESIGN_GATES[found.method]
    arms = [found.a.programme_count, found.b.programme_count if found.b else 0]
    if min(arms) >= MANY_PROGRAMMES:
        yield "ten_programmes"
    if found.is_same_as_before:
        yield "second_look"
    support = found.support
    if support is not None and support.overlap_share < thresholds.overlap_ok:
        yield "partial_overlap"
    if support is not None and (support.largest_smd or 0.0) > thresholds.smd_care:
        yield "unbalanced"
    if not found.held_equal:
        yield "people_not_held_equal"
    if found.depends_on_missing:
        yield "missing_outcomes"
    if found.people_to_link is not None:
        yield "unmatched_people"
    is_rare = (found.q_value or 0.0) <= thresholds.false_discovery_rate
    if found.verdict in DIFFERENT and not is_rare:
        yield "many_comparisons"


def _points() -> dict[str, int]:
    return {row["gate"]: int(row["points"]) for row in seed_rows("evidence_points")}


def _least_points() -> list[tuple[str, int]]:
    return [
        (row["strength"], int(row["least_points"]))
        for row in seed_rows("evidence_strengths")
        if row["least_points"]
    ]
