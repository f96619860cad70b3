"""Land the CSV files of Canvas SIS imports and exports, from a folder or zip.

A section is a cohort, or the course where an enrolment names no section; the course is
the programme. The files are recognised by headings, as Canvas does, and passwords are
never read. A SIS import is a set of changes: who is missing stays enrolled, unless
`delivery = "bulk"` under [sources.<name>] says that the files list all members.
Source: Instructure, SIS CSV format.
"""

import zipfile
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from ingest.connectors.roster.format.canvas_enrolments import (
    DATES,
    CanvasDelivery,
    land,
)
from ingest.connectors.roster.format.canvas_files import FILES, kind_of, tables_in
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.mapping.tables import csv_lines, whole_lines
from ingest.parsing.days import day_clock
from ingest.parsing.times import zone
from ingest.unpacking.streams import HEAD_BYTES
from tandem.core.errors import DamagedFile

NAME = "canvas_sis"
MAX_FILES = 30  # a folder of more CSV files is no SIS export


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a folder or zip with enrolments of Canvas, or one file of it."""
    if path.is_dir() or (head.startswith(b"PK") and path.suffix.lower() == ".zip"):
        kinds = {kind_of(header) for header in _headers(path).values()}
        if "enrollments" not in kinds or not {"users", "courses", "sections"} & kinds:
            return None
        variant = "folder" if path.is_dir() else "zip"
    else:
        is_text = path.suffix.lower() in (".csv", ".txt")
        kind = kind_of(_first_row(head)) if is_text else None
        if kind not in ("users", "enrollments"):
            return None
        variant = f"one-file-{kind}"
    return Recognition(
        connector=NAME,
        source="canvas",
        variant=variant,
        found=(Evidence.FILE_SET,),
        reason="headings of a Canvas SIS export",
        encoding="utf-8",
        delimiter=",",
    )


def _headers(path: Path) -> Mapping[str, list[str]]:
    """Return the header of each CSV file, {} where they are too many."""
    try:
        if path.is_dir():
            files = [f for f in path.iterdir() if f.suffix.lower() == ".csv"]
            heads = {f.name: f for f in files} if len(files) <= MAX_FILES else {}
            return {n: _first_row(_head_of(f)) for n, f in heads.items()}
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if n.lower().endswith(".csv")]
            if len(names) > MAX_FILES:
                return {}
            return {n: _first_row(archive.open(n).read(HEAD_BYTES)) for n in names}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return {}


def _head_of(file: Path) -> bytes:
    with file.open("rb") as content:
        return content.read(HEAD_BYTES)


def _first_row(head: bytes) -> list[str]:
    try:
        lines = csv_lines(whole_lines(head))
    except (UnicodeError, ValueError):
        return []
    return lines[0][1] if lines else []


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land people with their links, cohorts, programmes and enrolments.

    Raises:
        DamagedFile: it is one file alone, of which the others are needed.
        UndecidedFile: the order of day and month is not known.
    """
    if delivery.recognition.variant.startswith("one-file"):
        raise DamagedFile(
            "it is one file of a Canvas SIS export, which needs the others",
            delivery.path.name,
            f"name the folder or zip that holds {', '.join(FILES)}",
        )
    tables = tables_in(delivery.path)
    printed = chain.from_iterable(
        table.column(name) for table in tables.values() for name in DATES
    )
    options = delivery.options
    tz = zone(options.tz or "UTC")
    clock = day_clock(delivery.path.name, tz, options.date_order, printed)
    land(CanvasDelivery(tables, clock, delivery, writer))
