"""Day, title and code of a meeting whose report prints times of day only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ingest.connectors.local_clock import undecided_order
from ingest.connectors.meet.format.report_layouts import PrintedReport
from ingest.landing.delivery import Delivery
from ingest.parsing.month_names import named_day
from ingest.parsing.times import Order, clock_of, needs_order, order_of, parse_local
from tandem.core.errors import UndecidedFile

_IN_NAME = re.compile(
    r"(\d{4}([-_.])\d{2}\2\d{2})(?:[ _T]+(\d{1,2}[ :_.-]\d{2})(?!\d))?"
)
ORDERS: tuple[Order, ...] = ("dmy", "mdy")
_CODE = re.compile(r"\b[a-z]{3}-[a-z]{4}-[a-z]{3}\b", re.IGNORECASE)
_COPY_NUMBER = re.compile(r"\s*\(\d+\)$")
_REPORT_KIND = re.compile(r"\s+[-–—]\s+[^-–—]*$")
_TIME_OF_DAY = re.compile(
    r"^\D{0,3}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?$", re.I
)


@dataclass(frozen=True)
class MeetingDetails:
    """A meeting's details in file name and first lines, in local time."""

    day: date
    starts: time | None
    ends: time | None
    title: str
    code: str | None


def details_of(delivery: Delivery, report: PrintedReport) -> MeetingDetails:
    """Return a meeting's details from the report's preface, its file name and --date.

    Raises:
        UndecidedFile: none of them gives the day, or its order is not known.
    """
    stem = _COPY_NUMBER.sub("", delivery.path.stem)
    in_name = _IN_NAME.search(stem)
    values = [value for row in report.preface for value in row[1:] if value]
    clocks = [clock_of(value)[0] for value in values if _TIME_OF_DAY.match(value)]
    titles = [v for v in values if not _TIME_OF_DAY.match(v) and not _is_day(v)]
    known_day = _iso_day(in_name.group(1)) if in_name else delivery.options.date
    day = _day_in(values, delivery, known_day) or known_day or delivery.options.date
    if day is None:
        raise UndecidedFile(
            "it has times of day without a day",
            delivery.path.name,
            "pass --date, e.g. --date 2026-03-02",
        )
    if not clocks and in_name and in_name.group(3):
        clocks = [time.fromisoformat(_padded(in_name.group(3)))]
    code = _CODE.search(" ".join([*values, stem]))
    return MeetingDetails(
        day=day,
        starts=clocks[0] if clocks else None,
        ends=clocks[1] if len(clocks) > 1 else None,
        title=next(iter(titles), "") or (_title_in(stem, code) if in_name else ""),
        code=code.group(0) if code else None,
    )


def _is_day(value: str) -> bool:
    return re.search(r"\d{4}|\d[./]\d{1,2}[./]\d", value) is not None


def _iso_day(printed: str) -> date | None:
    try:
        return date.fromisoformat(re.sub(r"[_.]", "-", printed))
    except ValueError:
        return None


def _day_in(
    values: list[str], delivery: Delivery, known_day: date | None
) -> date | None:
    """Return the day in the report's preface, None where there is none.

    Args:
        values: the cells of the preface.
        delivery: the file and its options.
        known_day: the day of the file's name or of --date, which decides the order.

    Raises:
        UndecidedFile: the order of day and month is not known.
    """
    days = [value for value in values if _is_day(value)]
    order = order_of(days) or delivery.options.date_order
    for value in days:
        if needs_order([value]) and order is None:
            if known_day and known_day in _possible_days(value):
                return known_day
            raise undecided_order(value, delivery)
        try:
            named = named_day(value)
            return named[0] if named else _parsed_day(value, order)
        except ValueError:
            continue
    return None


def _parsed_day(printed: str, order: Order | None) -> date:
    return parse_local(f"{printed} 00:00", order).at.date()


def _possible_days(printed: str) -> set[date]:
    days = set()
    for order in ORDERS:
        try:
            days.add(_parsed_day(printed, order))
        except ValueError:
            continue
    return days


def _padded(clock: str) -> str:
    hour, minute = re.split(r"[ :_.-]", clock)
    return f"{int(hour):02}:{minute}"


def _title_in(stem: str, code: re.Match[str] | None) -> str:
    """Return a file name without day, time, code and the kind of report."""
    rest = _REPORT_KIND.sub("", _IN_NAME.sub("", stem)).strip(" -–—_")
    return "" if code and rest.lower() == code.group(0).lower() else rest


def local_times(
    details: MeetingDetails, clocks: list[tuple[time | None, time | None]]
) -> Iterator[tuple[datetime | None, datetime | None]]:
    """Yield local join and leave of each row; a leave before the join is a day later.

    A join is put on the day that brings it nearest to the meeting's start. Without a
    start that is the first join of those connected over midnight, else the first join.
    """
    joins = [joined for joined, _left in clocks if joined]
    over_midnight = [j for j, left in clocks if j and left and left < j]
    first = details.starts or min(over_midnight or joins, default=None)
    for joined, left in clocks:
        if joined is None or first is None:
            yield None, None
            continue
        start = _nearest(joined, datetime.combine(details.day, first))
        end = datetime.combine(start.date(), left) if left else None
        if end and end < start:
            end += timedelta(days=1)
        yield start, end


def _nearest(clock: time, reference: datetime) -> datetime:
    """Return a time of day on the day that brings it nearest to a reference."""
    days = (reference.date() + timedelta(days=n) for n in (-1, 0, 1))
    candidates = (datetime.combine(day, clock) for day in days)
    return min(candidates, key=lambda at: abs(at - reference))
