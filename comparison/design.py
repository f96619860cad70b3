"""Study designs: matched pairs of one programme first, then programmes side by side.

Each design says which programmes take part, inside which block they are compared, and
how the difference and its error follow from their values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from comparison.arms import Block, Pairs, Units
from comparison.cells import Cells, distinct
from comparison.estimators import (
    Estimate,
    paired_moments,
    unpaired_moments,
)
from comparison.scope import PROGRAMME, UNCLASSIFIED, ComparisonSpec, Scope
from comparison.values import CohortValues, ProgrammeValue
from comparison.verdicts import Thresholds

PAIRED = "paired"
COHORTS = "cohorts"
ACROSS = "across"
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
    counts = _counts(scope, spec, thresholds)
    pairs = counts.fewest_people() >= thresholds.fewest_people
    repeated = pairs & (counts.fewest_cohorts() >= FEWEST_IN_BLOCK)
    _kept, in_a, in_b = _in_blocks(scope, spec, classes)
    return Supply(
        int(pairs.sum()),
        int(counts.cohorts_a[repeated].sum()),
        int(counts.cohorts_b[repeated].sum()),
        in_a,
        in_b,
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
    counts = _counts(scope, spec, thresholds)
    found = []
    pairs = counts.fewest_people() >= thresholds.fewest_people
    if pairs.sum() >= thresholds.fewest_programmes:
        found.append(_inside_programmes(PAIRED, scope, pairs))
    elif pairs.any():
        repeated = pairs & (counts.fewest_cohorts() >= FEWEST_IN_BLOCK)
        cohorts = (counts.cohorts_a[repeated].sum(), counts.cohorts_b[repeated].sum())
        if min(cohorts) >= thresholds.fewest_programmes:
            found.append(_inside_programmes(COHORTS, scope, repeated))
    if spec.comparable_within == PROGRAMME:
        return found  # another programme's assessment is another measure
    return [*found, *_across(scope, spec, classes, thresholds)]


def estimate(
    design: Design,
    programmes: list[ProgrammeValue],
    spec: ComparisonSpec,
    thresholds: Thresholds,
) -> Estimate | None:
    """Return the difference that a design gives.

    Args:
        design: the design.
        programmes: as `values.programme_values` returns them.
        spec: what is compared.
        thresholds: of the gates.

    Returns:
        The difference a minus b; None if too few programmes or cohorts are left.
    """
    modes = [design.scope.cells.names.mode(mode) for mode in spec.modes]
    if design.kind == ACROSS:
        blocks = _blocks(programmes, modes)
        counts = [
            sum(arm.values.size for arm in arms)
            for arms in ([b.a for b in blocks], [b.b for b in blocks])
        ]
        if min(counts) < thresholds.fewest_programmes:
            return None
        return unpaired_moments(blocks).estimate()
    pairs = _matched_pairs(programmes, modes)
    if design.kind == PAIRED:
        if len(pairs) < thresholds.fewest_programmes:
            return None
        return paired_moments(
            Pairs(
                np.array([a.value - b.value for a, b in pairs]),
                np.array([a.people for a, _b in pairs]),
                np.array([b.people for _a, b in pairs]),
                np.array([a.sampling + b.sampling for a, b in pairs]),
            )
        ).estimate()
    pairs = [
        (a, b)
        for a, b in pairs
        if min(a.cohorts.people.size, b.cohorts.people.size) >= FEWEST_IN_BLOCK
    ]
    cohorts_a = sum(a.cohorts.people.size for a, _b in pairs)
    cohorts_b = sum(b.cohorts.people.size for _a, b in pairs)
    if min(cohorts_a, cohorts_b) < thresholds.fewest_programmes:
        return None
    return unpaired_moments(
        [
            Block(_units(a.cohorts), _units(b.cohorts), weight=a.people + b.people)
            for a, b in pairs
        ],
        scatter_alike=True,
    ).estimate()


@dataclass(frozen=True)
class _Counts:
    """People and cohorts in each arm, by the number of the programme."""

    people_a: np.ndarray
    people_b: np.ndarray
    cohorts_a: np.ndarray
    cohorts_b: np.ndarray

    def fewest_people(self) -> np.ndarray:
        """Return the people of the smaller arm of each programme."""
        return np.minimum(self.people_a, self.people_b)

    def fewest_cohorts(self) -> np.ndarray:
        """Return the cohorts of the arm with fewer of each programme."""
        return np.minimum(self.cohorts_a, self.cohorts_b)


def _counts(scope: Scope, spec: ComparisonSpec, thresholds: Thresholds) -> _Counts:
    cells, names = scope.cells, scope.cells.names
    size = len(names.programmes)
    people, cohorts = [], []
    for mode in spec.modes:
        arm = cells.take(cells.of_mode(mode))
        people.append(arm.people_by(arm.programme, size, thresholds.fewest_people))
        cohorts.append(distinct(arm.programme, arm.cohort, size, len(names.cohorts)))
    return _Counts(*people, *cohorts)


def _inside_programmes(kind: str, scope: Scope, programmes: np.ndarray) -> Design:
    chosen = scope.only_programmes(np.flatnonzero(programmes).tolist())
    cells = replace(chosen.cells, block=chosen.cells.programme)
    return Design(kind, replace(chosen, cells=cells))


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
    kept, in_a, in_b = _in_blocks(scope, spec, classes)
    if min(in_a, in_b) < thresholds.fewest_programmes:
        return []
    return [Design(ACROSS, kept)]


def _in_blocks(
    scope: Scope, spec: ComparisonSpec, classes: Mapping[str, str | None]
) -> tuple[Scope, int, int]:
    """Return the scope inside shared blocks, and its programmes in each arm."""
    cells, names = scope.cells, scope.cells.names
    block, blocks = blocks_of(cells, classes)
    counts = []
    for mode in spec.modes:
        arm = cells.of_mode(mode)
        counts.append(
            distinct(
                block[arm], cells.programme[arm], len(blocks), len(names.programmes)
            )
        )
    is_shared = np.minimum(*counts) >= FEWEST_IN_BLOCK
    is_shared &= [category != UNCLASSIFIED for category, _kind in blocks]
    blocked = replace(scope, cells=replace(cells, block=block))
    in_a, in_b = (int(count[is_shared].sum()) for count in counts)
    return blocked.only(is_shared[block]), in_a, in_b


def blocks_of(
    cells: Cells, classes: Mapping[str, str | None]
) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """Return the block of each cell, and category and completion class of each block.

    Args:
        cells: of one KPI.
        classes: completion class by programme_id.
    """
    names = cells.names
    kinds = [classes.get(name) or "" for name in names.programmes]
    every = sorted(set(kinds))
    kind = np.array([every.index(each) for each in kinds], dtype=np.int64)
    blocks = [(category, each) for category in names.categories for each in every]
    return cells.category * len(every) + kind[cells.programme], blocks


def _matched_pairs(
    programmes: list[ProgrammeValue], modes: list[int]
) -> list[tuple[ProgrammeValue, ProgrammeValue]]:
    """Return both arms of each programme that has both, in the order of programmes."""
    arms = [{p.programme: p for p in programmes if p.mode == mode} for mode in modes]
    return [(arms[0][name], arms[1][name]) for name in arms[0] if name in arms[1]]


def _units(cohorts: CohortValues) -> Units:
    return Units(cohorts.value, cohorts.people, cohorts.spread / cohorts.people)


def _blocks(programmes: list[ProgrammeValue], modes: list[int]) -> list[Block]:
    """Return blocks of programmes that have enough of them in each arm."""
    found = []
    for number in sorted({each.block for each in programmes}):
        inside = [each for each in programmes if each.block == number]
        arms = [[each for each in inside if each.mode == mode] for mode in modes]
        if min(len(arm) for arm in arms) < FEWEST_IN_BLOCK:
            continue
        a, b = (
            Units(
                np.array([each.value for each in arm]),
                np.array([each.people for each in arm]),
                np.array([each.sampling for each in arm]),
            )
            for arm in arms
        )
        found.append(Block(a, b, weight=sum(each.people for each in inside)))
    return found
