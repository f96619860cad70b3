"""One comparison of two modes: every gate in order, then the estimate."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from comparison.cells import programme_values
from comparison.comparability import CommonSupport, common_support
from comparison.design import Design, designs, estimate
from comparison.estimators import Estimate
from comparison.scope import ComparisonSpec, Scope, same_meaning
from comparison.verdicts import (
    Arm,
    Bounds,
    Thresholds,
    is_direction_reversed,
    lacks_common_support,
    needs_care,
    verdict_of,
)


@dataclass(frozen=True)
class Comparison:
    """What was found; numbers are None where no estimate was allowed.

    `estimate` is None exactly if `verdict` is a refusal. Differences are a minus b, in
    the KPI's unit. The arms count what was compared or, after a refusal, what there
    was.
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


def compare_modes(
    spec: ComparisonSpec,
    scope: Scope,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> Comparison:
    """Compare two modes on one scope.

    The verdict is provisional where there is an estimate: `with_final_verdict` takes
    the q-value, which depends on the other comparisons of the page.

    Args:
        spec: the KPI and the two modes.
        scope: of the KPI and window; other modes than the two are left out.
        classes: completion class by programme_id.
        thresholds: of the gates.
    """
    both = scope.only(pl.col("delivery_mode").is_in(spec.modes))
    found = Comparison(both.arm(spec.mode_a), both.arm(spec.mode_b), "")
    if _is_small(found, thresholds):
        return replace(found, verdict="suppressed")
    alike = same_meaning(both, spec, classes)
    if alike is None or not all(alike.programmes_of(m) for m in spec.modes):
        return replace(found, verdict="not_comparable_definition")
    choices = designs(alike, spec, classes, thresholds)
    if not choices:
        return replace(found, verdict=_why_no_design(alike))
    crude = both.crude(spec)
    return _estimated(choices[0], spec, crude, found, thresholds)


def with_final_verdict(
    found: Comparison, spec: ComparisonSpec, q_value: float, thresholds: Thresholds
) -> Comparison:
    """Return the comparison with its verdict, now that its q-value is known."""
    if found.estimate is None or found.support is None:
        return found
    verdict = verdict_of(
        found.estimate,
        q_value,
        spec.margin,
        found.bounds,
        with_care=spec.is_base_selected or needs_care(found.support, thresholds),
        false_discovery_rate=thresholds.false_discovery_rate,
    )
    return replace(found, verdict=verdict, q_value=q_value)


def _is_small(found: Comparison, thresholds: Thresholds) -> bool:
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
    spec: ComparisonSpec,
    crude: float,
    found: Comparison,
    thresholds: Thresholds,
) -> Comparison:
    """Return a design's estimate, unless its people have no counterparts."""
    support, kept = common_support(design.scope.cells, spec.mode_a, ["block"])
    compared = replace(design.scope, cells=kept)
    examined = replace(found, support=support, method=design.kind)
    if lacks_common_support(support, thresholds):
        return replace(examined, verdict="not_comparable_no_overlap")
    programmes = programme_values(compared.by_cohort(kept))
    difference = estimate(design, programmes, spec, thresholds)
    if difference is None:
        return replace(examined, verdict="insufficient_programmes")
    examined = replace(
        examined, a=compared.arm(spec.mode_a), b=compared.arm(spec.mode_b)
    )
    if _is_small(examined, thresholds):
        return replace(found, verdict="suppressed")
    is_reversed = is_direction_reversed(crude, difference.difference, difference.error)
    return replace(
        examined,
        crude_difference=crude,
        estimate=difference,
        bounds=compared.bounds(spec),
        is_direction_flipped=is_reversed,
    )
