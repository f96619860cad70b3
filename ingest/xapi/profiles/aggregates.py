"""People of whom a report says only when they came first, went last, and how long."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ingest.xapi.profiles.virtual_classroom import Agent, Interval, fingerprint


def aggregated(
    actor: Agent,
    joined: datetime,
    left: datetime | None,
    seconds: float | None,
    tolerance_seconds: int,
) -> Interval:
    """Return the one connection that a total allows.

    Where the total fills the time from first to last it was one connection. Where it
    is shorter there were gaps that nobody printed: the time attended is the total, so
    the leave is set by it and marked as imputed.

    Args:
        actor: who it was.
        joined: first join, UTC.
        left: last leave, UTC; None where it is not known.
        seconds: the printed total; None where it is not known.
        tolerance_seconds: what printing may have rounded away.
    """
    if seconds is None:
        return Interval(actor, joined, left)
    by_total = joined + timedelta(seconds=seconds)
    if left is None:
        return Interval(actor, joined, by_total, is_imputed=True)
    if abs((left - by_total).total_seconds()) <= tolerance_seconds:
        return Interval(actor, joined, left)
    # More seconds than time: two devices were summed. Nobody is there twice.
    return Interval(actor, joined, min(left, by_total), is_imputed=by_total < left)


def totals(claims: Iterable[tuple[Agent, float]]) -> list[tuple[Agent, float]]:
    """Add up what a report claims of each person.

    Two rows that print the same number are two rows: apart they would look like one
    fact told twice.
    """
    agents: dict[str, Agent] = {}
    seconds: dict[str, float] = {}
    for agent, value in claims:
        name = fingerprint(agent)  # whatever the letter case of an address
        agents.setdefault(name, agent)
        seconds[name] = seconds.get(name, 0.0) + value
    return [(agents[name], value) for name, value in seconds.items()]
