"""What there is in both modes: matched programmes, their cohorts, shared blocks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from comparison.cells import Cells, distinct
from comparison.scope import UNCLASSIFIED, ComparisonSpec, Scope
from comparison.verdicts import Thresholds

FEWEST_IN_BLOCK = 2  # one programme shows no variance between programmes


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

    def after(self, left: "Supply | None", *, is_across: bool) -> "Supply":
        """Return what is left once a design's people without counterparts are out."""
        if left is None:
            return self
        if is_across:
            return replace(self, across_a=left.across_a, across_b=left.across_b)
        return replace(
            self, pairs=left.pairs, cohorts_a=left.cohorts_a, cohorts_b=left.cohorts_b
        )


@dataclass(frozen=True)
class AvailableUnits:
    """What a scope has for each design.

    Attributes:
        supply: in numbers.
        pairs: which programmes have enough people in both modes, by their numbers.
        repeated: which of them have two cohorts in each.
        in_blocks: the scope inside shared blocks.
    """

    supply: Supply
    pairs: np.ndarray
    repeated: np.ndarray
    in_blocks: Scope

    @classmethod
    def of(
        cls,
        scope: Scope,
        spec: ComparisonSpec,
        classes: Mapping[str, str | None],
        thresholds: Thresholds,
    ) -> "AvailableUnits":
        """Count what a scope has; arguments as `supply` takes them."""
        counts = _counts(scope, spec, thresholds)
        pairs = counts.fewest_people() >= thresholds.fewest_people
        repeated = pairs & (counts.fewest_cohorts() >= FEWEST_IN_BLOCK)
        cohorts = (counts.cohorts_a[repeated], counts.cohorts_b[repeated])
        kept, in_a, in_b = _in_blocks(scope, spec, classes)
        there = Supply(int(pairs.sum()), *(int(c.sum()) for c in cohorts), in_a, in_b)
        return cls(there, pairs, repeated, kept)


def supply(
    scope: Scope,
    spec: ComparisonSpec,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> Supply:
    """Return how much a scope has of what each design needs.

    Args: as `designs` takes them.
    """
    return AvailableUnits.of(scope, spec, classes, thresholds).supply


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


def _in_blocks(
    scope: Scope, spec: ComparisonSpec, classes: Mapping[str, str | None]
) -> tuple[Scope, int, int]:
    """Return the scope inside shared blocks, and its programmes in each arm.

    A block is an outcome category and a completion class. Programmes without an outcome
    category form no block: nothing shows that they are alike.
    """
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
