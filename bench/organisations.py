"""Invented organisations whose true difference is known, for `bench.truth`."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from comparison.arms import Block, Pairs, Units
from comparison.estimators import (
    Moments,
    paired_moments,
    unpaired_moments,
)

PAIRED, UNPAIRED, COHORTS = "paired", "unpaired", "cohorts"
LEVEL_SPREAD = 0.48  # of the levels of programmes that ran in both modes
BLOCK_STEP = 0.5  # between the levels of one block and the next
QUARTER_SPREAD = 0.13  # of one quarter's cohorts about their programme
Array = np.ndarray


@dataclass(frozen=True)
class Design:
    """One invented organisation.

    Attributes:
        route: PAIRED, UNPAIRED (programmes) or COHORTS (of a few programmes).
        arms: units in each arm of a block.
        sizes: people of the smallest and the largest unit; between them the sizes grow
            by a constant factor.
        rate: of the usual unit, in arm a.
        spread: SD on the log odds of a programme's own difference (PAIRED) or of the
            units' levels.
        blocks: that are compared apart, their levels half a log odds from one another.
    """

    route: str
    arms: tuple[int, int]
    sizes: tuple[int, int]
    rate: float
    spread: float
    blocks: int = 1

    def people(self) -> tuple[Array, Array]:
        """Return the people of the units of both arms."""
        a, b = (np.geomspace(*self.sizes, count).round() for count in self.arms)
        return (a, np.roll(b, 1)) if self.route == PAIRED else (a, b)

    def levels(self) -> list[float]:
        """Return the log odds of each block's usual unit, in arm a."""
        steps = np.arange(self.blocks) - (self.blocks - 1) / 2
        return [float(logit(self.rate) + BLOCK_STEP * step) for step in steps]

    def spreads(self) -> tuple[float, float]:
        """Return the SD of levels that arms share, and of what is each arm's own."""
        if self.route == PAIRED:
            return LEVEL_SPREAD, self.spread / 2
        return 0.0, self.spread

    def spread_of_rates(self, history: "History") -> float:
        """Return the SD of a unit's log odds in one arm and quarter."""
        noise = QUARTER_SPREAD if history.quarters > 1 else 0.0
        return float(np.linalg.norm([*self.spreads(), noise]))

    @property
    def key(self) -> list[int]:
        """Return numbers that identify the design, as a seed."""
        parts = (*self.arms, *self.sizes, self.rate, self.spread, self.blocks)
        return [len(self.route), *(round(1000 * part) for part in parts)]


@dataclass(frozen=True)
class History:
    """Over how many quarters people are drawn, and how many quarters one look holds."""

    quarters: int = 1
    window: int = 1

    @property
    def looks(self) -> int:
        """Looks, from the first full window on."""
        return self.quarters - self.window + 1


ONE_LOOK = History()


def simulated(
    design: Design,
    chance: np.random.Generator,
    draws: int,
    gap: float = 0.0,
    history: History = ONE_LOOK,
) -> tuple[list[Moments], float]:
    """Return the moments of each look at many drawn organisations, and the truth.

    Args:
        design: the organisation.
        chance: random numbers.
        draws: organisations.
        gap: size of the true difference in every block.
        history: quarters; a quarter has `people / window` of them.
    """
    people = [np.maximum(2, (n / history.window).round()) for n in design.people()]
    blocks, truths = [], []
    for level in design.levels():
        shift, truth = _shift(level, design.spread_of_rates(history), gap)
        truths.append(truth)
        blocks.append(_finished(design, chance, (draws, history), people, level, shift))
    total = [history.window * n for n in people]
    looks = [
        _moments(design, [[x[:, look] for x in arms] for arms in blocks], total)
        for look in range(history.looks)
    ]
    return looks, float(np.mean(truths))


@cache
def _shift(level: float, spread: float, gap: float) -> tuple[float, float]:
    """Return what moves arm b by a gap towards 50 %, and the difference a minus b."""
    if not gap:
        return 0.0, 0.0
    usual = usual_rate(level, spread)
    wanted = usual - gap if usual > 0.5 else usual + gap
    shift = brentq(lambda x: usual_rate(level + x, spread) - wanted, -8, 8)
    return float(shift), usual - wanted


def usual_rate(level: float, spread: float) -> float:
    """Return the mean rate of units whose log odds are normal."""
    points, weights = np.polynomial.hermite_e.hermegauss(40)
    return float((expit(level + spread * points) * weights).sum() / weights.sum())


def _finished(
    design: Design,
    chance: np.random.Generator,
    shape: tuple[int, History],
    people: list[Array],
    level: float,
    shift: float,
) -> list[Array]:
    """Return who finished in one block, by arm: shape (draws, looks, units)."""
    draws, history = shape
    shared, own = design.spreads()
    normal = chance.standard_normal
    units = (draws, 1, max(design.arms))
    together, apart = normal(units), normal(units)
    arms = []
    for sign, move, n in zip((1, -1), (0.0, shift), people, strict=True):
        alone = apart if design.route == PAIRED else normal(units)
        odds = (level + move + shared * together + sign * own * alone)[..., : n.size]
        if history.quarters > 1:
            odds = odds + QUARTER_SPREAD * normal((draws, history.quarters, n.size))
        arms.append(_sums(chance.binomial(n.astype(int), expit(odds)), history.window))
    return arms


def _sums(counts: Array, window: int) -> Array:
    """Return sums over windows of quarters, which are the second axis."""
    sums = np.cumsum(counts, axis=1)
    sums[:, window:] -= sums[:, :-window].copy()
    return sums[:, window - 1 :]


def _moments(design: Design, blocks: list[list[Array]], people: list[Array]) -> Moments:
    arms = [
        [_units(x, n) for x, n in zip(block, people, strict=True)] for block in blocks
    ]
    if design.route == PAIRED:
        ((a, b),) = arms
        sampling = a.sampling_variances + b.sampling_variances
        return paired_moments(Pairs(a.values - b.values, *people, sampling))
    weight = float(sum(n.sum() for n in people))
    compared = [Block(a, b, weight) for a, b in arms]
    return unpaired_moments(compared, scatter_alike=design.route == COHORTS)


def _units(finished: Array, people: Array) -> Units:
    guarded = (finished + 1) / (people + 2)
    return Units(finished / people, people, guarded * (1 - guarded) / people)
