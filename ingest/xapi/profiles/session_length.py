"""The longest time that a live session, or a connection to one, can last.

A longer one is not a session: it is a misread list of meetings, a leave of another
year, or a room that nobody closed. Teams closes a meeting after 30 hours, Zoom too; no
class lasts a day.
"""

from datetime import datetime, timedelta

LONGEST_SESSION = timedelta(hours=24)
ONE_DAY, ZERO = timedelta(days=1), timedelta(0)


def is_too_long(
    starts_at: datetime | None, ends_at: datetime | None, precision_seconds: int = 1
) -> bool:
    """Return whether more than 24 hours lie between two times; False if one is unknown.

    Args:
        starts_at: naive UTC, so that a clock change does not lengthen a session.
        ends_at: naive UTC.
        precision_seconds: of the times; if only the day is known, a session from
            midnight may end on the next day.
    """
    if starts_at is None or ends_at is None:
        return False
    is_day_only = precision_seconds >= ONE_DAY.total_seconds()
    return ends_at - starts_at > LONGEST_SESSION + (ONE_DAY if is_day_only else ZERO)


def words_of_length(starts_at: datetime, ends_at: datetime) -> str:
    """Return a message that a session of these times (UTC) is too long."""
    hours = LONGEST_SESSION.total_seconds() / 3600
    return f"it lasts from {starts_at} to {ends_at} UTC, longer than {hours:.0f} hours"


def require_possible_length(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse a connection that is longer than any session.

    Raises:
        ValueError: it lasts longer than 24 hours.
    """
    if ends_at is not None and is_too_long(starts_at, ends_at):
        raise ValueError(words_of_length(starts_at, ends_at))
