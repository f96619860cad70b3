"""One comparison of two modes: every gate in order, then the estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from comparison.audience import known_attributes
from comparison.available_units import Supply, supply
from comparison.cells import distinct
from comparison.comparability import CommonSupport, common_support
from comparison.design import (
    ACROSS,
    Design,
    estimate,
    supply_and_designs,
)
from comparison.estimators import Estimate
from comparison.repeated_looks import Standing
from comparison.scope import ComparisonSpec, Scope, same_meaning
from comparison.values import programme_values
from comparison.verdicts import (
    DIFFERENT,
    Arm,
    Bounds,
    Decision,
    Thresholds,
    decide,
    is_direction_reversed,
    lacks_common_support,
    needs_care,
)

# Why people are left out of a comparison, in the order of the gates.
LEFT_OUT = ("definition", "design", "overlap")


@dataclass(frozen=True)
class Comparison:
    """What was found; numbers are None where no estimate was allowed.

    `estimate` is None exactly if `verdict` is a refusal. Differences are a minus b, in
    the KPI's unit. The arms count what was compared or, after a refusal, what there
    was.

    Attributes:
        left_out: people of both arms that were not compared, by reason of `LEFT_OUT`.
        held_equal: attributes of people that the estimate holds equal.
        not_known: attributes of too few people to hold them equal.
        supply: what there was of what a comparison needs, where there was too little.
        standing: of the difference, given the looks before.
        change: "new", "repeated" or "withdrawn" against the look before; None where
            there is no estimate.
        is_same_as_before: whether the look before came to the same result.
        people_to_link: as `verdicts.people_to_link` returns it.
        depends_on_missing: whether people without a result could reverse the sign.
        is_constant: whether nothing varies inside or between programmes, so that
            nothing says how exact a difference is.
    """

    a: Arm
    b: Arm | None
    verdict: str
    crude_difference: float | None = None
    estimate: Estimate | None = None
    support: CommonSupport | None = None
    bounds: Bounds | None = None
    q_value: float | None = None
    is_direction_flipped: bool = False
    method: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)
    held_equal: tuple[str, ...] = ()
    not_known: tuple[str, ...] = ()
    supply: Supply | None = None
    standing: Standing | None = None
    change: str | None = None
    is_same_as_before: bool = False
    people_to_link: int | None = None
    depends_on_missing: bool = False
    is_constant: bool = False


def compare_modes(
    spec: ComparisonSpec,
    scope: Scope,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> Comparison:
    """Compare two modes on one scope.

    The verdict is provisional where there is an estimate: `with_final_verdict` takes
    the looks before and the q-value, which depends on the other comparisons.

    Args:
        spec: the KPI and the two modes.
        scope: of the KPI and window; other modes than the two are left out.
        classes: completion class by programme_id.
        thresholds: of the gates.
    """
    both = scope.only(scope.cells.in_modes(spec.modes))
    found = Comparison(both.arm(spec.mode_a), both.arm(spec.mode_b), "")
    if not both.has_people(spec.modes, thresholds.fewest_people):
        return replace(found, verdict="suppressed")
    alike = same_meaning(both, spec, classes)
    if alike is None or not all(alike.programmes_of(m) for m in spec.modes):
        return replace(found, verdict="not_comparable_definition")
    return _best_design(
        _Question(spec, both, alike, classes, thresholds, both.crude(spec)), found
    )


@dataclass(frozen=True)
class _Question:
    """What every design of one comparison has in common."""

    spec: ComparisonSpec
    both: Scope
    alike: Scope
    classes: Mapping[str, str | None]
    thresholds: Thresholds
    crude: float


def _best_design(question: _Question, found: Comparison) -> Comparison:
    """Return the estimate of the best design that allows one, else a refusal."""
    spec, alike, thresholds = question.spec, question.alike, question.thresholds
    there, enough = supply_and_designs(alike, spec, question.classes, thresholds)
    refused: list[Comparison] = []
    for design in enough:
        examined = _estimated(design, question, found)
        if examined.estimate is not None:
            return examined
        there = there.after(examined.supply, is_across=design.kind == ACROSS)
        refused.append(examined)
    if not refused:
        return replace(found, verdict=_why_no_design(alike), supply=there)
    return replace(refused[0], supply=there)


def _why_no_design(alike: Scope) -> str:
    """Return whether the modes serve different outcomes, or too few programmes."""
    cells, names = alike.cells, alike.cells.names
    modes = distinct(
        cells.category, cells.mode, len(names.categories), len(names.modes)
    )
    is_apart = modes.max() == 1
    return "not_comparable_no_overlap" if is_apart else "insufficient_programmes"


def _estimated(design: Design, question: _Question, found: Comparison) -> Comparison:
    """Return a design's estimate, unless its people have no counterparts."""
    spec, thresholds = question.spec, question.thresholds
    support, kept = common_support(design.scope.cells, spec.mode_a)
    compared = replace(design.scope, cells=kept)
    examined = replace(found, support=support, method=design.kind)
    if lacks_common_support(support, thresholds):
        return replace(examined, verdict="not_comparable_no_overlap")
    programmes = programme_values(compared.by_cohort())
    difference = estimate(design, programmes, spec, thresholds)
    if difference is None:
        left = supply(compared, spec, question.classes, thresholds)
        return replace(examined, verdict="insufficient_programmes", supply=left)
    if difference.has_no_error(np.array([each.value for each in programmes])):
        return replace(examined, verdict="insufficient_programmes", is_constant=True)
    examined = replace(
        examined, a=compared.arm(spec.mode_a), b=compared.arm(spec.mode_b)
    )
    if not compared.has_people(spec.modes, thresholds.fewest_people):
        return replace(found, verdict="suppressed")
    held, unknown = known_attributes(kept, thresholds.attribute_known_least)
    is_reversed = is_direction_reversed(
        question.crude, difference.difference, difference.error
    )
    return replace(
        examined,
        crude_difference=question.crude,
        estimate=difference,
        bounds=compared.bounds(spec),
        is_direction_flipped=is_reversed,
        left_out=_left_out([question.both, question.alike, design.scope, compared]),
        held_equal=held if compared.timed is None else (),
        not_known=unknown,
        depends_on_missing=compared.depends_on_missing(spec, difference.difference),
    )


