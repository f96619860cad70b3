"""Mean days without an event within a time, and the difference of two of them."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import norm

from comparison.inputs import SMALLEST, ImpossibleInput, level_of, number
from comparison.survival import PRECISION, LifeTable, checked, survival


def restricted_mean(table: LifeTable, tau: float) -> tuple[float, float]:
    """Return the mean days without the event within tau, and its sampling variance.

    RMST = integral of S to tau; variance = sum over events of
    [integral of S from t_i to tau]^2 d_i / (n_i (n_i - d_i)). Klein and Moeschberger
    2003, section 4.5. Some packages return the variance of min(T, tau) instead, which
    is not a sampling variance.

    Args:
        table: people at risk and events.
        tau: days; not after the last observed day.

    Raises:
        ImpossibleInput: tau lies after it, or the table is not possible.
    """
    return mean_within(*_observed_until(table, tau))


def mean_within(table: LifeTable, tau: float) -> tuple[float, float]:
    """Return `restricted_mean` of a table that is known to be right."""
    inside = table.day < tau
    days, share = table.day[inside], survival(table)[inside]
    edges = np.append(days, tau)
    areas = share * np.diff(edges)
    mean = float((days[0] if days.size else tau) + areas.sum())
    beyond = np.cumsum(areas[::-1])[::-1]  # from each day to tau
    events, at_risk = table.events[inside], table.at_risk[inside]
    left = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(left > 0, events / (at_risk * left), 0.0)
    return mean, float((beyond**2 * terms).sum())


@dataclass(frozen=True)
class MeanDifference:
    """Restricted mean a minus restricted mean b, in days, with its interval."""

    mean_a: float
    mean_b: float
    difference: float
    error: float
    low: float
    high: float
    p_value: float


def restricted_mean_difference(
    a: LifeTable, b: LifeTable, tau: float, level: float = 0.95
) -> MeanDifference:
    """Return the difference of two restricted means, from independent people.

    The area between two curves up to tau; normal interval with the sum of both
    sampling variances (`restricted_mean`). It needs no proportional hazards, and holds
    for this tau only: name it. It misleads for cohorts, whose people are not
    independent, and with a few people. Royston and Parmar 2013, BMC Medical Research
    Methodology 13:152; Uno et al. 2014, J. Clinical Oncology 32:2380.

    Args:
        a, b: life tables.
        tau: days.
        level: of the interval.

    Raises:
        ImpossibleInput: tau lies after the last day on which an arm was observed, or
            nothing varies within it, which is not certainty.
    """
    level = level_of(level)
    (mean_a, variance_a), (mean_b, variance_b) = (
        restricted_mean(table, tau) for table in (a, b)
    )
    difference, error = mean_a - mean_b, sqrt(variance_a + variance_b)
    half = float(norm.ppf(0.5 + level / 2)) * error
    if not error:
        words = "give more people, or a later tau; nothing varies within it"
        raise ImpossibleInput("the error of the difference is 0", "tau", words)
    p_value = float(2 * norm.sf(abs(difference) / error))
    return MeanDifference(
        mean_a, mean_b, difference, error, difference - half, difference + half, p_value
    )


def _observed_until(table: LifeTable, tau: object) -> tuple[LifeTable, float]:
    """Return a table that is observed until tau, or in which nobody is left before."""
    table, days = checked(table), number("tau", tau, SMALLEST)
    if days > table.day[-1] and survival(table)[-1] > PRECISION:
        raise ImpossibleInput(
            f"{days:g} is after the last observed day {table.day[-1]:g}",
            "tau",
            "choose a tau that all groups were observed for",
        )
    return table, days
