"""Study designs: matched pairs of one programme first, then programmes side by side.

Each design says which programmes take part, inside which block they are compared, and
how the difference and its error follow from their values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from comparison.estimators import (
    Block,
    Estimate,
    Pairs,
    Units,
    paired_difference,
    unpaired_difference,
)
from comparison.scope import UNCLASSIFIED, ComparisonSpec, Scope
from comparison.verdicts import Thresholds

PAIRED = "paired"
COHORTS = "cohorts"
ACROSS = "across"
SIDES = ("a", "b")
PROGRAMME = "programme"  # of ComparisonSpec.comparable_within
FEWEST_IN_BLOCK = 2  # one programme shows no variance between programmes


@dataclass(frozen=True)
class Design:
    """The kind of evidence, and the scope that takes part; its cells have `block`."""

    kind: str
    scope: Scope


@dataclass(frozen=True)
class Supply:
    """How much there is of what each design needs.

    Attributes:
        pairs: programmes that ran in both modes with enough people in each.
        cohorts_a, cohorts_b: cohorts of such programmes, where the programme has at
            least two in each mode.
        across_a, across_b: programmes of each mode whose outcome and rule for finishing
            at least two programmes of the other mode share.
    """

    pairs: int
    cohorts_a: int
    cohorts_b: int
    across_a: int
    across_b: int

    def after(self, left: "Supply | None", kind: str) -> "Supply":
        """Return what is left once a design's people without counterparts are out."""
        if left is None:
            return self
        if kind == ACROSS:
            return replace(self, across_a=left.across_a, across_b=left.across_b)
        return replace(
            self, pairs=left.pairs, cohorts_a=left.cohorts_a, cohorts_b=left.cohorts_b
        )


