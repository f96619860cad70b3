"""Rates of two groups at one mix, and what strata say together."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import chi2, norm

from comparison.inputs import (
    SMALLEST,
    ImpossibleInput,
    answers_or_refuses,
    as_floats,
    level_of,
    numbers,
    parts_of,
    record_of,
)
from comparison.rates import Interval, newcombe
from comparison.verdicts import is_direction_reversed

Array = np.ndarray


@dataclass(frozen=True)
class Strata:
    """Numerator and denominator of two groups, one entry a stratum in every array."""

    numerator_a: Array
    denominator_a: Array
    numerator_b: Array
    denominator_b: Array

    def __post_init__(self) -> None:
        """Take any sequence of numbers, a column of a frame too."""
        as_floats(self)

    def check(self) -> None:
        """Refuse numbers that are no counts of two groups.

        Raises:
            ImpossibleInput: a stratum has a part of a person, or a numerator above its
                denominator.
        """
        size = numbers("Strata.denominator_a", self.denominator_a, 0).size
        numbers("Strata.denominator_b", self.denominator_b, 0, size=size)
        for group in ("a", "b"):
            people = getattr(self, f"denominator_{group}")
            if ((people > 0) & (people < 1)).any():
                where = f"Strata.denominator_{group}"
                raise ImpossibleInput("it is below 1", where, "give 0 or counts")
            name = f"numerator_{group}"
            parts_of(f"Strata.{name}", getattr(self, name), people)

    @property
    def with_both(self) -> Array:
        """Return which strata hold people of both groups."""
        return np.minimum(self.denominator_a, self.denominator_b) > 0

    def only(self, kept: Array) -> "Strata":
        """Return the strata that are kept."""
        return Strata(
            self.numerator_a[kept],
            self.denominator_a[kept],
            self.numerator_b[kept],
            self.denominator_b[kept],
        )


@dataclass(frozen=True)
class Standardised:
    """A crude and a standardised difference of a minus b, in shares.

    `is_direction_flipped` holds where the two point in opposite directions and both are
    more than half a point and half a standard error from 0; `is_strong` where, besides,
    both intervals leave 0 out.
    """

    crude: Interval
    adjusted: Interval
    rate_a: float
    rate_b: float
    error: float
    is_direction_flipped: bool
    is_strong: bool


@answers_or_refuses
def standardised_difference(
    strata: Strata, target: Array | None = None, level: float = 0.95
) -> Standardised | None:
    """Return the difference with both groups at the mix of a target population.

    rate_m = sum of w_s x_ms / n_ms over the strata that hold both groups, w_s the
    target's share; variance = sum of w_s^2 p (1 - p) / n, with (x + 1) / (n + 2) for p
    in a stratum at 0 or 100 %, which is not certain. Assumes that within a stratum the
    groups are alike, and independent people: modes are compared by programme instead
    (`unpaired_difference`). Its size depends on the target, so name it. It says nothing
    of strata that only one group is in; the crude difference includes them. Fleiss
    1981, Statistical Methods for Rates and Proportions, chapter 14.

    Args:
        strata: counts.
        target: people by stratum; None is both groups together.
        level: of the intervals.

    Returns:
        None if no stratum holds both groups.

    Raises:
        ImpossibleInput: counts are not possible, or the target has nobody in the strata
            that hold both groups.
    """
    record_of("strata", strata, Strata).check()
    level_of(level)
    kept = strata.with_both
    if not kept.any():
        return None
    crude = newcombe(
        strata.numerator_a.sum(),
        strata.denominator_a.sum(),
        strata.numerator_b.sum(),
        strata.denominator_b.sum(),
        level,
    )
    assert crude is not None  # a common stratum has people in both groups
    common = strata.only(kept)
    people = common.denominator_a + common.denominator_b
    weights = people
    if target is not None:
        weights = numbers("target", target, 0, size=kept.size)[kept]
    if weights.sum() < SMALLEST:
        words = "give people of strata that hold both groups"
        raise ImpossibleInput("it has nobody", "target", words)
    weights = weights / weights.sum()
    rate_a = float((weights * common.numerator_a / common.denominator_a).sum())
    rate_b = float((weights * common.numerator_b / common.denominator_b).sum())
    spread = _variances(common.numerator_a, common.denominator_a)
    spread = spread + _variances(common.numerator_b, common.denominator_b)
    error = sqrt(float((weights**2 * spread).sum()))
    half = float(norm.ppf(0.5 + level / 2)) * error
    difference = rate_a - rate_b
    limits = max(-1.0, difference - half), min(1.0, difference + half)
    adjusted = Interval(difference, *limits)
    flipped = bool(is_direction_reversed(crude.estimate, difference, error))
    strong = flipped and crude.leaves_out_zero and adjusted.leaves_out_zero
    return Standardised(crude, adjusted, rate_a, rate_b, error, flipped, strong)


def _variances(numerator: Array, denominator: Array) -> Array:
    share = numerator / denominator
    is_certain = (share == 0) | (share == 1)
    share = np.where(is_certain, (numerator + 1) / (denominator + 2), share)
    return share * (1 - share) / denominator


@dataclass(frozen=True)
class Statistic:
    """A test statistic with its p-value."""

    statistic: float
    p_value: float


@dataclass(frozen=True)
class Stratified:
    """What strata say together.

    Attributes:
        difference: rate a minus rate b, weighted by n_a n_b / (n_a + n_b).
        crude_odds_ratio: of all strata in one table; None where a count in it is 0.
        odds_ratio: common odds ratio with its interval (Robins, Breslow, Greenland);
            None where an outcome is missing, so that it would be 0 or infinite.
        association: Cochran, Mantel and Haenszel's test that no stratum has an
            association.
        association_corrected: the same with the correction for continuity.
        homogeneity: Breslow and Day's test of one odds ratio in all strata: a small p
            says that the difference differs by stratum, which a single figure hides.
            None where fewer than two strata have both groups and both outcomes.
        homogeneity_adjusted: the same with Tarone's adjustment.
    """

    difference: float
    crude_odds_ratio: float | None
    odds_ratio: Interval | None
    association: Statistic
    association_corrected: Statistic
    homogeneity: Statistic | None
    homogeneity_adjusted: Statistic | None


@answers_or_refuses
def mantel_haenszel(strata: Strata, level: float = 0.95) -> Stratified | None:
    """Return what the strata that hold both groups say together, None without any.

    odds ratio = sum (x_a y_b / N) / sum (x_b y_a / N), y = n - x. Assumes independent
    people inside a stratum and one odds ratio in all of them; its weights make it the
    difference for no population that can be pointed at. It misleads where
    `homogeneity` is unlikely. Mantel and Haenszel 1959, J. National Cancer Institute
    22:719; Robins, Breslow, Greenland 1986, Biometrics 42:311; Breslow and Day 1980;
    Tarone 1985, Biometrika 72:91. The ratio and the test of association are computed by
    statsmodels' StratifiedTable; its test of homogeneity is nan where a stratum has one
    outcome only or the ratio is 1, so that one is here.

    Raises:
        ImpossibleInput: counts are not possible, or all strata with both groups have
            one outcome only.
    """
    from statsmodels.stats.contingency_tables import (
        StratifiedTable,  # takes seconds to import
    )

    record_of("strata", strata, Strata).check()
    level_of(level)
    common = strata.only(strata.with_both)
    if not common.denominator_a.size:
        return None
    cases = common.numerator_a + common.numerator_b
    if not ((cases > 0) & (cases < common.denominator_a + common.denominator_b)).any():
        words = "give a stratum in which some people have the event and some do not"
        raise ImpossibleInput("no stratum has both outcomes", "strata", words)
    x_a, x_b = common.numerator_a, common.numerator_b
    y_a, y_b = common.denominator_a - x_a, common.denominator_b - x_b
    table = StratifiedTable(np.array([[x_a, y_a], [x_b, y_b]], dtype=float))
    total = common.denominator_a + common.denominator_b
    gap = x_a * common.denominator_b - x_b * common.denominator_a
    weight = common.denominator_a * common.denominator_b
    ratio = homogeneity = None
    if (x_a * y_b).any() and (x_b * y_a).any():
        limits = map(float, table.oddsratio_pooled_confint(alpha=1 - level))
        ratio = Interval(float(table.oddsratio_pooled), *limits)
        homogeneity = _homogeneity(common, ratio.estimate)
    above, below = x_a.sum() * y_b.sum(), x_b.sum() * y_a.sum()
    return Stratified(
        difference=float((gap / total).sum() / (weight / total).sum()),
        crude_odds_ratio=float(above / below) if above and below else None,
        odds_ratio=ratio,
        association=_statistic(table.test_null_odds(correction=False)),
        association_corrected=_statistic(table.test_null_odds(correction=True)),
        homogeneity=homogeneity[0] if homogeneity else None,
        homogeneity_adjusted=homogeneity[1] if homogeneity else None,
    )


def _homogeneity(strata: Strata, ratio: float) -> tuple[Statistic, Statistic] | None:
    """Return Breslow and Day's test, and the same with Tarone's adjustment.

    sum (x_a - e)^2 / v, e the expected numerator of a if the odds ratio were the common
    one, 1 / v = 1/e + 1/(n_a - e) + 1/(m - e) + 1/(n_b - m + e), m = x_a + x_b. Strata
    with one outcome say nothing of a ratio and are left out.
    """
    cases = strata.numerator_a + strata.numerator_b
    others = strata.denominator_a + strata.denominator_b - cases
    mixed = strata.only(np.minimum(cases, others) > 0)
    count = mixed.numerator_a.size
    if count < 2:
        return None
    n_a, n_b, m = mixed.denominator_a, mixed.denominator_b, cases[cases * others > 0]
    # (1 - ratio) e^2 + b e - c = 0, the root inside the table's margins.
    b, c = n_b - m + ratio * (n_a + m), ratio * n_a * m
    expected = 2 * c / (b + np.sqrt(b**2 + 4 * (1 - ratio) * c))
    rest = (expected, n_a - expected, m - expected, n_b - m + expected)
    variance = 1 / sum(1 / part for part in rest)
    gap = mixed.numerator_a - expected
    plain = float((gap**2 / variance).sum())
    adjusted = plain - float(gap.sum() ** 2 / variance.sum())
    found = [Statistic(x, float(chi2.sf(x, count - 1))) for x in (plain, adjusted)]
    return found[0], found[1]


def _statistic(found: object) -> Statistic:
    return Statistic(float(found.statistic), float(found.pvalue))
