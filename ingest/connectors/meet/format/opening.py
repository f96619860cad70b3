"""When a meeting was whose report prints times of day only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ingest.connectors.meet.format.shapes import Sheet
from ingest.connectors.meet.format.times import day_by_name
from ingest.landing.delivery import Delivery
from ingest.parsing.times import Order, clock_of, needs_order, order_of, parse_local
from tandem.core.errors import UndecidedFile

_IN_NAME = re.compile(
    r"(\d{4}([-_.])\d{2}\2\d{2})(?:[ _T]+(\d{1,2}[ :_.-]\d{2})(?!\d))?"
)
ORDERS: tuple[Order, ...] = ("dmy", "mdy")
_CODE = re.compile(r"\b[a-z]{3}-[a-z]{4}-[a-z]{3}\b", re.IGNORECASE)
_COPY = re.compile(r"\s*\(\d+\)$")
_KIND = re.compile(r"\s+[-–—]\s+[^-–—]*$")
_CLOCK_ONLY = re.compile(
    r"^\D{0,3}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?$", re.I
)


@dataclass(frozen=True)
class Opening:
    """A meeting as far as file name and first lines tell it, in local time."""

    day: date
    starts: time | None
    ends: time | None
    title: str
    code: str | None

    def nearest(self, moment: time, reference: datetime) -> datetime:
        """Return the reading of a time of day that is nearest to another moment."""
        days = (reference.date() + timedelta(days=n) for n in (-1, 0, 1))
        readings = (datetime.combine(day, moment) for day in days)
        return min(readings, key=lambda at: abs(at - reference))


def opening_of(delivery: Delivery, sheet: Sheet) -> Opening:
    """Return when and what a meeting was.

    Raises:
        UndecidedFile: neither file, nor its name, nor --date says the day.
    """
    stem = _COPY.sub("", delivery.path.stem)
    in_name = _IN_NAME.search(stem)
    values = [value for row in sheet.preface for value in row[1:] if value]
    clocks = [clock_of(value)[0] for value in values if _CLOCK_ONLY.match(value)]
    words = [v for v in values if not _CLOCK_ONLY.match(v) and not _day_text(v)]
    outside = _iso_day(in_name.group(1)) if in_name else delivery.options.date
    day = _day_in(values, delivery, outside) or outside or delivery.options.date
    if day is None:
        raise UndecidedFile(
            "it has times of day without a day",
            delivery.path.name,
            "pass --date, e.g. --date 2026-03-02",
        )
    if not clocks and in_name and in_name.group(3):
        clocks = [time.fromisoformat(_padded(in_name.group(3)))]
    code = _CODE.search(" ".join([*values, stem]))
    return Opening(
        day=day,
        starts=clocks[0] if clocks else None,
        ends=clocks[1] if len(clocks) > 1 else None,
        title=next(iter(words), "") or (_title_in(stem, code) if in_name else ""),
        code=code.group(0) if code else None,
    )


def _day_text(value: str) -> bool:
    return re.search(r"\d{4}|\d[./]\d{1,2}[./]\d", value) is not None


def _iso_day(printed: str) -> date | None:
    try:
        return date.fromisoformat(re.sub(r"[_.]", "-", printed))
    except ValueError:
        return None


def _day_in(values: list[str], delivery: Delivery, outside: date | None) -> date | None:
    """Return the day that the first lines name.

    Args:
        values: what the first lines say.
        delivery: the file and what was said of it.
        outside: the day of the file's name or of --date, which tells the order.

    Raises:
        UndecidedFile: day and month cannot be told apart.
    """
    dated = [value for value in values if _day_text(value)]
    order = order_of(dated) or delivery.options.date_order
    for value in dated:
        if needs_order([value]) and order is None:
            if outside and outside in _readings(value):
                return outside
            raise UndecidedFile(
                f"day and month cannot be told apart ({value})",
                delivery.path.name,
                "pass --date-order dmy or --date-order mdy",
            )
        try:
            named = day_by_name(value)
            return named[0] if named else _read(value, order)
        except ValueError:
            continue
    return None


def _read(printed: str, order: Order | None) -> date:
    return parse_local(f"{printed} 00:00", order).at.date()


def _readings(printed: str) -> set[date]:
    found = set()
    for order in ORDERS:
        try:
            found.add(_read(printed, order))
        except ValueError:
            continue
    return found


def _padded(clock: str) -> str:
    hour, minute = re.split(r"[ :_.-]", clock)
    return f"{int(hour):02}:{minute}"


def _title_in(stem: str, code: re.Match[str] | None) -> str:
    """Return what a file name says besides day, time, code and the kind of report."""
    rest = _KIND.sub("", _IN_NAME.sub("", stem)).strip(" -–—_")
    return "" if code and rest.lower() == code.group(0).lower() else rest


def moments(
    opening: Opening, clocks: list[tuple[time | None, time | None]]
) -> Iterator[tuple[datetime | None, datetime | None]]:
    """Yield local join and leave of each row; a leave before the join is a day later.

    A join belongs to the day on which it is nearest to the start, or to the first join
    of those who stayed over midnight.
    """
    joins = [joined for joined, _left in clocks if joined]
    over = [j for j, left in clocks if j and left and left < j]
    first = opening.starts or min(over or joins, default=None)
    for joined, left in clocks:
        if joined is None or first is None:
            yield None, None
            continue
        start = opening.nearest(joined, datetime.combine(opening.day, first))
        end = datetime.combine(start.date(), left) if left else None
        if end and end < start:
            end += timedelta(days=1)
        yield start, end
