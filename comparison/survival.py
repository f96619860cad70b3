"""Time to an event: life tables, curves with limits, restricted means, incidences."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import norm

Array = np.ndarray
PRECISION = 1e-12  # of a share: half of the people may come out as 0.5 + 1e-17


@dataclass(frozen=True)
class LifeTable:
    """People at risk on each day, and how many had the event on it; days ascending."""

    day: Array
    at_risk: Array
    events: Array


@dataclass(frozen=True)
class Curve:
    """A survival curve: the share still without the event after each day, with limits.

    `error` is Greenwood's standard error.
    """

    day: Array
    share: Array
    error: Array
    low: Array
    high: Array

    def at(self, day: float) -> float:
        """Return the share still without the event after a day."""
        return _value_at(self.day, self.share, day, before=1.0)

    @property
    def median(self) -> tuple[float | None, float | None, float | None]:
        """The first day on which at most half are without the event, and its limits.

        The limits are the days on which the curve's limits reach a half (Brookmeyer and
        Crowley 1982, Biometrics 38:29). None is a day that never comes: the median is
        not reached, which is not the last day. Where the curve stands at exactly a
        half, some packages give the middle of that time instead of its first day.
        """
        median, low, high = (
            _first_at_most_half(self.day, line)
            for line in (self.share, self.low, self.high)
        )
        return median, low, high


def life_table(duration: Array, is_event: Array) -> LifeTable:
    """Return the life table of people: at risk and events on each day that ended any.

    A person is at risk on the day on which the observation ended; a censored person
    leaves after the events of the day. It misleads where the clock does not start alike
    for everybody. Kaplan and Meier 1958, JASA 53:457.

    Args:
        duration: days that a person was observed.
        is_event: whether the observation ended in the event (else it was censored).
    """
    days, place = np.unique(np.asarray(duration, dtype=float), return_inverse=True)
    ended = np.bincount(place, minlength=days.size)
    events = np.bincount(place, np.asarray(is_event, dtype=float), days.size)
    at_risk = ended[::-1].cumsum()[::-1].astype(float)
    return LifeTable(days, at_risk, events)


def survival(table: LifeTable) -> Array:
    """Return Kaplan and Meier's share still without the event, after each day.

    S(t) = product of (1 - d_i / n_i). Assumes that people who leave observation would
    have had the event as often as people who stay. Kaplan and Meier 1958, JASA 53:457.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(table.at_risk > 0, table.events / table.at_risk, 0.0)
    return np.cumprod(1 - hazard)


def kaplan_meier(
    table: LifeTable, level: float = 0.95, scale: str = "log-log"
) -> Curve:
    """Return Kaplan and Meier's curve with Greenwood's error and limits.

    error = S sqrt(sum d_i / (n_i (n_i - d_i))). The limits are symmetric on the given
    scale of S: "log-log" (never outside 0 to 1; the default of lifelines and Stata),
    "log" (the default of R) or "plain". Which one matters: the limits of a median can
    differ by days. It misleads where people who leave observation differ from those who
    stay, and where an event ends the risk for another reason (`incidences`).
    Kalbfleisch and Prentice 2002, section 1.4.

    Args:
        table: people at risk and events.
        level: of the limits, day by day; the whole curve lies inside less often.
        scale: "log-log", "log" or "plain".
    """
    share = survival(table)
    left = table.at_risk - table.events
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(left > 0, table.events / (table.at_risk * left), 0.0)
    relative = np.sqrt(np.cumsum(terms))  # standard error of log S
    z = float(norm.ppf(0.5 + level / 2))
    low, high = SCALES[scale](share, z * relative)
    return Curve(table.day, share, share * relative, low, high)


