"""Time to an event: life tables, curves with limits, and a test of equal curves."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from comparison.inputs import (
    ImpossibleInput,
    answers_or_refuses,
    flags,
    groups,
    level_of,
    numbers,
    one_of,
    parts_of,
    record_of,
)

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
        return value_at(self.day, self.share, day, before=1.0)

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

    Raises:
        ImpossibleInput: a number is not possible.
    """
    observed = numbers("duration", duration, 0)
    had_event = flags("is_event", is_event, observed.size)
    days, place = np.unique(observed, return_inverse=True)
    ended = np.bincount(place, minlength=days.size)
    events = np.bincount(place, had_event.astype(float), days.size)
    at_risk = ended[::-1].cumsum()[::-1].astype(float)
    return LifeTable(days, at_risk, events)


def checked(table: LifeTable) -> LifeTable:
    """Return a life table as arrays of floats.

    Raises:
        ImpossibleInput: days do not ascend, or a day has more events than people.
    """
    table = record_of("table", table, LifeTable)
    day = numbers("LifeTable.day", table.day, 0)
    if (np.diff(day) <= 0).any():
        raise ImpossibleInput("days do not ascend", "LifeTable.day", "sort them")
    at_risk = numbers("LifeTable.at_risk", table.at_risk, 0, size=day.size)
    return LifeTable(day, at_risk, parts_of("LifeTable.events", table.events, at_risk))


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

    Raises:
        ImpossibleInput: a day has more events than people at risk.
    """
    table, level = checked(table), level_of(level)
    one_of("scale", scale, SCALES)
    share = survival(table)
    left = table.at_risk - table.events
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(left > 0, table.events / (table.at_risk * left), 0.0)
    relative = np.sqrt(np.cumsum(terms))  # standard error of log S
    z = float(norm.ppf(0.5 + level / 2))
    low, high = SCALES[scale](share, z * relative)
    return Curve(table.day, share, share * relative, low, high)


def _log_log(share: Array, half: Array) -> tuple[Array, Array]:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factor = np.exp(half / np.abs(np.log(share)))
        low = np.where(share < 1, share**factor, 1.0)
        high = np.where(share < 1, share ** (1 / factor), 1.0)
    return np.nan_to_num(low), np.nan_to_num(high)


def _log(share: Array, half: Array) -> tuple[Array, Array]:
    largest = np.exp(np.minimum(half, 700.0))  # above, it overflows
    return share * np.exp(-half), np.minimum(1.0, share * largest)


def _plain(share: Array, half: Array) -> tuple[Array, Array]:
    spread = share * half
    return np.maximum(0.0, share - spread), np.minimum(1.0, share + spread)


Scale = Callable[[Array, Array], tuple[Array, Array]]
SCALES: dict[str, Scale] = {"log-log": _log_log, "log": _log, "plain": _plain}


def _first_at_most_half(day: Array, line: Array) -> float | None:
    reached = np.flatnonzero(line <= 0.5 + PRECISION)
    return float(day[reached[0]]) if reached.size else None


def value_at(days: Array, values: Array, day: float, before: float) -> float:
    """Return the value of the last day up to a day, or what was before all days."""
    place = int(np.searchsorted(days, day, side="right"))
    return float(values[place - 1]) if place else before


@dataclass(frozen=True)
class LogRank:
    """The log-rank statistic of two or more groups; chi-squared under no difference."""

    statistic: float
    degrees: int
    p_value: float


@answers_or_refuses
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

    Raises:
        ImpossibleInput: there is one group only, no event, or no event on a day on
            which people of two groups were at risk.
    """
    from statsmodels.duration.survfunc import survdiff  # takes seconds to import

    observed = numbers("duration", duration, 0)
    had_event = flags("is_event", is_event, observed.size)
    count, place = groups("group", group, observed.size)
    if count < 2:
        raise ImpossibleInput("there is one only", "group", "give at least 2 groups")
    if not had_event.any():
        raise ImpossibleInput("nobody had the event", "is_event", "give some events")
    statistic, p_value = survdiff(observed, had_event.astype(int), place)
    if not 0 <= p_value <= 1:
        words = "give groups that were observed on the same days"
        raise ImpossibleInput("no event says anything of two groups", "group", words)
    return LogRank(max(0.0, float(statistic)), count - 1, float(p_value))


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
