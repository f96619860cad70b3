"""Find out what the files of a folder leave open and others of them tell.

Which source's files print times without a zone, which zone calendars name most, and in
which column of a roster the learning platform's user ids are.
"""

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ingest.connectors.roster.format.enrolments import RULES
from ingest.inspection.recognition import inspect_one
from tandem.core.errors import TandemError
from tandem.core.seeds import seed_rows

LINES_READ = 300  # of a file of statements
FILES_READ = 12  # of one source
HEAD = 200_000
MOST_MATCH = 0.5  # of the names of accounts are in a column
TEXT_READ = 20_000  # bytes of a report, for its dates
DATE = re.compile(rb"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(?:20)?\d\d(?!\d)")
ZONE = re.compile(r"(?:TZID[=:]|X-WR-TIMEZONE:)([A-Za-z]+(?:/[A-Za-z_+-]+)+)")


@dataclass
class Folder:
    """What a folder's files tell about the organisation."""

    sources_without_zone: list[str] = field(default_factory=list)
    zone: str | None = None
    date_orders: dict[str, str] = field(default_factory=dict)  # of a source: dmy or mdy
    account_home_pages: dict[str, str] = field(default_factory=dict)  # column -> page
    roster: str | None = None  # the source that lists people
    by_source: dict[str, list[Path]] = field(default_factory=dict)


def look_through(deliveries: Iterable[Path]) -> Folder:
    """Return what the deliveries tell; nothing is landed."""
    found = Folder()
    zones: Counter[str] = Counter()
    names: dict[str, set[str]] = defaultdict(set)
    columns: dict[str, set[str]] = defaultdict(set)
    read: Counter[str] = Counter()
    orders: dict[str, set[str]] = defaultdict(set)
    for path in deliveries:
        try:
            recognition = inspect_one(path)
        except TandemError:
            continue  # landing says what is wrong with it
        source = recognition.source
        if "--tz" in recognition.needs and source not in found.sources_without_zone:
            found.sources_without_zone.append(source)
        found.by_source.setdefault(source, []).append(path)
        if path.is_file() and path.suffix.lower() in (".csv", ".txt"):
            orders[source] |= _date_orders(path)
        read[source] += 1
        if read[source] > FILES_READ:
            continue
        with suppress(OSError, UnicodeError, ValueError):
            if path.suffix.lower() == ".ics":
                zones.update(ZONE.findall(path.read_text("utf-8", "replace")[:HEAD]))
            elif source == "xapi":
                for page, name in _accounts(path):
                    names[page].add(name.casefold())
            elif path.is_dir() and (path / "users.csv").is_file():
                found.roster = source
                _add_columns(path / "users.csv", columns)
    found.date_orders = {s: min(o) for s, o in orders.items() if len(o) == 1}
    known = {row["time_zone"] for row in seed_rows("time_zones")}
    listed = [zone for zone, _count in zones.most_common() if zone in known]
    found.zone = listed[0] if listed else None
    for page, people in names.items():
        for column, identities in columns.items():
            if len(people & identities) >= MOST_MATCH * len(people):
                found.account_home_pages.setdefault(column, page)
    return found


def _date_orders(path: Path) -> set[str]:
    """Return the orders of day and month of dates that only one order allows."""
    with path.open("rb") as file:
        text = file.read(TEXT_READ).replace(b"\0", b"")
    found = set()
    for first, _mark, second in DATE.findall(text):
        if int(first) > 12 >= int(second):
            found.add("dmy")
        elif int(second) > 12 >= int(first):
            found.add("mdy")
    return found


def _accounts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield home page and name of the accounts of actors in a file of statements."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines):
            if number >= LINES_READ:
                return
            try:
                statement = json.loads(line)
            except ValueError:
                return
            some = statement if isinstance(statement, list) else [statement]
            for one in some[:LINES_READ]:
                account = (one.get("actor") or {}).get("account") or {}
                if account.get("homePage") and account.get("name"):
                    yield str(account["homePage"]), str(account["name"])


def _add_columns(users: Path, columns: dict[str, set[str]]) -> None:
    with users.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for column in RULES:
                if value := (row.get(column) or "").strip():
                    columns[column].add(value.casefold())
