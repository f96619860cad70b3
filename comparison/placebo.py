"""compared.fct_placebo_results: how often made-up modes look different.

The organisation's own cohorts keep their people and results, and get delivery modes at
random. What then looks different is chance, so the share of such draws shows how often
the method is wrong on these data, with their sizes, their rates and their scatter.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from scipy.stats import t as student

from comparison.arms import Block, Pairs, Units
from comparison.available_units import FEWEST_IN_BLOCK, blocks_of
from comparison.cells import Cells, distinct
from comparison.design import ACROSS, PAIRED
from comparison.estimators import (
    Moments,
    paired_moments,
    unpaired_moments,
)
from comparison.reading import RESTRICTED_MEAN, Evidence, Kpi
from comparison.repeated_looks import LOOK_LEVEL
from comparison.results import MODES
from comparison.scope import PROGRAMME, UNCLASSIFIED
from comparison.values import (
    CohortValues,
    ProgrammeValue,
    cohort_values,
    programme_values,
)
from comparison.verdicts import Thresholds
from comparison.windows import Window
from tandem.core.wording import render

DRAWS = 200


@dataclass(frozen=True)
class Placebo:
    """Draws of one KPI and design.

    Attributes:
        design: "paired" or "across".
        modes: the pair whose cohorts or programmes exchanged modes; None where no pair
            has enough programmes.
        programmes: that took part.
        cohorts: that took part.
        different: for each draw, whether its interval left 0 out.
    """

    design: str
    modes: tuple[str, str] | None
    programmes: int
    cohorts: int
    different: np.ndarray


def placebo_results(
    evidence: Evidence, window: Window, thresholds: Thresholds
) -> list[dict[str, Any]]:
    """Return the rows of compared.fct_placebo_results, in the order of their keys.

    Args:
        evidence: the marts.
        window: the period.
        thresholds: of the gates.
    """
    rows = []
    for kpi in sorted(evidence.kpis.values(), key=lambda kpi: kpi.kpi_id):
        every = evidence.cells_by_kpi.get(kpi.kpi_id)
        if kpi.estimator == RESTRICTED_MEAN or every is None:
            continue
        cells = every.take(every.is_in(window.start, window.end))
        if not cells.size:
            continue
        for design in (PAIRED, ACROSS):
            name = "|".join((kpi.kpi_id, design, str(window.end)))
            seed = zlib.crc32(name.encode())
            if design == PAIRED:
                drawn = paired_placebo(cells, thresholds, seed)
            else:
                drawn = across_placebo(cells, kpi, evidence.classes, thresholds, seed)
            rows.append(_row(kpi, window, drawn, seed))
    return rows


def paired_placebo(
    cells: Cells, thresholds: Thresholds, seed: int, draws: int = DRAWS
) -> Placebo:
    """Permute modes among the cohorts of each programme that ran in both of a pair.

    Each programme keeps its number of cohorts in each mode.

    Args:
        cells: comparison cells of one KPI.
        thresholds: of the gates.
        seed: of the random numbers.
        draws: how many.
    """
    best: tuple[tuple[str, str], list[CohortValues]] | None = None
    for modes in combinations(MODES, 2):
        found = _in_both(cells, modes)
        if best is None or len(found) > len(best[1]):
            best = modes, found
    if best is None or len(best[1]) < thresholds.fewest_programmes:
        return Placebo(PAIRED, None, len(best[1]) if best else 0, 0, np.zeros(0))
    modes, programmes = best
    chance = np.random.default_rng(seed)
    first = cells.names.mode(modes[0])
    arms = [_drawn_arms(own, first, chance, draws) for own in programmes]
    value_a, people_a, sampling_a, value_b, people_b, sampling_b = (
        np.stack(columns, axis=-1) for columns in zip(*arms, strict=True)
    )
    moments = paired_moments(
        Pairs(value_a - value_b, people_a, people_b, sampling_a + sampling_b)
    )
    cohorts = sum(own.people.size for own in programmes)
    return Placebo(PAIRED, modes, len(programmes), cohorts, looks_different(moments))


def across_placebo(
    cells: Cells,
    kpi: Kpi,
    classes: dict[str, str | None],
    thresholds: Thresholds,
    seed: int,
    draws: int = DRAWS,
) -> Placebo:
    """Permute modes among the programmes of each category and completion class.

    A programme takes part with the cohorts of the mode that most of its people had.
    Each block keeps its number of programmes in each mode.

    Args:
        cells: comparison cells of one KPI.
        kpi: of the registry.
        classes: completion class by programme_id.
        thresholds: of the gates.
        seed: of the random numbers.
        draws: how many.
    """
    if kpi.comparable_within == PROGRAMME:
        return Placebo(ACROSS, None, 0, 0, np.zeros(0))
    units, names = _units(cells, classes), cells.names
    best: tuple[tuple[str, str], list[tuple[list[ProgrammeValue], int]]] | None = None
    fewest = 0
    for modes in combinations(MODES, 2):
        blocks = list(_blocks(units, (names.mode(modes[0]), names.mode(modes[1]))))
        in_a = sum(count for _block, count in blocks)
        in_b = sum(len(block) - count for block, count in blocks)
        if min(in_a, in_b) > fewest:
            fewest, best = min(in_a, in_b), (modes, blocks)
    if best is None or fewest < thresholds.fewest_programmes:
        return Placebo(ACROSS, None, 2 * fewest, 0, np.zeros(0))
    modes, blocks = best
    chance = np.random.default_rng(seed)
    drawn = [_drawn_block(block, count, chance, draws) for block, count in blocks]
    units = [unit for block, _count in blocks for unit in block]
    cohorts = sum(unit.cohorts.people.size for unit in units)
    different = looks_different(unpaired_moments(drawn))
    return Placebo(ACROSS, modes, len(units), cohorts, different)


def looks_different(moments: Moments) -> np.ndarray:
    """Return of each data set whether the interval of one look leaves 0 out."""
    limit = student.ppf(0.5 + LOOK_LEVEL / 2, moments.degrees)
    return np.abs(moments.difference) > limit * np.sqrt(moments.variance)


def _in_both(cells: Cells, modes: tuple[str, str]) -> list[CohortValues]:
    """Return the cohorts of each programme that ran in both modes."""
    pair = cells.take(cells.in_modes(modes))
    names = cells.names
    ran = distinct(pair.programme, pair.mode, len(names.programmes), len(names.modes))
    pair = pair.take(ran[pair.programme] == len(modes))
    if not pair.size:
        return []
    found = cohort_values(replace(pair, block=pair.programme))
    return [
        found.take(found.programme == number) for number in np.unique(found.programme)
    ]


def _drawn_arms(
    cohorts: CohortValues, mode_a: int, chance: np.random.Generator, draws: int
) -> list[np.ndarray]:
    """Return value, people and sampling variance of each arm, for each draw."""
    is_a = cohorts.mode == mode_a
    permuted = chance.permuted(np.tile(is_a, (draws, 1)), axis=1)
    people, value, spread = cohorts.people, cohorts.value, cohorts.spread
    found = []
    for arm in (permuted, ~permuted):
        total = arm @ people
        found += [arm @ (people * value) / total, total]
        found.append(arm @ (people * spread) / total**2)
    return found


def _units(cells: Cells, classes: dict[str, str | None]) -> list[ProgrammeValue]:
    """Return an entry per programme, of the mode that most of its people had."""
    names = cells.names
    width = len(names.modes)
    if UNCLASSIFIED in names.categories:
        unclassified = names.categories.index(UNCLASSIFIED)
        cells = cells.take(cells.category != unclassified)
    if not cells.size:
        return []
    offering = cells.programme * width + cells.mode
    in_mode = np.bincount(offering, cells.people, len(names.programmes) * width)
    usual = in_mode.reshape(-1, width).argmax(axis=1)
    chosen = cells.take(cells.mode == usual[cells.programme])
    block, _blocks = blocks_of(chosen, classes)
    return programme_values(cohort_values(replace(chosen, block=block)))


def _blocks(
    units: list[ProgrammeValue], modes: tuple[int, int]
) -> Iterator[tuple[list[ProgrammeValue], int]]:
    """Yield the programmes of each shared block, and how many are in the first mode."""
    pair = [unit for unit in units if unit.mode in modes]
    for number in sorted({unit.block for unit in pair}):
        block = [unit for unit in pair if unit.block == number]
        count = sum(unit.mode == modes[0] for unit in block)
        if min(count, len(block) - count) >= FEWEST_IN_BLOCK:
            yield block, count


def _drawn_block(
    block: list[ProgrammeValue], count: int, chance: np.random.Generator, draws: int
) -> Block:
    """Return a block with modes at random, its units as the last axis."""
    order = chance.permuted(np.tile(np.arange(len(block)), (draws, 1)), axis=1)
    columns = [
        np.array([getattr(unit, name) for unit in block])[order]
        for name in ("value", "people", "sampling")
    ]
    a, b = (
        Units(*(column[:, part] for column in columns))
        for part in (slice(None, count), slice(count, None))
    )
    return Block(a, b, weight=sum(unit.people for unit in block))


def _row(kpi: Kpi, window: Window, drawn: Placebo, seed: int) -> dict[str, Any]:
    count = int(drawn.different.size)
    different = int(drawn.different.sum()) if count else None
    expected = (1 - LOOK_LEVEL) * count if count else None
    key = "placebo.drawn" if count else f"placebo.none.{drawn.design}"
    parameters = {
        "draws": count,
        "different": different,
        "expected": round(expected) if expected is not None else None,
    }
    return {
        "kpi_id": kpi.kpi_id,
        "design": drawn.design,
        "period_start_date": window.start,
        "period_end_date": window.end,
        "trailing_quarters": window.trailing_quarters,
        "mode_a": drawn.modes[0] if drawn.modes else None,
        "mode_b": drawn.modes[1] if drawn.modes else None,
        "programme_count": drawn.programmes,
        "cohort_count": drawn.cohorts,
        "draw_count": count,
        "different_count": different,
        "expected_count": expected,
        "seed": seed,
        "wording_key": key,
        "sentence": render(key, **parameters),
    }
