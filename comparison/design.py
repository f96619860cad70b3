"""Study designs: matched pairs of one programme first, then programmes side by side.

Each design says which programmes take part, inside which block they are compared, and
how the difference and its error follow from their values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from comparison.arms import Block, Pairs, Units
from comparison.available_units import FEWEST_IN_BLOCK, AvailableUnits, Supply
from comparison.estimators import (
    Estimate,
    paired_moments,
    unpaired_moments,
)
from comparison.scope import PROGRAMME, ComparisonSpec, Scope
from comparison.values import CohortValues, ProgrammeValue
from comparison.verdicts import Thresholds

PAIRED = "paired"
COHORTS = "cohorts"
ACROSS = "across"


@dataclass(frozen=True)
class Design:
    """The kind of evidence, and the scope that takes part; its cells have `block`."""

    kind: str
    scope: Scope


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
    return list(supply_and_designs(scope, spec, classes, thresholds)[1])


def supply_and_designs(
    scope: Scope,
    spec: ComparisonSpec,
    classes: Mapping[str, str | None],
    thresholds: Thresholds,
) -> tuple[Supply, Iterator[Design]]:
    """Return what there is, and the designs that it is enough for, the best first.

    Args: as `designs` takes them.
    """
    available = AvailableUnits.of(scope, spec, classes, thresholds)
    return available.supply, _enough(available, scope, spec, thresholds)


def _enough(
    available: AvailableUnits,
    scope: Scope,
    spec: ComparisonSpec,
    thresholds: Thresholds,
) -> Iterator[Design]:
    there, least = available.supply, thresholds.fewest_programmes
    if there.pairs >= least:
        yield _inside_programmes(PAIRED, scope, available.pairs)
    elif there.pairs and min(there.cohorts_a, there.cohorts_b) >= least:
        yield _inside_programmes(COHORTS, scope, available.repeated)
    # Of a KPI inside programmes, another programme's assessment is another measure.
    is_own = spec.comparable_within == PROGRAMME
    if not is_own and min(there.across_a, there.across_b) >= least:
        yield Design(ACROSS, available.in_blocks)


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


def _inside_programmes(kind: str, scope: Scope, programmes: np.ndarray) -> Design:
    chosen = scope.only_programmes(np.flatnonzero(programmes).tolist())
    cells = replace(chosen.cells, block=chosen.cells.programme)
    return Design(kind, replace(chosen, cells=cells))


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
