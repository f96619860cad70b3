"""How often the intervals of a comparison hold the truth, once and in eight looks.

Organisations whose true difference is known go through the estimators of `comparison`.
Printed by number of programmes: the share of intervals at 95 % that cover the true
difference, their width, the power for a difference of 7 points, and how often a
difference is seen where there is none; then the same for eight quarterly looks under
the rule of `comparison.repeated_looks`. Run by `make bench-truth`.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import t as student

from bench.organisations import (
    COHORTS,
    PAIRED,
    UNPAIRED,
    Array,
    Design,
    History,
    simulated,
)
from comparison.estimators import Moments
from comparison.repeated_looks import LOOK_LEVEL, clear_at

RATES = (0.05, 0.2, 0.5, 0.8, 0.95)
SPREADS = (0.03, 0.13, 0.48)  # SD on the log odds
COUNTS = (4, 6, 8, 10, 15, 20)
PROGRAMME_SIZES = ((60, 60), (15, 400))  # fewest and most people of an arm
COHORT_SIZES = ((20, 20), (10, 60))
COHORT_ARMS = ((1, (4, 4)), (1, (8, 8)), (2, (4, 4)), (3, (2, 6)), (3, (4, 4)))
LEVEL = 0.95  # of the interval of somebody who looks once
GAP = 0.07
LOOKS = 8
WINDOWS = (4, 8)  # quarters


@dataclass(frozen=True)
class Measured:
    """What one look did: shares of draws, but `width` in shares of people.

    Attributes:
        covered, covered_gap: intervals at 95 % that held the truth, at no difference
            and at 7 points.
        width: mean width of the interval at 7 points.
        power: intervals that left 0 out at 7 points.
        false: intervals that left 0 out at no difference.
    """

    covered: float
    covered_gap: float
    width: float
    power: float
    false: float


@dataclass(frozen=True)
class Looked:
    """What eight looks did: shares of draws, and the mean width of one interval.

    Attributes:
        false: that the rule ever called at no difference.
        power: that the rule ever called at 7 points.
        width: of an interval at 97.5 %, at 7 points, in shares of people.
        any_false: that an interval at 95 % ever left 0 out, at no difference.
    """

    false: float
    power: float
    width: float
    any_false: float


def grid(route: str, arms: tuple[int, int], blocks: int = 1) -> Iterator[Design]:
    """Yield designs over sizes, rates and spreads."""
    every = COHORT_SIZES if route == COHORTS else PROGRAMME_SIZES
    for sizes, rate, spread in product(every, RATES, SPREADS):
        yield Design(route, arms, sizes, rate, spread, blocks)


def limits(found: Moments, level: float) -> tuple[Array, Array]:
    """Return the limits of many intervals."""
    half = student.ppf(0.5 + level / 2, found.degrees) * np.sqrt(found.variance)
    return found.difference - half, found.difference + half


def measure(design: Design, draws: int, seed: int) -> Measured:
    """Simulate one look at a design, without a difference and with 7 points."""
    chance = np.random.default_rng([seed, *design.key])
    covered, clear, width = [], [], 0.0
    for gap in (0.0, GAP):
        (found,), truth = simulated(design, chance, draws, gap)
        low, high = limits(found, LEVEL)
        covered.append(float(((low <= truth) & (truth <= high)).mean()))
        clear.append(float(((low > 0) | (high < 0)).mean()))
        width = float((high - low).mean())
    return Measured(*covered, width, power=clear[1], false=clear[0])


def look(design: Design, draws: int, seed: int, window: int) -> Looked:
    """Simulate eight quarterly looks at trailing windows of a design."""
    chance = np.random.default_rng([seed, window, *design.key])
    history = History(LOOKS + window - 1, window)
    called, ever, width = [], [], 0.0
    for gap in (0.0, GAP):
        found, _truth = simulated(design, chance, draws, gap, history)
        sides = _sides(found, LOOK_LEVEL)
        patterns, counts = np.unique(sides, axis=0, return_counts=True)
        is_clear = [is_ever_clear(tuple(map(int, pattern))) for pattern in patterns]
        called.append(float((counts * is_clear).sum() / draws))
        ever.append(float(_sides(found, LEVEL).any(axis=1).mean()))
        low, high = limits(found[-1], LOOK_LEVEL)
        width = float((high - low).mean())
    return Looked(*called, width, any_false=ever[0])


def _sides(looks: list[Moments], level: float) -> Array:
    """Return 1 or -1 where an interval leaves 0 out: shape (draws, looks)."""
    found = [limits(moments, level) for moments in looks]
    return np.stack([(low > 0).astype(int) - (high < 0) for low, high in found], axis=1)


@cache
def is_ever_clear(sides: tuple[int, ...]) -> bool:
    """Return whether the rule calls a difference clear at any of the looks.

    Args:
        sides: by look, 1 or -1 where the interval leaves 0 out above or below it.
    """
    found = [(side - 0.5, side + 0.5) for side in sides]
    return any(
        clear_at(found[: count + 1]).state == "clear" for count in range(len(found))
    )


def one_look(draws: int, seed: int) -> Table:
    """Return the table of one look."""
    table = _table(
        f"One look, interval at 95 %, {draws:,} draws a cell",
        ("covers", "least", "width", "power", "false", "most false"),
    )
    groups = [(PAIRED, 1, (n, n)) for n in COUNTS]
    groups += [(UNPAIRED, 1, (n, n)) for n in COUNTS]
    groups += [(UNPAIRED, 1, (n, 2 * n)) for n in COUNTS]
    groups += [(COHORTS, blocks, arms) for blocks, arms in COHORT_ARMS]
    for route, blocks, arms in groups:
        found = [measure(d, draws, seed) for d in grid(route, arms, blocks)]
        covered = [x for m in found for x in (m.covered, m.covered_gap)]
        table.add_row(
            route,
            _named(arms, blocks, route),
            f"{np.mean(covered):.3f}",
            f"{min(covered):.3f}",
            f"{_mean(found, 'width'):.3f}",
            f"{_mean(found, 'power'):.2f}",
            f"{_mean(found, 'false'):.3f}",
            f"{max(m.false for m in found):.3f}",
        )
    return table


def eight_looks(draws: int, seed: int) -> Table:
    """Return the table of eight quarterly looks."""
    table = _table(
        f"Eight quarterly looks, two in a row at 97.5 %, {draws:,} draws a cell",
        ("window", "false", "most false", "power", "width", "any 95 %"),
    )
    for window, route, count in product(WINDOWS, (PAIRED, UNPAIRED), COUNTS):
        designs = grid(route, (count, count))
        found = [look(design, draws, seed, window) for design in designs]
        table.add_row(
            route,
            _named((count, count), 1, route),
            str(window),
            f"{_mean(found, 'false'):.3f}",
            f"{max(m.false for m in found):.3f}",
            f"{_mean(found, 'power'):.2f}",
            f"{_mean(found, 'width'):.3f}",
            f"{_mean(found, 'any_false'):.3f}",
        )
    return table


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title)
    for heading in ("route", "units", *columns):
        left = heading in {"route", "units"}
        table.add_column(heading, justify="left" if left else "right")
    return table


def _named(arms: tuple[int, int], blocks: int, route: str) -> str:
    if route == PAIRED:
        return f"{arms[0]} pairs"
    text = f"{arms[0]} v {arms[1]}"
    return text if blocks == 1 else f"{blocks} x {text}"


def _mean(found: list[Measured] | list[Looked], name: str) -> float:
    return float(np.mean([getattr(one, name) for one in found]))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=4_000, help="of one look")
    parser.add_argument("--histories", type=int, default=1_000, help="of eight looks")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    console = Console(width=100)
    console.print(one_look(given.draws, given.seed))
    console.print(eight_looks(given.histories, given.seed))


if __name__ == "__main__":
    main()