def _left_out(scopes: Sequence[Scope]) -> dict[str, int]:
    """Return how many people each gate took away, from the scopes before and after."""
    people = [int(scope.cells.learners.sum()) for scope in scopes]
    lost = (before - after for before, after in pairwise(people))
    return dict(zip(LEFT_OUT, lost, strict=True))


def with_final_verdict(
    found: Comparison,
    spec: ComparisonSpec,
    q_value: float,
    thresholds: Thresholds,
    before: Sequence[Comparison | None] = (),
) -> Comparison:
    """Return the comparison with its verdict, now that the looks before are known.

    Args:
        found: as `compare_modes` returns it.
        spec: what was compared.
        q_value: of the estimate within its period.
        thresholds: of the gates.
        before: the same comparison at the looks before, the oldest first; None where
            there was none.
    """
    if found.estimate is None or found.support is None:
        return found
    # Another design asks another question: its look confirms nothing.
    before = [look if look and look.method == found.method else None for look in before]
    decision = decide(
        found.estimate,
        [look.estimate if look else None for look in before],
        spec.margin,
        found.bounds,
        with_care=spec.is_base_selected or needs_care(found.support, thresholds),
    )
    last = before[-1].estimate if before and before[-1] else None
    is_same = last is not None and (
        _side(last, spec.margin) == _side(found.estimate, spec.margin)
    )
    return replace(
        found,
        verdict=decision.verdict,
        q_value=q_value,
        standing=decision.standing,
        change=_change(decision, is_same=is_same),
        is_same_as_before=is_same,
        people_to_link=decision.people_to_link,
    )


def _change(decision: Decision, *, is_same: bool) -> str:
    """Return "new", "repeated" or "withdrawn" against the look before."""
    standing = decision.standing
    if decision.verdict in DIFFERENT:
        return "new" if standing.is_new else "repeated"
    if standing.state == "withdrawn" and standing.is_new:
        return "withdrawn"
    return "repeated" if is_same else "new"


def _side(estimate: Estimate, margin: float) -> str:
    """Return on which side of 0 an interval lies, or that it is inside the margin."""
    low, high = estimate.limits
    if estimate.is_inside(margin):
        return "equivalent"
    return "above" if low > 0 else "below" if high < 0 else "either"
