"""Land OneRoster 1.0, 1.1 and 1.2 CSV and Microsoft SDS 2.1, from a folder or zip.

A class is a cohort, its course the programme, and its terms the cohort's start and end.
A bulk file lists everything; a delta changes only the rows that it names.
Sources: 1EdTech OneRoster CSV binding 1.1 and 1.2; Microsoft School Data Sync 2.1 CSV.
"""

import zipfile
from itertools import chain
from pathlib import Path

from ingest.connectors.roster.format.oneroster_cohorts import land_cohorts
from ingest.connectors.roster.format.oneroster_delivery import RosterDelivery
from ingest.connectors.roster.format.oneroster_enrolments import land_enrolments
from ingest.connectors.roster.format.oneroster_files import (
    Roster,
    roster_of,
    standard_name,
)
from ingest.connectors.roster.format.oneroster_people import land_people
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.days import day_clock
from ingest.parsing.text import decode, delimiter_of, rows
from ingest.parsing.times import zone
from tandem.core.errors import DamagedFile

NAME = "oneroster"
NEEDED = ("users", "classes", "enrollments")
DATES = ("startDate", "endDate", "beginDate", "dateLastModified")
DATES += ("roleStartDate", "roleEndDate")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a folder or zip of roster files, with or without a manifest."""
    names = _names(path, head)
    files = {Path(name).name.lower(): name for name in names}
    if {"manifest.csv", "users.csv"} <= set(files) or {
        "manifest.csv",
        "enrollments.csv",
    } <= set(files):
        standard, reason = "oneroster", "manifest.csv beside roster files"
    elif {"users.csv", "classes.csv", "enrollments.csv"} <= set(files):
        header = _header(path, files["enrollments.csv"])
        if not {"classSourcedId", "userSourcedId"} <= set(header):
            return None
        is_sds = "sourcedId" not in header
        standard = "sds" if is_sds else "oneroster"
        reason = "users, classes and enrollments by sourcedId, without a manifest"
    else:
        return None
    return Recognition(
        connector=NAME,
        source="roster",
        variant=f"{standard}-zip" if path.is_file() else f"{standard}-folder",
        found=(Evidence.FILE_SET,),
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
    return [standard_name(cell) for cell in rows(first, delimiter_of(first))[0]]


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land people, their links, cohorts and enrolments.

    Raises:
        DamagedFile: a required file is missing or empty, the manifest is wrong, or
            organisations or terms contain themselves.
        UndecidedFile: the order of day and month is not known.
    """
    roster = roster_of(delivery.path)
    _require_files(roster)
    for name in ("orgs", "academicSessions"):
        _refuse_circle(roster, name)
    printed = chain.from_iterable(
        table.column(column) for table in roster.tables.values() for column in DATES
    )
    options = delivery.options
    tz = zone(options.tz or "UTC")
    clock = day_clock(delivery.path.name, tz, options.date_order, printed)
    roster_delivery = RosterDelivery(roster, clock, delivery, writer)
    land_people(roster_delivery)
    land_cohorts(roster_delivery)
    land_enrolments(roster_delivery)


def _require_files(roster: Roster) -> None:
    """Refuse a bulk delivery that lacks a required file, and a delta without any."""
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


def _refuse_circle(roster: Roster, name: str) -> None:
    """Refuse rows whose chain of parents contains a row twice."""
    lines = {row["sourcedId"]: line for line, row in roster[name]}
    parents = {
        r["sourcedId"]: r.get("parentSourcedId", "") for _line, r in roster[name]
    }
    checked: set[str] = set()
    for start in parents:
        path: list[str] = []
        at = start
        while at in parents and at not in checked:
            if at in path:
                circle = [*path[path.index(at) :], at]
                raise DamagedFile(
                    f"{name}.csv line {lines[at]}, column parentSourcedId: "
                    f"{' -> '.join(circle)} is a circle",
                    roster.name,
                    "correct the parent of one of them; nothing has landed",
                )
            path.append(at)
            at = parents[at]
        checked.update(path)
