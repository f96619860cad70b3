"""Times in Graph's responses."""

import re
from datetime import datetime, timedelta

from ingest.parsing.json_files import text_of
from ingest.parsing.times import naive_utc

# Milliseconds since 1970, as Windows PowerShell writes times
_DATE_MILLISECONDS = re.compile(r"^/Date\((-?\d{1,14})\)/$")
_EPOCH = datetime.fromisoformat("1970-01-01")


def time_or_none(value: object) -> datetime | None:
    """Return a meeting's start or end, None where it cannot be read."""
    try:
        return moment_of(value)
    except ValueError:
        return None


def moment_of(value: object) -> datetime | None:
    """Return a Graph time (seven decimals of a second) as naive UTC, None if absent.

    Raises:
        ValueError: it is text, but no time.
    """
    text = text_of(value)
    if not text or text.startswith("0001-01-01"):
        return None
    if milliseconds := _DATE_MILLISECONDS.match(text):
        return _EPOCH + timedelta(milliseconds=int(milliseconds.group(1)))
    return naive_utc(datetime.fromisoformat(text))
