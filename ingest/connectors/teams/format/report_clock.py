"""The clock of a Teams attendance report: which order of day and month it prints."""

from dataclasses import replace
from datetime import datetime, timedelta

from ingest.connectors.local_clock import LocalClock, clock_for
from ingest.connectors.teams.format.report_layouts import PrintedReport, meeting_times
from ingest.landing.delivery import Delivery
from ingest.parsing.day_periods import unknown_day_periods
from ingest.parsing.times import Order, needs_order, order_of, parse_local
from tandem.core.errors import UndecidedFile

LONGEST_MEETING = timedelta(hours=30)  # Teams ends every meeting after this time
FIRST_REPORTS = datetime.fromisoformat("2020-01-01")
_ORDERS: tuple[Order, ...] = ("dmy", "mdy")


def report_clock(delivery: Delivery, reports: list[PrintedReport]) -> LocalClock:
    """Return the file's clock; the order its own times prove outranks the options.

    Raises:
        UndecidedFile: the zone, the order, or the words for AM and PM are not known.
    """
    printed = [text for report in reports for text in report.printed_times]
    if len(halves := unknown_day_periods(printed)) > 1:
        raise UndecidedFile(
            f"its words for AM and PM ({', '.join(halves)}) are not known",
            delivery.path.name,
            "set Teams to another language and download the report again",
        )
    proven = order_of(printed)
    order = _order_by_length(reports) if proven is None else _order_by_age(printed)
    if order and order != proven:
        options = replace(delivery.options, date_order=order)
        delivery = replace(delivery, options=options)
    return clock_for(delivery, printed)


def needs_date_order(reports: list[PrintedReport]) -> bool:
    """Return whether nothing in the reports decides the order of day and month."""
    printed = [text for report in reports for text in report.printed_times]
    is_ambiguous = needs_order(printed) and order_of(printed) is None
    return is_ambiguous and _order_by_length(reports) is None


def _order_by_length(reports: list[PrintedReport]) -> Order | None:
    """Return the only order in which no meeting exceeds the longest possible length.

    From 11/12 to 12/12 is a night or a month. Where all times read the same in both
    orders (3/3), either is right.
    """
    printed = [list(meeting_times(report)) for report in reports]
    readings = {o: [_readings(times, o) for times in printed] for o in _ORDERS}
    possible = [order for order in _ORDERS if all(map(_is_plausible, readings[order]))]
    is_same = len(possible) > 1 and readings["dmy"] == readings["mdy"]
    return possible[0] if len(possible) == 1 or is_same else None


def _order_by_age(printed: list[str]) -> Order | None:
    """Return `ymd` where the day first would put all times before the first reports.

    26/3/17 is a day of 2026 in Basque.
    """
    last = (max(_readings(printed, order), default=None) for order in ("dmy", "ymd"))
    day_first, year_first = last
    is_too_old = day_first is not None and day_first < FIRST_REPORTS
    is_possible = year_first is not None and year_first >= FIRST_REPORTS
    return "ymd" if is_too_old and is_possible else None


def _readings(printed: list[str], order: Order) -> list[datetime]:
    """Return all times read in an order, an empty list where one cannot be read."""
    try:
        return [parse_local(text, order).at for text in printed]
    except ValueError:
        return []


def _is_plausible(times: list[datetime]) -> bool:
    return bool(times) and max(times) - min(times) <= LONGEST_MEETING