def _log_log(share: Array, half: Array) -> tuple[Array, Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(half / np.abs(np.log(share)))
        low = np.where(share < 1, share**factor, 1.0)
        high = np.where(share < 1, share ** (1 / factor), 1.0)
    return np.nan_to_num(low), np.nan_to_num(high)


def _log(share: Array, half: Array) -> tuple[Array, Array]:
    return share * np.exp(-half), np.minimum(1.0, share * np.exp(half))


def _plain(share: Array, half: Array) -> tuple[Array, Array]:
    spread = share * half
    return np.maximum(0.0, share - spread), np.minimum(1.0, share + spread)


Scale = Callable[[Array, Array], tuple[Array, Array]]
SCALES: dict[str, Scale] = {"log-log": _log_log, "log": _log, "plain": _plain}


def _first_at_most_half(day: Array, line: Array) -> float | None:
    reached = np.flatnonzero(line <= 0.5 + PRECISION)
    return float(day[reached[0]]) if reached.size else None


def _value_at(days: Array, values: Array, day: float, before: float) -> float:
    place = int(np.searchsorted(days, day, side="right"))
    return float(values[place - 1]) if place else before


@dataclass(frozen=True)
class LogRank:
    """The log-rank statistic of two or more groups; chi-squared under no difference."""

    statistic: float
    degrees: int
    p_value: float


def log_rank(duration: Array, is_event: Array, group: Array) -> LogRank:
    """Return the log-rank test of equal curves.

    Assumes censoring alike in all groups and independent people. It misleads where
    curves cross (they may differ and the test does not see it), and for cohorts, whose
    people are not independent. Mantel 1966, Cancer Chemotherapy Reports 50:163.
    Computed by statsmodels' survdiff.

    Args:
        duration: days that a person was observed.
        is_event: whether the observation ended in the event.
        group: of the person.
    """
    from statsmodels.duration.survfunc import survdiff  # takes seconds to import

    labels = np.asarray(group)
    statistic, p_value = survdiff(
        np.asarray(duration, dtype=float), np.asarray(is_event, dtype=int), labels
    )
    return LogRank(float(statistic), np.unique(labels).size - 1, float(p_value))


def restricted_mean(table: LifeTable, tau: float) -> tuple[float, float]:
    """Return the mean days without the event within tau, and its sampling variance.

    RMST = integral of S to tau; variance = sum over events of
    [integral of S from t_i to tau]^2 d_i / (n_i (n_i - d_i)). Klein and Moeschberger
    2003, section 4.5. Some packages return the variance of min(T, tau) instead, which
    is not a sampling variance.

    Args:
        table: people at risk and events.
        tau: days; not after the last observed day.
    """
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
        ValueError: tau lies after the last day on which an arm was observed.
    """
    for table in (a, b):
        if tau > table.day[-1] and survival(table)[-1] > PRECISION:
            raise ValueError(
                f"tau {tau} is after the last observed day {table.day[-1]}; choose a "
                "tau that both groups were observed for"
            )
    (mean_a, variance_a), (mean_b, variance_b) = (
        restricted_mean(table, tau) for table in (a, b)
    )
    difference, error = mean_a - mean_b, sqrt(variance_a + variance_b)
    half = float(norm.ppf(0.5 + level / 2)) * error
    p_value = float(2 * norm.sf(abs(difference) / error)) if error else 1.0
    return MeanDifference(
        mean_a, mean_b, difference, error, difference - half, difference + half, p_value
    )


@dataclass(frozen=True)
class Incidences:
    """The share that had each kind of event by each day's end, and the share with none.

    `by_cause` has an array per cause; they and `free` add up to 1.
    """

    day: Array
    by_cause: dict[int, Array]
    free: Array

    def at(self, cause: int, day: float) -> float:
        """Return the share that had the event of a cause by a day's end."""
        return _value_at(self.day, self.by_cause[cause], day, before=0.0)


def incidences(duration: Array, cause: Array) -> Incidences:
    """Return Aalen and Johansen's cumulative incidences of competing events.

    F_k(t) = sum of S(t_i - 1) d_ki / n_i, S free of all events. One minus Kaplan and
    Meier with the competing event censored overstates it: it supposes a world in which
    nobody withdraws. Ties stay ties (some packages move them apart at random). Aalen
    and Johansen 1978, Scandinavian J. Statistics 5:141.

    Args:
        duration: days that a person was observed.
        cause: 0 where the observation was censored, else the number of the event.
    """
    kinds = np.asarray(cause)
    free = survival(life_table(duration, kinds != 0))
    before = np.concatenate([[1.0], free[:-1]])
    found = {}
    for kind in np.unique(kinds[kinds != 0]).tolist():
        table = life_table(duration, kinds == kind)
        found[int(kind)] = np.cumsum(before * table.events / table.at_risk)
    day = life_table(duration, kinds != 0).day
    return Incidences(day, found, free)


def with_leavers_kept(table: LifeTable, left: Array) -> LifeTable:
    """Return the table as if people who left stayed at risk without the event.

    Its curve is one minus the cumulative incidence of the event where no observation is
    censored. Where some are, the people who left get slightly too much weight.

    Args:
        table: people at risk and events.
        left: people for whom the event became impossible, on the same days.
    """
    gone_before = np.concatenate([[0.0], np.cumsum(left)[:-1]])
    return LifeTable(table.day, table.at_risk + gone_before, table.events)
