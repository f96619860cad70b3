"""Read a OneRoster delivery as tables: check its manifest, correct its headers.

Real exports misspell headers (`dataLastModified`), change the case of file names and
have surplus cells. The manifest is compared with the files before anything lands.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.mapping.tables import Row, Table, csv_lines, files_in, table_of
from ingest.parsing.source_phrases import source_phrases
from tandem.core.errors import DamagedFile, UndecidedFile

READ = ("academicSessions", "orgs", "courses", "classes", "users", "roles")
READ += ("enrollments",)
VERSIONS = re.compile(r"^(?:v?1[.p]0|v?1[.p]1|v?1[.p]2)(?:[.p]\d+)*$", re.IGNORECASE)
NEEDED = {
    "academicSessions": ("sourcedId",),
    "orgs": ("sourcedId",),
    "courses": ("sourcedId",),
    "classes": ("sourcedId",),
    "users": ("sourcedId",),
    "roles": ("userSourcedId", "role"),
    "enrollments": ("classSourcedId", "userSourcedId", "role"),
}
_COLUMNS = """
sourcedId status dateLastModified title type startDate endDate parentSourcedId name
identifier schoolYear courseSourcedId classCode classType location schoolSourcedId
termSourcedIds orgSourcedIds orgSourcedId primaryOrgSourcedId role roleType username
userIds userMasterIdentifier givenName familyName middleName preferredGivenName
preferredFamilyName email enabledUser classSourcedId userSourcedId primary beginDate
courseCode sessionSourcedId sessionSourcedIds isPrimary roleStartDate roleEndDate
"""
MISSPELT = source_phrases("roster", "oneroster")
_STANDARD_NAMES = {name.lower(): name for name in _COLUMNS.split()}


@dataclass(frozen=True)
class Roster:
    """The tables of one delivery, and the mode of each: bulk, delta or absent."""

    name: str
    tables: Mapping[str, Table]
    modes: Mapping[str, str]
    version: str

    def __getitem__(self, name: str) -> tuple[tuple[int, Row], ...]:
        """Return the rows of a file with their line numbers, () if it is absent."""
        return self.tables[name].rows if name in self.tables else ()

    def is_delta(self, name: str) -> bool:
        """Return whether a file holds only changes."""
        return self.modes.get(name) == "delta"


def roster_of(path: Path) -> Roster:
    """Return the tables of a folder or zip, checked against the manifest.

    Raises:
        DamagedFile: the manifest does not match the files, or a required column is
            missing.
        UndecidedFile: there is no manifest, and only some rows have a status.
    """
    files = files_in(path)
    names = {name.lower(): name for name in READ}
    tables = {}
    for file, content in files.items():
        if name := names.get(Path(file).stem):
            tables[name] = _table(name, content)
    for name, table in tables.items():
        _require_columns(path.name, name, table)
    if "manifest.csv" not in files:
        modes = {name: _mode_of(path.name, table) for name, table in tables.items()}
        return Roster(path.name, tables, modes, "")
    declared = _manifest(path.name, files["manifest.csv"])
    modes = {n: declared.get(f"file.{n}".lower(), "").lower() for n in READ}
    _check_manifest(path.name, modes, tables)
    for name in (n for n in tables if not modes[n]):
        modes[name] = _mode_of(path.name, tables[name])
    kept = {n: t for n, t in tables.items() if modes[n] != "absent"}
    return Roster(path.name, kept, modes, declared.get("oneroster.version", ""))


def standard_name(header: str) -> str:
    """Return the standard's spelling of a column name."""
    name = header.strip()
    return _STANDARD_NAMES.get(name.lower()) or MISSPELT.field_of(name) or name


def _table(name: str, content: bytes) -> Table:
    lines = csv_lines(content)
    if lines:
        first, header = lines[0]
        lines[0] = (first, [standard_name(cell) for cell in header])
    return table_of(f"{name}.csv", lines)


def _require_columns(where: str, name: str, table: Table) -> None:
    missing = [column for column in NEEDED[name] if column not in table.header]
    if table.header and missing:
        raise DamagedFile(
            f"{name}.csv has no column {', '.join(missing)}",
            where,
            f"its first line must name at least {', '.join(NEEDED[name])}",
        )


def _manifest(where: str, content: bytes) -> dict[str, str]:
    lines = csv_lines(content)
    declared = {cells[0].lower(): cells[1] for _line, cells in lines if len(cells) > 1}
    version = declared.get("oneroster.version", "")
    if version and not VERSIONS.match(version.strip()):
        raise DamagedFile(
            f"manifest.csv says OneRoster version {version!r}",
            where,
            "1.0, 1.1 and 1.2 are read: export the roster as one of them",
        )
    return declared


def _check_manifest(
    where: str, modes: Mapping[str, str], tables: Mapping[str, Table]
) -> None:
    """Refuse a delivery whose manifest does not match its files."""
    for name, mode in modes.items():
        is_present = name in tables
        if mode in ("bulk", "delta") and not is_present:
            raise DamagedFile(
                f"manifest.csv says file.{name} is {mode}, but there is no {name}.csv",
                where,
                f"deliver {name}.csv, or say file.{name},absent",
            )
        if mode == "absent" and is_present and tables[name].rows:
            raise DamagedFile(
                f"manifest.csv says file.{name} is absent, but there is a {name}.csv",
                where,
                "say bulk or delta in the manifest, or take the file out",
            )
        if mode not in ("bulk", "delta", "absent", ""):
            raise DamagedFile(
                f"manifest.csv says file.{name} is {mode!r}",
                where,
                "it must be bulk, delta or absent",
            )


def _mode_of(where: str, table: Table) -> str:
    """Return a file's mode without a manifest: a delta has a status in every row."""
    filled = len(table.column("status"))
    if 0 < filled < len(table.rows):
        raise UndecidedFile(
            f"{table.name} has rows with a status and rows without, and there is no "
            "manifest.csv to say whether it is bulk or delta",
            where,
            "deliver the manifest with the files",
        )
    return "delta" if filled and _has_deletions(table) else "bulk"


def _has_deletions(table: Table) -> bool:
    return any(text.casefold() == "tobedeleted" for text in table.column("status"))
