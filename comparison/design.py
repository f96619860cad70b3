"""Which evidence decides: a programme in both modes first, then programme by programme.

Each design says which programmes take part, inside what they are compared, and how the
difference and its error come of their values.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from comparison.scope import UNCLASSIFIED, Question, Scope
from comparison.units import Block, Estimate, across, paired, within_programmes
from comparison.verdicts import Thresholds

PAIRED = "paired"
COHORTS = "cohorts"
ACROSS = "across"
FEWEST_IN_BLOCK = 2  # of one programme nobody knows how programmes scatter


@dataclass(frozen=True)
class Design:
    """The kind of evidence, and the scope that takes part, cells with `block`."""

    kind: str
    scope: Scope


def designs(
    scope: Scope,
    question: Question,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> list[Design]:
    """Return the designs that the scope has programmes for, the best first."""
    counts = _counts(scope, question)
    found = []
    twins = _both(counts, "people", thresholds.fewest_people)["programme_id"]
    if twins.len() >= thresholds.fewest_programmes:
        found.append(_inside_programmes(PAIRED, scope, twins))
    elif twins.len():
        repeated = _both(counts, "cohorts", FEWEST_IN_BLOCK)["programme_id"]
        enough = repeated.filter(repeated.is_in(twins.to_list()))
        fewest = _fewest_cohorts(counts, enough)
        if fewest >= thresholds.fewest_programmes:
            found.append(_inside_programmes(COHORTS, scope, enough))
    return [*found, *_across(scope, question, classes, thresholds)]


def estimate(
    design: Design, units: pl.DataFrame, question: Question, thresholds: Thresholds
) -> Estimate | None:
    """Return the difference that a design gives; None if too few units are left."""
    if design.kind == ACROSS:
        blocks = _blocks(units, question)
        counts = [
            sum(values.size for values in arm)
            for arm in ([b.values_a for b in blocks], [b.values_b for b in blocks])
        ]
        if min(counts) < thresholds.fewest_programmes:
            return None
        return across(blocks, question.seed)
    twins = _twins(units, question)
    differences = (twins["value_a"] - twins["value_b"]).to_numpy()
    variances = (twins["variance_a"] + twins["variance_b"]).to_numpy()
    if design.kind == PAIRED:
        if twins.height < thresholds.fewest_programmes:
            return None
        return paired(differences, variances, question.seed)
    cohorts = [int(twins[f"cohort_count_{side}"].sum()) for side in ("a", "b")]
    if min(cohorts) < thresholds.fewest_programmes:
        return None
    degrees = float(sum(cohorts) - 2 * twins.height)
    return within_programmes(differences, variances, degrees)


def _counts(scope: Scope, question: Question) -> pl.DataFrame:
    """Return a row per programme: people and cohorts in each arm."""
    is_a = pl.col("delivery_mode") == question.mode_a
    people, cohort = pl.col("learner_count"), pl.col("cohort_id")
    return (
        scope.cells.group_by("programme_id")
        .agg(
            people.filter(is_a).sum().alias("people_a"),
            people.filter(~is_a).sum().alias("people_b"),
            cohort.filter(is_a).n_unique().alias("cohorts_a"),
            cohort.filter(~is_a).n_unique().alias("cohorts_b"),
        )
        .sort("programme_id")
    )


def _both(counts: pl.DataFrame, name: str, least: int) -> pl.DataFrame:
    return counts.filter(pl.min_horizontal(f"{name}_a", f"{name}_b") >= least)


def _fewest_cohorts(counts: pl.DataFrame, programmes: pl.Series) -> int:
    mine = counts.filter(pl.col("programme_id").is_in(programmes.to_list()))
    return int(min(mine["cohorts_a"].sum(), mine["cohorts_b"].sum()))


def _inside_programmes(kind: str, scope: Scope, programmes: pl.Series) -> Design:
    chosen = scope.only(pl.col("programme_id").is_in(programmes.to_list()))
    block = pl.col("programme_id").alias("block")
    return Design(kind, Scope(chosen.cells.with_columns(block), chosen.timed))


def _across(
    scope: Scope,
    question: Question,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> list[Design]:
    """Return programmes against programmes, where a block has some in each arm.

    Programmes without an outcome category are no block: nobody says they are alike.
    """
    finish = pl.col("programme_id").replace_strict(
        {name: kind or "" for name, kind in classes.items()}, default=""
    )
    block = pl.concat_str("outcome_category", finish, separator="|").alias("block")
    cells = scope.cells.filter(pl.col("outcome_category") != UNCLASSIFIED)
    cells = cells.with_columns(block)
    is_a = pl.col("delivery_mode") == question.mode_a
    programme = pl.col("programme_id")
    counts = (
        cells.group_by("block")
        .agg(
            programme.filter(is_a).n_unique().alias("in_a"),
            programme.filter(~is_a).n_unique().alias("in_b"),
        )
        .filter(pl.min_horizontal("in_a", "in_b") >= FEWEST_IN_BLOCK)
    )
    if min(counts["in_a"].sum(), counts["in_b"].sum()) < thresholds.fewest_programmes:
        return []
    kept = cells.filter(pl.col("block").is_in(counts["block"].to_list()))
    chosen = scope.only(programme.is_in(kept["programme_id"].unique().to_list()))
    return [Design(ACROSS, Scope(kept, chosen.timed))]


def _twins(units: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Return a row per programme: both arms' value, variance and cohort_count."""
    columns = ["value", "variance", "cohort_count"]
    a, b = (
        units.filter(pl.col("delivery_mode") == mode).select(
            "programme_id", pl.col(columns).name.suffix(f"_{side}")
        )
        for side, mode in (("a", question.mode_a), ("b", question.mode_b))
    )
    return a.join(b, on="programme_id").sort("programme_id")


def _blocks(units: pl.DataFrame, question: Question) -> list[Block]:
    found = []
    for _name, group in units.group_by("block", maintain_order=True):
        arms = [group.filter(pl.col("delivery_mode") == m) for m in question.modes]
        if min(arm.height for arm in arms) < FEWEST_IN_BLOCK:
            continue
        values: list[np.ndarray] = [
            arm[name].to_numpy() for arm in arms for name in ("value", "variance")
        ]
        found.append(Block(*values, weight=float(group["people"].sum())))
    return found
