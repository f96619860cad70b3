"""OneRoster 1.0, 1.1 and 1.2 in CSV, and Microsoft SDS 2.1: a folder or a zip.

A class is a cohort, its course the programme, an enrolment a seat with a role, a term
the cohort's window. In bulk a file lists everything; a delta changes what it names.
Sources: 1EdTech OneRoster CSV binding 1.1 and 1.2; Microsoft School Data Sync 2.1 CSV.
"""

import zipfile
from itertools import chain
from pathlib import Path

from ingest.connectors.roster.format.oneroster_files import Roster, roster_of, spelt
from ingest.connectors.roster.format.oneroster_rows import land
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.days import day_clock
from ingest.parsing.text import decode, delimiter_of, rows
from ingest.parsing.times import zone
from tandem.core.errors import DamagedFile

NAME = "oneroster"
NEEDED = ("users", "classes", "enrollments")
DATES = ("startDate", "endDate", "beginDate", "dateLastModified")
DATES += ("roleStartDate", "roleEndDate")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a folder or zip of roster files, with a manifest or without."""
    names = _names(path, head)
    here = {Path(name).name.lower(): name for name in names}
    if {"manifest.csv", "users.csv"} <= set(here) or {
        "manifest.csv",
        "enrollments.csv",
    } <= set(here):
        form, reason = "oneroster", "manifest.csv beside roster files"
    elif {"users.csv", "classes.csv", "enrollments.csv"} <= set(here):
        header = _header(path, here["enrollments.csv"])
        if not {"classSourcedId", "userSourcedId"} <= set(header):
            return None
        is_sds = "sourcedId" not in header
        form = "sds" if is_sds else "oneroster"
        reason = "users, classes and enrollments by sourcedId, without a manifest"
    else:
        return None
    return Recognition(
        connector=NAME,
        source="roster",
        variant=f"{form}-zip" if path.is_file() else f"{form}-folder",
        confidence=0.95,
        reason=reason,
        encoding="utf-8",
        delimiter=",",
    )


def _names(path: Path, head: bytes) -> list[str]:
    if path.is_dir():
        return [child.name for child in path.iterdir()]
    if head.startswith(b"PK") and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    return []


def _header(path: Path, name: str) -> list[str]:
    if path.is_dir():
        content = (path / name).read_bytes()
    else:
        with zipfile.ZipFile(path) as archive:
            content = archive.read(name)
    try:
        first = decode(content).text.split("\n")[0]
    except UnicodeError:
        return []
    return [spelt(cell) for cell in rows(first, delimiter_of(first))[0]]


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land people, their links, cohorts, and who sits in which.

    Raises:
        DamagedFile: a file that is needed is missing or empty, the manifest lies, or
            organisations or terms contain themselves.
        UndecidedFile: day and month cannot be told apart.
    """
    roster = roster_of(delivery.path)
    _is_whole(roster)
    for name in ("orgs", "academicSessions"):
        _no_circle(roster, name)
    printed = chain.from_iterable(
        table.column(column) for table in roster.tables.values() for column in DATES
    )
    options = delivery.options
    tz = zone(options.tz or "UTC")
    clock = day_clock(delivery.path.name, tz, options.date_order, printed)
    land(roster, clock, delivery, writer)


def _is_whole(roster: Roster) -> None:
    is_delta = any(roster.is_delta(name) for name in roster.tables)
    missing = [name for name in NEEDED if not roster[name]]
    if is_delta and len(missing) < len(NEEDED):
        return
    if missing:
        raise DamagedFile(
            f"{', '.join(f'{name}.csv' for name in missing)} is missing or empty",
            roster.name,
            "export the roster again with users, classes and enrollments",
        )


def _no_circle(roster: Roster, name: str) -> None:
    """Refuse a tree that contains itself: nobody's place in it could be told."""
    lines = {row["sourcedId"]: line for line, row in roster[name]}
    above = {r["sourcedId"]: r.get("parentSourcedId", "") for _line, r in roster[name]}
    sound: set[str] = set()
    for start in above:
        path: list[str] = []
        at = start
        while at in above and at not in sound:
            if at in path:
                circle = [*path[path.index(at) :], at]
                raise DamagedFile(
                    f"{name}.csv line {lines[at]}, column parentSourcedId: "
                    f"{' -> '.join(circle)} is a circle",
                    roster.name,
                    "mend the parent of one of them; nothing has landed",
                )
            path.append(at)
            at = above[at]
        sound.update(path)
