"""The settings of a new organisation: asked for, found out, and written once."""

import calendar
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tandem.core.errors import WrongUse
from tandem.core.files import Home, replace_text
from tandem.core.settings import FEWEST_PEOPLE

MONTHS = list(calendar.month_name)[1:]
DEFAULT_PEOPLE = 10
OWN_TABLES = ("organisation", "roster")  # whose days are in the organisation's zone
INTRODUCTION = """\
# Tandem's settings of this organisation, written by `tandem init`. Change them here;
# docs/first-week.md says what they mean.
"""
Ask = Callable[[str, str], str]
T = TypeVar("T")


@dataclass
class Answers:
    """What a person said, or what is taken instead."""

    name: str
    zone: str
    month: int
    people: int
    clocks: dict[str, str] = field(default_factory=dict)
    date_orders: dict[str, str] = field(default_factory=dict)
    roster: str | None = None
    account_home_pages: dict[str, str] = field(default_factory=dict)


def zone_of(text: str) -> str:
    """Return the name of a time zone.

    Raises:
        WrongUse: there is no such zone.
    """
    try:
        return ZoneInfo(text.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongUse(
            f"{text!r} is no time zone", "--tz", "e.g. Europe/Berlin or Asia/Kolkata"
        ) from error


def month_of(text: str) -> int:
    """Return the number of a month given as a number or by its name.

    Raises:
        WrongUse: it is no month.
    """
    plain = text.strip().casefold()
    names = [m.casefold() for m in MONTHS]
    known = {name: number for number, name in enumerate(names, start=1)}
    known |= {name[:3]: number for name, number in known.items()}
    known |= {str(number): number for number in range(1, 13)}
    if plain in known:
        return known[plain]
    raise WrongUse(f"{text!r} is no month", "--fiscal-year-start", "e.g. 4 or April")


def people_of(text: str) -> int:
    """Return the fewest people of a group that is shown.

    Raises:
        WrongUse: it is no whole number, or fewer than Tandem allows.
    """
    if text.strip().isdigit() and int(text) >= FEWEST_PEOPLE:
        return int(text)
    raise WrongUse(
        f"{text!r} is no whole number from {FEWEST_PEOPLE}", "--k", "e.g. 10"
    )


def asked(question: str, default: str, ask: Ask | None, read: Callable[[str], T]) -> T:
    """Ask until the answer can be read; without a person, take the default."""
    if ask is None:
        return read(default)
    while True:
        try:
            return read(ask(question, default))
        except WrongUse as error:
            question = f"{error.what}. {question}"


def write_settings(home: Home, answers: Answers) -> None:
    """Write tandem.toml; the caller has made sure that there is none."""
    lines = [
        INTRODUCTION,
        "[organisation]",
        f"name = {json.dumps(answers.name, ensure_ascii=False)}",
        "",
        "[vars]",
        f'organisation_time_zone = "{answers.zone}"',
        f"fiscal_year_start_month = {answers.month}",
        "# Fewest people of a group that is shown.",
        f"minimum_people = {answers.people}",
        "",
        "# Whose clock the files of a source print, and whether day or month is first.",
    ]
    dated = {*answers.clocks, *answers.date_orders}
    sources = dict.fromkeys([*sorted(dated), *OWN_TABLES, answers.roster])
    for source in filter(None, sources):
        zone = answers.clocks.get(source, answers.zone)
        lines += [f"[sources.{source}]", f'tz = "{zone}"']
        if source in answers.date_orders:
            lines.append(f'date_order = "{answers.date_orders[source]}"')
        if source == answers.roster and answers.account_home_pages:
            pairs = ", ".join(
                f"{column} = {json.dumps(page)}"
                for column, page in answers.account_home_pages.items()
            )
            lines += [
                "# In this column of the roster are the user ids of that platform.",
                f"account_home_pages = {{ {pairs} }}",
            ]
        lines.append("")
    home.root.mkdir(parents=True, exist_ok=True)
    replace_text(home.settings, "\n".join(lines))
