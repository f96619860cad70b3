"""What files without a time zone share: whose clock they print, and in what order."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl
from babel import Locale, UnknownLocaleError
from babel.dates import get_date_format

from ingest.landing.delivery import Delivery
from ingest.parsing.times import Order, needs_order, order_of, parse_local, to_utc, zone
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession
from tandem.core.errors import UndecidedFile

_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*(?:Z|[+-]\d\d:?\d\d)$")
ABSENT = {"", "--", "n/a", "na", "-"}


@dataclass(frozen=True)
class LocalClock:
    """How one file's printed times become UTC."""

    tz: ZoneInfo
    order: Order | None
    precision_seconds: int

    def utc(self, printed: str) -> datetime:
        """Return the naive UTC time of a printed one.

        Raises:
            ValueError: it is no time, or the clock change makes it ambiguous.
        """
        return _utc(printed, self.order, self.tz)

    def utc_or_none(self, printed: str) -> datetime | None:
        """Return the naive UTC time, None where the cell says that there is none."""
        if printed.strip().casefold() in ABSENT:
            return None
        return self.utc(printed)

    def claims(
        self, session: TechnicalSession, seconds: list[tuple[Agent, float]]
    ) -> pl.DataFrame:
        """Return the vendor's printed durations as rows of raw.session_claims."""
        return pl.DataFrame(
            {
                "technical_session_id": session.session_id,
                "actor": [json.dumps(actor, sort_keys=True) for actor, _ in seconds],
                "claim": "duration_seconds",
                "value": [value for _, value in seconds],
            }
        )


@lru_cache(maxsize=262_144)
def _utc(printed: str, order: Order | None, tz: ZoneInfo) -> datetime:
    """Read a printed time once: a report's rows repeat them.

    One that names its own offset (`2026-03-16T10:00:00Z`) is not local.
    """
    if _WITH_OFFSET.match(printed.strip()):
        moment = datetime.fromisoformat(printed.strip())
        return moment.astimezone(UTC).replace(tzinfo=None)
    return to_utc(parse_local(printed, order).at, tz)


def clock_for(delivery: Delivery, printed: Iterable[str]) -> LocalClock:
    """Return the clock of a file, from its own dates and the options given with it.

    Raises:
        UndecidedFile: nothing says the zone, or the order of day and month.
    """
    times = [text for text in printed if text.strip().casefold() not in ABSENT]
    options = delivery.options
    names_offsets = all(_WITH_OFFSET.match(text.strip()) for text in times)
    tz = options.tz or ("UTC" if times and names_offsets else None)
    if tz is None:
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London, or set it for the source in "
            "tandem.toml",
        )
    order = order_of(times)
    told = options.date_order or _order_in(options.locale)
    if told == "ymd" and all(_reads(text, "ymd") for text in times):
        order = "ymd"  # 26/3/17: Basque, which looks like a day of 2017
    elif order is None and needs_order(times):
        order = told
        if order is None:
            raise UndecidedFile(
                f"day and month cannot be told apart ({times[0]})",
                delivery.path.name,
                "pass --date-order dmy or --date-order mdy",
            )
    return LocalClock(zone(tz), order, _precision(times[:50], order))


def _reads(text: str, order: Order) -> bool:
    try:
        parse_local(text, order)
    except ValueError:
        return False
    return True


def _order_in(locale: str | None) -> Order | None:
    """Return how a place writes its dates; a language alone does not say (en, es)."""
    try:
        place = Locale.parse(locale.replace("-", "_")) if locale else None
    except (ValueError, UnknownLocaleError):
        return None
    if place is None or place.territory is None:
        return None
    pattern = get_date_format("short", place).pattern.lower()
    letters = "".join(sorted("dmy", key=pattern.index))
    orders: tuple[Order, ...] = ("dmy", "mdy", "ymd")
    return next((order for order in orders if order == letters), None)


def _precision(times: list[str], order: Order | None) -> int:
    """Return the seconds to which times are printed; what is no time says nothing."""
    found = [1]
    for text in times:
        try:
            found.append(parse_local(text, order).precision_seconds)
        except ValueError:
            continue
    return max(found)
