"""People of whom a report says only when they came first, went last, and how long."""

from datetime import datetime, timedelta

from ingest.connectors._classroom import Agent, Interval


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
