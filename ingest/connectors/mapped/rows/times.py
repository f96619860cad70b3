"""Read the time of a statement from the column that its mapping names."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ingest.mapping.cells import Cells, InvalidCell, number_in
from ingest.mapping.mapping_fields import Duration, Time
from ingest.mapping.mapping_file import Mapping
from ingest.parsing.times import clock_of, to_utc
from ingest.xapi.terms import verbs

BOOKINGS = ("registered", "unregistered")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - raw holds UTC without a zone
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of a spreadsheet, in local time


def time_of(iri: str, cells: Cells, mapping: Mapping) -> datetime:
    """Return the time of a verb in naive UTC: by its own column, else by `time`.

    Raises:
        InvalidCell: the cell is empty, or is no time that exists in the zone.
    """
    names = verbs()
    own = {names.get(name, name): time for name, time in mapping.times.items()}.get(iri)
    if own is not None and (cells.has(own.column) or cells.has(own.date)):
        return moment(own, cells)
    if mapping.time is None:
        raise InvalidCell("mapped.time", "time", f"the mapping names no time for {iri}")
    return moment(mapping.time, cells)


def seconds_of(
    duration: Duration | None, cells: Cells, iris: Iterable[str]
) -> float | None:
    """Return the duration of a row in seconds: its cell, else from start to end.

    None where neither is filled, or where the row's verbs only book or cancel.

    Raises:
        InvalidCell: a cell cannot be read, or the end is before the start.
    """
    seconds = cells.seconds(duration)
    if seconds is not None or duration is None:
        return seconds
    starts, ends = duration.starts, duration.ends
    if starts is None or ends is None or not _are_filled((starts, ends), cells):
        return None
    if {verbs().get(name) for name in BOOKINGS}.issuperset(iris):
        return None
    began, ended = moment(starts, cells), moment(ends, cells)
    if ended < began:
        where = cells.first_filled(ends.column or ends.date)[1]
        raise InvalidCell("mapped.duration", where, "it ends before it starts")
    return (ended - began).total_seconds()


def moment(time: Time, cells: Cells) -> datetime:
    """Return the time of a row in naive UTC.

    Raises:
        InvalidCell: the cell is empty, or is no time that exists in the zone.
    """
    cell, where = cells.first_filled(time.column or time.date)
    clock, clock_column = cells.first_filled(time.clock)
    if not cell:
        raise InvalidCell("mapped.time", where, "it is empty: every row needs a time")
    if time.form:
        return _time_of_number(cells, cell, where, time.form)
    if time.date and clock:
        _check_clock(clock, clock_column)
        cell = f"{cell.split('T')[0]} {clock}"
    try:
        at = cells.clock.utc(cell)
    except ValueError as error:
        what = f"{cell!r} is no time ({error})"
        raise InvalidCell("mapped.time", where, what) from error
    if at is None:
        raise InvalidCell("mapped.time", where, "it is empty: every row needs a time")
    return at


def _are_filled(times: Iterable[Time], cells: Cells) -> bool:
    return all(cells.first_filled(time.column or time.date)[0] for time in times)


def _time_of_number(cells: Cells, cell: str, where: str, form: str) -> datetime:
    """Return the time of a bare number in a mapping's `form`, in naive UTC."""
    count = number_in(cell, where)
    try:
        if form == "spreadsheet_days":
            seconds = round(count * 86_400)  # fractions of a day are inexact
            return to_utc(_DAY_ZERO + timedelta(seconds=seconds), cells.clock.tz)
        unit = 1000 if form == "unix_milliseconds" else 1
        return _EPOCH + timedelta(seconds=count / unit)
    except (OverflowError, ValueError) as error:
        what = f"{cell!r} is no time in {form} ({error})"
        raise InvalidCell("mapped.time", where, what) from error


def _check_clock(cell: str, where: str) -> None:
    """Raise InvalidCell for a cell that is no time of day."""
    try:
        clock_of(cell)
    except ValueError as error:
        what = f"{cell!r} is no time of day, like 14:05"
        raise InvalidCell("mapped.time", where, what) from error
