"""OneRoster 1.1 and 1.2 in CSV: a folder or a zip with a manifest.

A class is a cohort, its course the programme, an enrolment a membership with a role. A
user's e-mail, source id, username and identifier are one person: they are linked, so
that a platform's account and an invitation's address meet. Passwords are never read.
"""

import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors._base import Delivery, LoadWriter, Sniff
from ingest.parsing.text import decode, is_blank, rows
from ingest.parsing.times import to_utc, zone
from tandem.errors import DamagedFile

NAME = "oneroster"
NEEDED = ("users", "classes", "enrollments")
ROLES = {"student": "learner", "teacher": "facilitator", "aide": "facilitator"}
HOME_PAGE = "https://tandem.example/rosters"
RULES = {
    "sourcedId": "roster_source_id",
    "username": "roster_username",
    "identifier": "roster_identifier",
}

Row = dict[str, str]


@dataclass(frozen=True)
class Roster:
    """The files of one roster, rows by column name, each with its line."""

    tables: dict[str, list[tuple[int, Row]]]

    def __getitem__(self, name: str) -> list[tuple[int, Row]]:
        """Return the rows of one file, none where it is absent."""
        return self.tables.get(name, [])


def sniff(path: Path, head: bytes) -> Sniff | None:
    """Recognise a folder or zip that holds a manifest, users and enrolments."""
    names = {Path(name).name.lower() for name in _names(path, head)}
    if not {"manifest.csv", "users.csv"} <= names:
        return None
    return Sniff(
        connector=NAME,
        source="roster",
        variant="oneroster-zip" if path.is_file() else "oneroster-folder",
        confidence=0.95,
        reason="manifest.csv beside users.csv",
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


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land people, their links, cohorts' members and their roles.

    Raises:
        DamagedFile: users, classes or enrolments are missing.
    """
    roster = Roster(_tables(delivery.path))
    missing = [name for name in NEEDED if not roster[name]]
    if missing:
        raise DamagedFile(
            f"{', '.join(f'{name}.csv' for name in missing)} is missing or empty",
            delivery.path.name,
            "export the roster again with users, classes and enrollments",
        )
    people = {row["sourcedId"]: row for _line, row in roster["users"]}
    homes = delivery.settings.get("account_home_pages", {})
    writer.links(_links(people, homes))
    writer.rows("enrolments", _enrolments(roster, people, delivery, writer))


def _tables(path: Path) -> dict[str, list[tuple[int, Row]]]:
    contents: dict[str, bytes] = {}
    if path.is_dir():
        contents = {p.name.lower(): p.read_bytes() for p in path.glob("*.csv")}
    else:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.lower().endswith(".csv"):
                    contents[Path(name).name.lower()] = archive.read(name)
    return {Path(name).stem: _rows(content) for name, content in contents.items()}


def _rows(content: bytes) -> list[tuple[int, Row]]:
    table = rows(decode(content).text, ",")
    if not table:
        return []
    header = [cell.strip() for cell in table[0]]
    return [
        (line, dict(zip(header, cells, strict=False)))
        for line, cells in enumerate(table[1:], start=2)
        if not is_blank(cells)
    ]


def _email_actor(row: Row) -> str | None:
    email = row.get("email", "").strip()
    if "@" not in email:
        return None
    return json.dumps({"objectType": "Agent", "mbox": f"mailto:{email}"})


def _account(home_page: str, name: str) -> str:
    account = {"homePage": home_page, "name": name}
    return json.dumps({"objectType": "Agent", "account": account})


def _person(row: Row) -> str:
    """Return the actor under which a person is known first: the e-mail, if any."""
    return _email_actor(row) or _account(HOME_PAGE, row["sourcedId"])


def _links(people: dict[str, Row], homes: dict[str, str]) -> pl.DataFrame:
    """Tie each further identifier of a user to the first one."""
    links = []
    for row in people.values():
        for field, rule in RULES.items():
            name = row.get(field, "").strip()
            home = homes.get(field, HOME_PAGE if field == "sourcedId" else None)
            if not name or home is None:
                continue
            actor = _account(home, name)
            if actor != _person(row):
                links.append((actor, _person(row), rule, None))
    schema = {
        "actor": pl.String,
        "learner": pl.String,
        "rule": pl.String,
        "valid_from": pl.Datetime("us"),
    }
    return pl.DataFrame(links, schema=schema, orient="row")


def _enrolments(
    roster: Roster, people: dict[str, Row], delivery: Delivery, writer: LoadWriter
) -> pl.DataFrame:
    programmes = {row["sourcedId"]: row for _line, row in roster["classes"]}
    accepted: list[dict[str, Any]] = []
    for line, row in roster["enrollments"]:
        user = people.get(row.get("userSourcedId", ""))
        cohort = programmes.get(row.get("classSourcedId", ""))
        if user is None or cohort is None:
            unknown = "user" if user is None else "class"
            writer.reject(
                line,
                f"roster.{unknown}",
                "$",
                f"its {unknown} is not in the roster",
                row,
            )
            continue
        try:
            accepted.append(_enrolment(row, user, cohort, delivery.options.tz or "UTC"))
        except ValueError as error:
            writer.reject(line, "roster.date", "$", str(error), row)
    return pl.DataFrame(accepted, infer_schema_length=None)


def _enrolment(row: Row, user: Row, cohort: Row, tz: str) -> dict[str, Any]:
    begins, ends = (
        _midnight(row.get("beginDate"), tz),
        _midnight(row.get("endDate"), tz),
    )
    if begins and ends and ends < begins:
        raise ValueError("the enrolment ends before it begins")
    gone = row.get("status", "").casefold() == "tobedeleted"
    return {
        "actor": _person(user),
        "programme_id": cohort["courseSourcedId"],
        "cohort_id": cohort["sourcedId"],
        "role": ROLES.get(
            row.get("role", "").casefold(), row.get("role", "").casefold()
        ),
        "enrolled_at": begins,
        "withdrawn_at": _midnight(row.get("dateLastModified"), tz) if gone else None,
        "is_withdrawn": True if gone else None,
        "reported_at": _midnight(row.get("dateLastModified"), tz),
    }


def _midnight(text: str | None, tz: str) -> datetime | None:
    """Return the start of a local day, or a full time, in naive UTC."""
    text = (text or "").strip()
    if not text:
        return None
    if len(text) == 10:
        day = date.fromisoformat(text)
        return to_utc(datetime.combine(day, time.min), zone(tz))
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return to_utc(moment, zone(tz))
    return to_utc(moment.astimezone(zone("UTC")).replace(tzinfo=None), zone("UTC"))
