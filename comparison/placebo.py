"""compared.fct_placebo_results: how often made-up modes look different.

The organisation's own cohorts keep their people and results, and get delivery modes at
random. What then looks different is chance, so the share of such draws shows how often
the method is wrong on these data, with their sizes, their rates and their scatter.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import t as student

from comparison.cells import cohort_values, programme_values
from comparison.design import ACROSS, FEWEST_IN_BLOCK, PAIRED
from comparison.estimators import (
    Block,
    Moments,
    Pairs,
    Units,
    paired_moments,
    unpaired_moments,
)
from comparison.reading import RESTRICTED_MEAN, Evidence, Kpi
from comparison.repeated_looks import LOOK_LEVEL
from comparison.results import MODES
from comparison.scope import UNCLASSIFIED
from comparison.verdicts import Thresholds
from comparison.windows import Window
from tandem.core.wording import render

DRAWS = 200
PROGRAMME = "programme"  # comparable_within: its own assessment


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
    inside = evidence.cells.filter(
        pl.col("period_start_date").is_between(window.start, window.end)
    )
    rows = []
    for kpi in sorted(evidence.kpis.values(), key=lambda kpi: kpi.kpi_id):
        cells = inside.filter(pl.col("kpi_id") == kpi.kpi_id)
        if kpi.estimator == RESTRICTED_MEAN or cells.is_empty():
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
    cells: pl.DataFrame, thresholds: Thresholds, seed: int, draws: int = DRAWS
) -> Placebo:
    """Permute modes among the cohorts of each programme that ran in both of a pair.

    Each programme keeps its number of cohorts in each mode.

    Args:
        cells: comparison cells of one KPI.
        thresholds: of the gates.
        seed: of the random numbers.
        draws: how many.
    """
    best: tuple[tuple[str, str], list[pl.DataFrame]] | None = None
    for modes in combinations(MODES, 2):
        found = _in_both(cells, modes)
        if best is None or len(found) > len(best[1]):
            best = modes, found
    if best is None or len(best[1]) < thresholds.fewest_programmes:
        return Placebo(PAIRED, None, len(best[1]) if best else 0, 0, np.zeros(0))
    modes, programmes = best
    chance = np.random.default_rng(seed)
    arms = [_drawn_arms(own, modes[0], chance, draws) for own in programmes]
    value_a, people_a, sampling_a, value_b, people_b, sampling_b = (
        np.stack(columns, axis=-1) for columns in zip(*arms, strict=True)
    )
    moments = paired_moments(
        Pairs(value_a - value_b, people_a, people_b, sampling_a + sampling_b)
    )
    cohorts = sum(own.height for own in programmes)
    return Placebo(PAIRED, modes, len(programmes), cohorts, looks_different(moments))


def across_placebo(
    cells: pl.DataFrame,
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
    units = _units(cells, classes)
    best: tuple[tuple[str, str], list[tuple[pl.DataFrame, int]]] | None = None
    fewest = 0
    for modes in combinations(MODES, 2):
        blocks = list(_blocks(units, modes))
        in_a = sum(count for _block, count in blocks)
        in_b = sum(block.height - count for block, count in blocks)
        if min(in_a, in_b) > fewest:
            fewest, best = min(in_a, in_b), (modes, blocks)
    if best is None or fewest < thresholds.fewest_programmes:
        return Placebo(ACROSS, None, 2 * fewest, 0, np.zeros(0))
    modes, blocks = best
    chance = np.random.default_rng(seed)
    drawn = [_drawn_block(block, count, chance, draws) for block, count in blocks]
    programmes = sum(block.height for block, _count in blocks)
    cohorts = sum(int(block["cohort_count"].sum()) for block, _count in blocks)
    different = looks_different(unpaired_moments(drawn))
    return Placebo(ACROSS, modes, programmes, cohorts, different)


def looks_different(moments: Moments) -> np.ndarray:
    """Return of each data set whether the interval of one look leaves 0 out."""
    limit = student.ppf(0.5 + LOOK_LEVEL / 2, moments.degrees)
    return np.abs(moments.difference) > limit * np.sqrt(moments.variance)


def _in_both(cells: pl.DataFrame, modes: tuple[str, str]) -> list[pl.DataFrame]:
    """Return the cohorts of each programme that ran in both modes."""
    pair = cells.filter(pl.col("delivery_mode").is_in(modes)).filter(
        pl.col("delivery_mode").n_unique().over("programme_id") == len(modes)
    )
    if pair.is_empty():
        return []
    by_cohort = cohort_values(pair.with_columns(pl.col("programme_id").alias("block")))
    return by_cohort.partition_by("programme_id", maintain_order=True)


def _drawn_arms(
    cohorts: pl.DataFrame, mode_a: str, chance: np.random.Generator, draws: int
) -> list[np.ndarray]:
    """Return value, people and sampling variance of each arm, for each draw."""
    is_a = (cohorts["delivery_mode"] == mode_a).to_numpy()
    permuted = chance.permuted(np.tile(is_a, (draws, 1)), axis=1)
    people, value, spread = (
        cohorts[name].to_numpy().astype(float) for name in ("people", "value", "spread")
    )
    found = []
    for arm in (permuted, ~permuted):
        total = arm @ people
        found += [arm @ (people * value) / total, total]
        found.append(arm @ (people * spread) / total**2)
    return found


def _units(cells: pl.DataFrame, classes: dict[str, str | None]) -> pl.DataFrame:
    """Return a row per programme, of the mode that most of its people had."""
    kinds = {name: kind or "" for name, kind in classes.items()}
    kind = pl.col("programme_id").replace_strict(kinds, default="")
    usual = (
        cells.filter(pl.col("outcome_category") != UNCLASSIFIED)
        .group_by("programme_id", "delivery_mode")
        .agg(pl.col("denominator").sum().alias("in_mode"))
        .sort("in_mode", "delivery_mode", descending=[True, False])
        .unique("programme_id", keep="first", maintain_order=True)
        .drop("in_mode")
    )
    block = pl.concat_str("outcome_category", kind, separator="|").alias("block")
    chosen = cells.join(usual, on=["programme_id", "delivery_mode"], how="semi")
    if chosen.is_empty():
        return chosen.with_columns(block)
    return programme_values(cohort_values(chosen.with_columns(block)))


def _blocks(
    units: pl.DataFrame, modes: tuple[str, str]
) -> Iterator[tuple[pl.DataFrame, int]]:
    """Yield the programmes of each shared block, and how many are in the first mode."""
    pair = units.filter(pl.col("delivery_mode").is_in(modes))
    for block in pair.partition_by("block", maintain_order=True):
        count = int((block["delivery_mode"] == modes[0]).sum())
        if min(count, block.height - count) >= FEWEST_IN_BLOCK:
            yield block, count


def _drawn_block(
    block: pl.DataFrame, count: int, chance: np.random.Generator, draws: int
) -> Block:
    """Return a block with modes at random, its units as the last axis."""
    order = chance.permuted(np.tile(np.arange(block.height), (draws, 1)), axis=1)
    columns = [
        block[name].to_numpy().astype(float)[order]
        for name in ("value", "people", "sampling")
    ]
    a, b = (
        Units(*(column[:, part] for column in columns))
        for part in (slice(None, count), slice(count, None))
    )
    return Block(a, b, weight=float(block["people"].sum()))


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
