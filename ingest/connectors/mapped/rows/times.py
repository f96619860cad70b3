"""When what a row says was done: which column says it, and how a cell is read."""

from datetime import datetime, timedelta

from ingest.mapping.cells import Cells, Misfit, number_in
from ingest.mapping.mapping_fields import Time
from ingest.mapping.mapping_file import Mapping
from ingest.parsing.times import clock_of, to_utc
from ingest.xapi.terms import verbs

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - raw holds UTC without a zone
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - of a spreadsheet, on the wall


def time_of(iri: str, cells: Cells, mapping: Mapping) -> datetime:
    """Return when a verb was done, in naive UTC: by its own column, else by `time`.

    Raises:
        Misfit: there is no time, or none of this calendar or zone.
    """
    names = verbs()
    own = {names.get(name, name): time for name, time in mapping.times.items()}.get(iri)
    if own is not None and (cells.has(own.column) or cells.has(own.date)):
        return moment(own, cells)
    if mapping.time is None:
        raise Misfit("mapped.time", "time", f"the mapping does not say when of {iri}")
    return moment(mapping.time, cells)


def moment(time: Time, cells: Cells) -> datetime:
    """Return when, in naive UTC.

    Raises:
        Misfit: there is no time, or none of this calendar or zone.
    """
    cell, where = cells.of(time.column or time.date)
    clock, clock_column = cells.of(time.clock)
    if not cell:
        raise Misfit("mapped.time", where, "it is empty: when was it?")
    if time.form:
        return _counted(cells, cell, where, time.form)
    if time.date and clock:
        _is_clock(clock, clock_column)
        cell = f"{cell.split('T')[0]} {clock}"
    try:
        found = cells.clock.utc(cell)
    except ValueError as error:
        what = f"{cell!r} is no time ({error})"
        raise Misfit("mapped.time", where, what) from error
    if found is None:
        raise Misfit("mapped.time", where, "it is empty: when was it?")
    return found


def _counted(cells: Cells, cell: str, where: str, form: str) -> datetime:
    """Return the time that a bare number counts to."""
    count = number_in(cell, where)
    try:
        if form == "spreadsheet_days":
            seconds = round(count * 86_400)  # a day's fraction is not exact
            return to_utc(_DAY_ZERO + timedelta(seconds=seconds), cells.clock.tz)
        unit = 1000 if form == "unix_milliseconds" else 1
        return _EPOCH + timedelta(seconds=count / unit)
    except (OverflowError, ValueError) as error:
        what = f"{cell!r} is no time in {form} ({error})"
        raise Misfit("mapped.time", where, what) from error


def _is_clock(cell: str, where: str) -> None:
    try:
        clock_of(cell)
    except ValueError as error:
        what = f"{cell!r} is no time of day, like 14:05"
        raise Misfit("mapped.time", where, what) from error