def supply(
    scope: Scope,
    spec: ComparisonSpec,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> Supply:
    """Return how much a scope has of what each design needs.

    Args: as `designs` takes them.
    """
    counts = _counts(scope, spec)
    pairs = _in_both(counts, "people", thresholds.fewest_people)
    repeated = _in_both(pairs, "cohorts", FEWEST_IN_BLOCK)
    _cells, blocks = _in_blocks(scope, spec, classes)
    return Supply(
        pairs.height,
        int(repeated["cohorts_a"].sum()),
        int(repeated["cohorts_b"].sum()),
        int(blocks["in_a"].sum()),
        int(blocks["in_b"].sum()),
    )


def designs(
    scope: Scope,
    spec: ComparisonSpec,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> list[Design]:
    """Return the designs that the scope has programmes for, the best first.

    Args:
        scope: whose KPI means the same in both modes.
        spec: what is compared.
        classes: completion class by programme_id.
        thresholds: of the gates.
    """
    counts = _counts(scope, spec)
    found = []
    matched_pairs = _in_both(counts, "people", thresholds.fewest_people)["programme_id"]
    if matched_pairs.len() >= thresholds.fewest_programmes:
        found.append(_inside_programmes(PAIRED, scope, matched_pairs))
    elif matched_pairs.len():
        repeated = _in_both(counts, "cohorts", FEWEST_IN_BLOCK)["programme_id"]
        enough = repeated.filter(repeated.is_in(matched_pairs.to_list()))
        fewest = _fewest_cohorts(counts, enough)
        if fewest >= thresholds.fewest_programmes:
            found.append(_inside_programmes(COHORTS, scope, enough))
    if spec.comparable_within == PROGRAMME:
        return found  # another programme's assessment is another measure
    return [*found, *_across(scope, spec, classes, thresholds)]


def estimate(
    design: Design,
    programmes: pl.DataFrame,
    spec: ComparisonSpec,
    thresholds: Thresholds,
) -> Estimate | None:
    """Return the difference that a design gives.

    Args:
        design: the design.
        programmes: as `cells.programme_values` returns them.
        spec: what is compared.
        thresholds: of the gates.

    Returns:
        The difference a minus b; None if too few programmes or cohorts are left.
    """
    if design.kind == ACROSS:
        blocks = _blocks(programmes, spec)
        counts = [
            sum(arm.values.size for arm in arms)
            for arms in ([b.a for b in blocks], [b.b for b in blocks])
        ]
        if min(counts) < thresholds.fewest_programmes:
            return None
        return unpaired_difference(blocks)
    pairs = _matched_pairs(programmes, spec)
    if design.kind == PAIRED:
        if pairs.height < thresholds.fewest_programmes:
            return None
        differences = (pairs["value_a"] - pairs["value_b"]).to_numpy()
        sampling = (pairs["sampling_a"] + pairs["sampling_b"]).to_numpy()
        people = [pairs[f"people_{side}"].to_numpy() for side in SIDES]
        return paired_difference(Pairs(differences, *people, sampling))
    repeated = pl.min_horizontal("cohort_count_a", "cohort_count_b") >= FEWEST_IN_BLOCK
    pairs = pairs.filter(repeated)
    cohorts = [int(pairs[f"cohort_count_{side}"].sum()) for side in SIDES]
    if min(cohorts) < thresholds.fewest_programmes:
        return None
    return unpaired_difference([_cohorts_as_units(row) for row in pairs.to_dicts()])


def _counts(scope: Scope, spec: ComparisonSpec) -> pl.DataFrame:
    """Return a row per programme: people and cohorts in each arm."""
    is_a = pl.col("delivery_mode") == spec.mode_a
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


def _in_both(counts: pl.DataFrame, name: str, least: int) -> pl.DataFrame:
    """Return the programmes that have at least so many people or cohorts an arm."""
    return counts.filter(pl.min_horizontal(f"{name}_a", f"{name}_b") >= least)


def _fewest_cohorts(counts: pl.DataFrame, programmes: pl.Series) -> int:
    chosen = counts.filter(pl.col("programme_id").is_in(programmes.to_list()))
    return int(min(chosen["cohorts_a"].sum(), chosen["cohorts_b"].sum()))


def _inside_programmes(kind: str, scope: Scope, programmes: pl.Series) -> Design:
    chosen = scope.only(pl.col("programme_id").is_in(programmes.to_list()))
    block = pl.col("programme_id").alias("block")
    return Design(kind, replace(chosen, cells=chosen.cells.with_columns(block)))


def _across(
    scope: Scope,
    spec: ComparisonSpec,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> list[Design]:
    """Return programmes against programmes, where a block has some in each arm.

    A block is an outcome category and a completion class. Programmes without an outcome
    category form no block: nothing shows that they are alike.
    """
    cells, counts = _in_blocks(scope, spec, classes)
    if min(counts["in_a"].sum(), counts["in_b"].sum()) < thresholds.fewest_programmes:
        return []
    kept = cells.filter(pl.col("block").is_in(counts["block"].to_list()))
    programmes = kept["programme_id"].unique().to_list()
    chosen = scope.only(pl.col("programme_id").is_in(programmes))
    return [Design(ACROSS, replace(chosen, cells=kept))]


def _in_blocks(
    scope: Scope, spec: ComparisonSpec, classes: Mapping[str, str | None]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells with their block, and the programmes of each shared block."""
    finish = pl.col("programme_id").replace_strict(
        {name: kind or "" for name, kind in classes.items()}, default=""
    )
    block = pl.concat_str("outcome_category", finish, separator="|").alias("block")
    cells = scope.cells.filter(pl.col("outcome_category") != UNCLASSIFIED)
    cells = cells.with_columns(block)
    is_a = pl.col("delivery_mode") == spec.mode_a
    programme = pl.col("programme_id")
    counts = (
        cells.group_by("block")
        .agg(
            programme.filter(is_a).n_unique().alias("in_a"),
            programme.filter(~is_a).n_unique().alias("in_b"),
        )
        .filter(pl.min_horizontal("in_a", "in_b") >= FEWEST_IN_BLOCK)
    )
    return cells, counts


def _matched_pairs(programmes: pl.DataFrame, spec: ComparisonSpec) -> pl.DataFrame:
    """Return a row per programme with the columns of both arms, as value_a, value_b."""
    a, b = (
        programmes.filter(pl.col("delivery_mode") == mode)
        .drop("delivery_mode", "block")
        .select("programme_id", pl.exclude("programme_id").name.suffix(f"_{side}"))
        for side, mode in zip(SIDES, spec.modes, strict=True)
    )
    return a.join(b, on="programme_id").sort("programme_id")


def _cohorts_as_units(pair: Mapping[str, Any]) -> Block:
    """Return a programme that ran in both modes as a block of its cohorts."""
    names = ("cohort_values", "cohort_people", "cohort_samplings")
    a, b = (
        Units(*(np.array(pair[f"{name}_{side}"]) for name in names)) for side in SIDES
    )
    return Block(a, b, weight=pair["people_a"] + pair["people_b"])


def _blocks(programmes: pl.DataFrame, spec: ComparisonSpec) -> list[Block]:
    """Return blocks of programmes that have enough of them in each arm."""
    found = []
    for _name, group in programmes.group_by("block", maintain_order=True):
        arms = [group.filter(pl.col("delivery_mode") == mode) for mode in spec.modes]
        if min(arm.height for arm in arms) < FEWEST_IN_BLOCK:
            continue
        a, b = (
            Units(*(arm[name].to_numpy() for name in ("value", "people", "sampling")))
            for arm in arms
        )
        found.append(Block(a, b, weight=float(group["people"].sum())))
    return found
