"""One comparison: a KPI, a scope, a window, two modes; every gate in order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from comparison.cells import programmes
from comparison.comparability import Ground, common_ground
from comparison.design import Design, designs, estimate
from comparison.scope import Question, Scope, same_meaning
from comparison.standardisation import is_flip
from comparison.units import Estimate
from comparison.verdicts import (
    Arm,
    Bounds,
    Thresholds,
    lacks_ground,
    needs_care,
    verdict_of,
)


@dataclass(frozen=True)
class Answer:
    """What was found; numbers are None where no estimate was allowed.

    `estimate` is None exactly if `verdict` is a refusal. Differences are a minus b, in
    the KPI's unit. Arms count what was compared, or what there was if refused.
    """

    a: Arm
    b: Arm | None
    verdict: str
    crude_difference: float | None = None
    estimate: Estimate | None = None
    ground: Ground | None = None
    bounds: Bounds | None = None
    q_value: float | None = None
    is_direction_flipped: bool = False
    method: str = ""


def answer(
    question: Question,
    scope: Scope,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> Answer:
    """Compare two modes on one scope.

    The verdict is provisional where there is an estimate: `settled` takes the q-value,
    which depends on the other comparisons of the page.

    Args:
        question: what is asked.
        scope: of the KPI and window; other modes than the two are left out.
        classes: completion class by programme_id.
        thresholds: of the gates.
    """
    both = scope.only(pl.col("delivery_mode").is_in(question.modes))
    found = Answer(both.arm(question.mode_a), both.arm(question.mode_b), "")
    if _is_small(found, thresholds):
        return replace(found, verdict="suppressed")
    alike = same_meaning(both, question, classes)
    if alike is None or not all(alike.programmes_of(m) for m in question.modes):
        return replace(found, verdict="not_comparable_definition")
    choices = designs(alike, question, classes, thresholds)
    if not choices:
        return replace(found, verdict=_why_no_design(alike))
    crude = both.crude(question)
    return _estimated(choices[0], question, crude, found, thresholds)


def settled(
    found: Answer, question: Question, q_value: float, thresholds: Thresholds
) -> Answer:
    """Return the answer with its verdict, now that its q-value is known."""
    if found.estimate is None or found.ground is None:
        return found
    verdict = verdict_of(
        found.estimate,
        q_value,
        question.margin,
        found.bounds,
        with_care=question.is_base_selected or needs_care(found.ground, thresholds),
        false_discovery_rate=thresholds.false_discovery_rate,
    )
    return replace(found, verdict=verdict, q_value=q_value)


def _is_small(found: Answer, thresholds: Thresholds) -> bool:
    arms = [arm for arm in (found.a, found.b) if arm is not None]
    return min(arm.learner_count for arm in arms) < thresholds.fewest_people


def _why_no_design(alike: Scope) -> str:
    """Return whether the modes serve different outcomes, or too few programmes."""
    modes = alike.cells.group_by("outcome_category").agg(
        pl.col("delivery_mode").n_unique()
    )
    is_apart = modes["delivery_mode"].max() == 1
    return "not_comparable_no_overlap" if is_apart else "insufficient_programmes"


def _estimated(
    design: Design,
    question: Question,
    crude: float,
    found: Answer,
    thresholds: Thresholds,
) -> Answer:
    """Return a design's estimate, unless its people have no counterparts."""
    ground, kept = common_ground(design.scope.cells, question.mode_a, ["block"])
    compared = replace(design.scope, cells=kept)
    told = replace(found, ground=ground, method=design.kind)
    if lacks_ground(ground, thresholds):
        return replace(told, verdict="not_comparable_no_overlap")
    units = programmes(compared.by_cohort(kept))
    difference = estimate(design, units, question, thresholds)
    if difference is None:
        return replace(told, verdict="insufficient_programmes")
    told = replace(
        told, a=compared.arm(question.mode_a), b=compared.arm(question.mode_b)
    )
    if _is_small(told, thresholds):
        return replace(found, verdict="suppressed")
    return replace(
        told,
        crude_difference=crude,
        estimate=difference,
        bounds=compared.bounds(question),
        is_direction_flipped=is_flip(crude, difference.difference, difference.error),
    )
