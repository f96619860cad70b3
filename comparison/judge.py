"""One comparison: a KPI, a scope, a window, two modes; every gate in order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from comparison.cells import cohorts, programmes
from comparison.comparability import Ground, common_ground
from comparison.standardisation import is_flip
from comparison.units import Block, Estimate, across, paired, within_programmes
from comparison.verdicts import (
    Arm,
    Bounds,
    Thresholds,
    needs_care,
    refusal_before_estimate,
    verdict_of,
)


@dataclass(frozen=True)
class Question:
    """What is asked: of one KPI, are two modes different?

    `must_share` says what the arms must have in common for the KPI to mean one thing:
    nothing, the completion class, or the programme (its own assessment).
    """

    kpi_id: str
    margin: float
    must_share: str
    mode_a: str
    mode_b: str


@dataclass(frozen=True)
class Answer:
    """What was found; numbers are None where no estimate was allowed.

    `estimate` is None exactly if `verdict` is a refusal. Differences are a minus b, in
    the KPI's unit.
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
    value_a: float | None = None
    value_b: float | None = None
    method: str = ""


PAIRED = "paired"
COHORTS = "cohorts"
ACROSS = "across"


def answer(
    question: Question,
    cells: pl.DataFrame,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> Answer:
    """Compare two modes on the cells of one KPI, scope and window.

    The verdict is provisional where there is an estimate: `settled` takes the q-value,
    which depends on the other comparisons of the page.

    Args:
        question: what is asked.
        cells: comparison cells of the scope, both modes, with `stratum`.
        classes: completion class by programme_id.
        thresholds: of the gates.
    """
    both = cells.filter(
        pl.col("delivery_mode").is_in([question.mode_a, question.mode_b])
    )
    a, b = _arm(both, question.mode_a), _arm(both, question.mode_b)
    if min(a.learner_count, b.learner_count) < thresholds.fewest_people:
        return Answer(a, b, "suppressed")
    comparable = _same_meaning(question, both, classes)
    if comparable[question.mode_a] == 0 or comparable[question.mode_b] == 0:
        return Answer(a, b, "not_comparable_definition", _crude(both, question))
    kept = both.filter(pl.col("programme_id").is_in(comparable["programmes"]))
    ground = common_ground(
        kept, question.mode_a, question.mode_b, thresholds.fewest_people
    )
    a, b = _arm(kept, question.mode_a), _arm(kept, question.mode_b)
    crude = _crude(kept, question)
    found = Answer(a, b, "", crude, ground=ground)
    units = programmes(cohorts(kept))
    estimate, method = _estimate(question, kept, units, thresholds)
    if method == ACROSS and (
        refusal := refusal_before_estimate(a, b, ground, thresholds)
    ):
        return replace(found, verdict=refusal)
    if estimate is None:
        return replace(found, verdict="insufficient_programmes")
    value_b = _mean(units, question.mode_b)
    return replace(
        found,
        estimate=estimate,
        method=method,
        bounds=_bounds(kept, question, crude),
        value_b=value_b,
        value_a=value_b + estimate.difference,
        is_direction_flipped=is_flip(crude, estimate.difference, estimate.error),
    )


def settled(
    found: Answer, question: Question, q_value: float, thresholds: Thresholds
) -> Answer:
    """Return the answer with its verdict, now that its q-value is known."""
    assert found.estimate is not None
    assert found.ground is not None
    care = found.method == ACROSS and needs_care(found.ground, thresholds)
    verdict = verdict_of(
        found.estimate,
        q_value,
        question.margin,
        found.bounds,
        with_care=care,
        false_discovery_rate=thresholds.false_discovery_rate,
    )
    return replace(found, verdict=verdict, q_value=q_value)


def _arm(cells: pl.DataFrame, mode: str) -> Arm:
    mine = cells.filter(pl.col("delivery_mode") == mode)
    return Arm(
        mode,
        int(mine["denominator"].sum()),
        mine["cohort_id"].n_unique(),
        mine["programme_id"].n_unique(),
    )


def _crude(cells: pl.DataFrame, question: Question) -> float:
    return _rate(cells, question.mode_a) - _rate(cells, question.mode_b)


def _rate(cells: pl.DataFrame, mode: str, column: str = "value_sum") -> float:
    mine = cells.filter(pl.col("delivery_mode") == mode)
    return float(mine[column].sum() / mine["denominator"].sum())


def _same_meaning(
    question: Question, cells: pl.DataFrame, classes: Mapping[str, str | None]
) -> dict[str, object]:
    """Return the programmes whose outcome means the same in both arms."""
    ids = {
        mode: set(cells.filter(pl.col("delivery_mode") == mode)["programme_id"])
        for mode in (question.mode_a, question.mode_b)
    }
    if question.must_share == "programme":
        kept = ids[question.mode_a] & ids[question.mode_b]
    elif question.must_share == "completion_class":
        in_a, in_b = ({classes.get(one) for one in arm} for arm in ids.values())
        shared = in_a & in_b
        kept = {
            one for arm in ids.values() for one in arm if classes.get(one) in shared
        }
    else:
        kept = ids[question.mode_a] | ids[question.mode_b]
    return {
        "programmes": sorted(kept),
        question.mode_a: len(kept & ids[question.mode_a]),
        question.mode_b: len(kept & ids[question.mode_b]),
    }


def _estimate(
    question: Question,
    cells: pl.DataFrame,
    units: pl.DataFrame,
    thresholds: Thresholds,
) -> tuple[Estimate | None, str]:
    """Return the difference by the best evidence there is, and which that was.

    Programmes that ran in both modes first; enough of them are units themselves, of a
    few the cohorts are. Else programmes against programmes, inside categories.
    """
    twins = _twins(units, question)
    if twins.height >= thresholds.fewest_programmes:
        variances = (twins["variance_a"] + twins["variance_b"]).to_numpy()
        return paired(twins["difference"].to_numpy(), variances), PAIRED
    blocks = _blocks(units, question, thresholds)
    if blocks:
        return across(blocks), ACROSS
    if twins.height:
        enough = pl.min_horizontal("cohorts_a", "cohorts_b") >= 2
        inside = twins.filter(enough)
        cohort_count = int(
            min(inside["cohorts_a"].sum() or 0, inside["cohorts_b"].sum() or 0)
        )
        if cohort_count >= thresholds.fewest_programmes:
            variances = (inside["variance_a"] + inside["variance_b"]).to_numpy()
            degrees = float((inside["cohorts_a"] + inside["cohorts_b"] - 2).sum())
            found = within_programmes(
                inside["difference"].to_numpy(), variances, degrees
            )
            return found, COHORTS
    return None, ""


def _twins(units: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Return programmes that ran in both modes: difference and variances."""
    mine, theirs = (
        units.filter(pl.col("delivery_mode") == mode).select(
            "programme_id",
            pl.col("value").alias(f"value_{side}"),
            pl.col("variance").alias(f"variance_{side}"),
            pl.col("cohort_count").alias(f"cohorts_{side}"),
        )
        for side, mode in (("a", question.mode_a), ("b", question.mode_b))
    )
    return (
        mine.join(theirs, on="programme_id")
        .with_columns((pl.col("value_a") - pl.col("value_b")).alias("difference"))
        .sort("programme_id")
    )


def _blocks(
    units: pl.DataFrame, question: Question, thresholds: Thresholds
) -> list[Block]:
    """Return the categories in which both modes have programmes, if enough in all.

    A category with one programme an arm tells nothing of how programmes scatter.
    """
    blocks, counts = [], np.zeros(2, dtype=int)
    for _category, group in units.group_by("outcome_category", maintain_order=True):
        a = group.filter(pl.col("delivery_mode") == question.mode_a)
        b = group.filter(pl.col("delivery_mode") == question.mode_b)
        if min(a.height, b.height) < 2:
            continue
        counts += (a.height, b.height)
        blocks.append(
            Block(
                a["value"].to_numpy(),
                a["variance"].to_numpy(),
                b["value"].to_numpy(),
                b["variance"].to_numpy(),
                float(a["people"].sum() + b["people"].sum()),
            )
        )
    return blocks if counts.min() >= thresholds.fewest_programmes else []


def _bounds(cells: pl.DataFrame, question: Question, crude: float) -> Bounds | None:
    """Return what the crude difference could be, whoever the unmatched were."""
    low = _rate(cells, question.mode_a, "unmatched_low")
    low -= _rate(cells, question.mode_b, "unmatched_high")
    high = _rate(cells, question.mode_a, "unmatched_high")
    high -= _rate(cells, question.mode_b, "unmatched_low")
    return None if low == high else Bounds(low, high, crude)


def _mean(units: pl.DataFrame, mode: str) -> float:
    mine = units.filter(pl.col("delivery_mode") == mode)
    return float((mine["value"] * mine["people"]).sum() / mine["people"].sum())
