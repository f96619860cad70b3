"""Study designs: matched pairs of one programme first, then programmes side by side.

Each design says which programmes take part, inside which block they are compared, and
how the difference and its error follow from their values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

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
PROGRAMME = "programme"  # of ComparisonSpec.comparable_within
_Row = Mapping[str, Any]  # of `cells.programme_values`
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
    pairs = _in_both(scope, spec, thresholds)
    repeated = _repeated(pairs)
    blocks = _shared_blocks(scope, spec, classes).values()
    return Supply(
        len(pairs),
        *_cohorts(repeated),
        sum(len(in_a) for in_a, _in_b in blocks),
        sum(len(in_b) for _in_a, in_b in blocks),
    )


def designs(
    scope: Scope,
    spec: ComparisonSpec,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> Iterator[Design]:
    """Yield the designs that the scope has programmes for, the best first.

    Args:
        scope: whose KPI means the same in both modes.
        spec: what is compared.
        classes: completion class by programme_id.
        thresholds: of the gates.
    """
    pairs = _in_both(scope, spec, thresholds)
    repeated = _repeated(pairs)
    if len(pairs) >= thresholds.fewest_programmes:
        yield _inside_programmes(PAIRED, scope, pairs)
    elif min(_cohorts(repeated)) >= thresholds.fewest_programmes:
        yield _inside_programmes(COHORTS, scope, repeated)
    if spec.comparable_within != PROGRAMME:  # whose assessments are not one measure
        yield from _across(scope, spec, classes, thresholds)


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
        if len(pairs) < thresholds.fewest_programmes:
            return None
        return paired_difference(
            Pairs(
                [a["value"] - b["value"] for a, b in pairs],
                [a["people"] for a, _b in pairs],
                [b["people"] for _a, b in pairs],
                [a["sampling"] + b["sampling"] for a, b in pairs],
            )
        )
    repeated = [
        pair
        for pair in pairs
        if min(arm["cohort_count"] for arm in pair) >= FEWEST_IN_BLOCK
    ]
    cohorts = [sum(pair[side]["cohort_count"] for pair in repeated) for side in (0, 1)]
    if min(cohorts) < thresholds.fewest_programmes:
        return None
    return unpaired_difference([_cohorts_as_units(*pair) for pair in repeated])


@dataclass
class _Arm:
    """One programme in one mode."""

    people: int
    cohorts: set[str]


_Programmes = dict[str, tuple[_Arm, _Arm]]


def _in_both(scope: Scope, spec: ComparisonSpec, thresholds: Thresholds) -> _Programmes:
    """Return both arms of the programmes that have enough people in each."""
    columns = ("programme_id", "delivery_mode", "cohort_id", "learner_count")
    found: _Programmes = {}
    rows = zip(*(scope.cells[name].to_list() for name in columns), strict=True)
    for programme, mode, cohort, people in rows:
        arms = found.get(programme)
        if arms is None:
            arms = found[programme] = (_Arm(0, set()), _Arm(0, set()))
        arm = arms[mode != spec.mode_a]
        arm.people += people
        arm.cohorts.add(cohort)
    return {
        name: arms
        for name, arms in sorted(found.items())
        if min(arm.people for arm in arms) >= thresholds.fewest_people
    }


def _repeated(programmes: _Programmes) -> _Programmes:
    """Return the programmes that have several cohorts in each mode."""
    return {
        name: arms
        for name, arms in programmes.items()
        if min(len(arm.cohorts) for arm in arms) >= FEWEST_IN_BLOCK
    }


def _cohorts(programmes: _Programmes) -> tuple[int, int]:
    """Return how many cohorts of programmes each arm has."""
    arms = programmes.values()
    return sum(len(a.cohorts) for a, _b in arms), sum(len(b.cohorts) for _a, b in arms)


def _inside_programmes(kind: str, scope: Scope, programmes: _Programmes) -> Design:
    chosen = scope.only(pl.col("programme_id").is_in(list(programmes)))
    block = pl.col("programme_id").alias("block")
    return Design(kind, replace(chosen, cells=chosen.cells.with_columns(block)))


def _across(
    scope: Scope,
    spec: ComparisonSpec,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> list[Design]:
    """Return programmes against programmes, where a block has some in each arm."""
    blocks = _shared_blocks(scope, spec, classes)
    counts = [sum(len(block[side]) for block in blocks.values()) for side in (0, 1)]
    if min(counts) < thresholds.fewest_programmes:
        return []
    finish = pl.col("programme_id").replace_strict(
        {name: kind or "" for name, kind in classes.items()}, default=""
    )
    block = pl.concat_str("outcome_category", finish, separator="|").alias("block")
    kept = scope.cells.filter(pl.col("outcome_category") != UNCLASSIFIED)
    kept = kept.with_columns(block).filter(pl.col("block").is_in(list(blocks)))
    programmes = kept["programme_id"].unique().to_list()
    chosen = scope.only(pl.col("programme_id").is_in(programmes))
    return [Design(ACROSS, replace(chosen, cells=kept))]


def _shared_blocks(
    scope: Scope, spec: ComparisonSpec, classes: Mapping[str, str | None]
) -> dict[str, tuple[set[str], set[str]]]:
    """Return the programmes of each arm, by block, where a block has several in each.

    A block is an outcome category and a completion class. Programmes without an outcome
    category form no block: nothing shows that they are alike.
    """
    columns = ("outcome_category", "programme_id", "delivery_mode")
    blocks: dict[str, tuple[set[str], set[str]]] = {}
    rows = set(zip(*(scope.cells[name].to_list() for name in columns), strict=True))
    for category, programme, mode in rows:
        if category in {None, UNCLASSIFIED}:
            continue
        block = f"{category}|{classes.get(programme) or ''}"
        arms = blocks.setdefault(block, (set(), set()))
        arms[mode != spec.mode_a].add(programme)
    return {
        block: arms
        for block, arms in blocks.items()
        if min(len(arm) for arm in arms) >= FEWEST_IN_BLOCK
    }


def _matched_pairs(
    programmes: pl.DataFrame, spec: ComparisonSpec
) -> list[tuple[_Row, _Row]]:
    """Return the rows of mode a and of mode b of each programme that has both."""
    rows: dict[str, dict[str, _Row]] = {mode: {} for mode in spec.modes}
    for row in programmes.to_dicts():
        rows[row["delivery_mode"]][row["programme_id"]] = row
    a, b = (rows[mode] for mode in spec.modes)
    return [(a[name], b[name]) for name in sorted(a.keys() & b.keys())]


def _cohorts_as_units(a: _Row, b: _Row) -> Block:
    """Return a programme that ran in both modes as a block of its cohorts."""
    names = ("cohort_values", "cohort_people", "cohort_samplings")
    arms = [Units(*(arm[name] for name in names)) for arm in (a, b)]
    return Block(*arms, weight=a["people"] + b["people"])


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
