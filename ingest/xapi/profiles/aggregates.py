"""Participants known only by first join, last leave and total time connected."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ingest.xapi.profiles.virtual_classroom import Agent, Interval, fingerprint


def interval_from_total(
    actor: Agent,
    joined: datetime,
    left: datetime | None,
    seconds: float | None,
    tolerance_seconds: int,
) -> Interval:
    """Return one interval whose length is the total time connected.

    Where the total equals the time from first join to last leave, the interval is that
    time. Where the total is shorter, the report omits gaps: the leave is set to the
    join plus the total, and the interval is marked as imputed.

    Args:
        actor: the participant.
        joined: first join, UTC.
        left: last leave, UTC; None where it is not known.
        seconds: the printed total; None where it is not known.
        tolerance_seconds: the largest difference that rounding can explain.
    """
    if seconds is None:
        return Interval(actor, joined, left)
    by_total = joined + timedelta(seconds=seconds)
    if left is None:
        return Interval(actor, joined, by_total, is_imputed=True)
    if abs((left - by_total).total_seconds()) <= tolerance_seconds:
        return Interval(actor, joined, left)
    # A total above the elapsed time sums two devices: the person counts once.
    return Interval(actor, joined, min(left, by_total), is_imputed=by_total < left)


def sum_by_person(claims: Iterable[tuple[Agent, float]]) -> list[tuple[Agent, float]]:
    """Return the sum of the values of each person, in order of first appearance.

    Summing keeps two rows with equal values apart from one row reported twice.
    """
    agents: dict[str, Agent] = {}
    seconds: dict[str, float] = {}
    for agent, value in claims:
        name = fingerprint(agent)  # the same for any letter case of an address
        agents.setdefault(name, agent)
        seconds[name] = seconds.get(name, 0.0) + value
    return [(agents[name], value) for name, value in seconds.items()]
