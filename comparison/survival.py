"""Time to an event from a life table: survival curves and restricted means."""

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class LifeTable:
    """People at risk on each day, and how many had the event on it; days ascending."""

    day: Array
    at_risk: Array
    events: Array


def survival(table: LifeTable) -> Array:
    """Return Kaplan and Meier's share still without the event, after each day.

    S(t) = product of (1 - d_i / n_i). Assumes that people who leave observation would
    have had the event as often as people who stay. Kaplan and Meier 1958, JASA 53:457.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(table.at_risk > 0, table.events / table.at_risk, 0.0)
    return np.cumprod(1 - hazard)


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
