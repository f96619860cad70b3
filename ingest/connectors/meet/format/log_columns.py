"""Columns of the admin console's log of Meet, under the names of the Reports API."""

import re

from ingest.connectors.local_clock import clock_for
from ingest.connectors.meet.format.log_connections import MEASURES
from ingest.connectors.meet.format.log_times import LogClock, has_offset
from ingest.landing.delivery import Delivery
from ingest.parsing.month_names import months_of_column
from ingest.parsing.source_phrases import source_phrases
from ingest.parsing.text import delimiter_of, rows
from ingest.parsing.zone_abbreviations import require_clear_zones

HEADINGS = source_phrases("meet", "audit_log")
_REQUIRED = {"meeting_code", "duration_seconds", "written_at"}
_IDENTIFYING = {"identifier", "display_name", "endpoint_id", "actor_email"}
_HEADER_SEARCH_ROWS = 10


def table_of(text: str) -> tuple[list[list[str]], str]:
    """Return the rows of a text and their delimiter."""
    delimiter = delimiter_of(text)
    return rows(text, delimiter), delimiter


def find_header(table: list[list[str]]) -> tuple[int, str | None] | None:
    """Return the header's row number and language, None where there is no header."""
    for at, row in enumerate(table[:_HEADER_SEARCH_ROWS]):
        names = set(field_names(row))
        if names >= _REQUIRED and names & _IDENTIFYING:
            return at, HEADINGS.language_of(row, ["meeting_code"])
    return None


def field_names(header: list[str]) -> list[str]:
    """Return the Reports API's name of each column, "" where it is not used."""
    return [_field_name(heading) for heading in header]


def _field_name(heading: str) -> str:
    name = heading.strip().casefold().rpartition("parameters.")[2]
    api_names = {*HEADINGS.fields, *MEASURES} | {"start_timestamp_seconds"}
    api_names |= {"identifier_type", "call_duration_seconds"}
    if name in api_names:
        return name
    return HEADINGS.field_of(heading) or _measure_name(_words(heading))


def _words(heading: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", heading.casefold()).split())


def _measure_name(spaced: str) -> str:
    """Return the measure of a heading such as `video send fps mean`, else ""."""
    words = spaced.replace("receive", "recv").replace("duration", "seconds")
    words = re.sub(r" in (ms|kbps|%)$| percentage$", "", words)
    name = words.replace(" ", "_")
    candidates = (name, name.replace("jitter", "jitter_msec"))
    return next((measure for measure in candidates if measure in MEASURES), "")


def log_clock(
    body: list[list[str]], header: list[str], delivery: Delivery | None
) -> LogClock | None:
    """Return the clock of a log; None where its times have no offset and no delivery.

    Raises:
        UndecidedFile: the delivery's options give no zone, or the order is not known.
    """
    names = field_names(header)
    written, code = names.index("written_at"), names.index("meeting_code")
    widest = max(written, code)
    printed = [row[written] for row in body if len(row) > widest and row[written]]
    locale = delivery.options.locale if delivery else None
    months = months_of_column(printed, locale)
    if all(has_offset(text) for text in printed):
        return LogClock(None, months=months)
    if delivery is None:
        return None
    clock = clock_for(delivery, printed)
    log = LogClock(clock.tz, clock.order, months)
    require_clear_zones(delivery.path.name, printed, log.utc)
    return log
