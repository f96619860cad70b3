"""Any CSV, spreadsheet or JSON whose columns a YAML file explains.

The mapping is the one given with --map, else `map` under [sources.<name>] in
tandem.toml, else a file of the same name with .yml beside the data (or mapping.yml in
its folder), else a preset whose headings are all there.
"""

import csv
import re
from collections.abc import Mapping as Table_
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.connectors.mapped.rows import meetings, statements
from ingest.landing.delivery import Delivery, LoadWriter, ReadOptions, Recognition
from ingest.mapping.columns import columns_in, times_in
from ingest.mapping.mapping_fields import Column
from ingest.mapping.mapping_file import Mapping, mapping_of, preset, presets
from ingest.mapping.people_headings import plain
from ingest.mapping.table_files import (
    HEADER_WITHIN,
    RECORDS,
    lines_of,
    preset_for,
    recognisers,
    says_offset,
)
from ingest.mapping.tables import (
    SPREADSHEETS,
    TEXTS,
    Table,
    csv_lines,
    marks_in,
    table_of,
    whole_lines,
)
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.times import zone
from tandem.core.errors import DamagedFile, UndecidedFile, WrongUse
from tandem.core.files import Home

NAME = "mapped"
ESSENTIAL = ("verb", "time.", "meetings.title", "meetings.starts")
_KEY = re.compile(r'"([^"\\]{1,40})"\s*:')
UNREADABLE = (UnicodeError, ValueError, csv.Error, DamagedFile)


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a file with a mapping beside it, or with the headings of a preset."""
    if not head or path.suffix.lower() not in (*TEXTS, *RECORDS, *SPREADSHEETS):
        return None
    if beside := _beside(path):
        return _said(mapping_of(beside), beside.stem, f"{beside.name} lies beside it")
    try:
        found = preset_for(_first_lines(path, head))
    except UNREADABLE:
        return None
    if found is None:
        return None
    name = found[0]
    known = preset(name)
    reason = f"headings of the preset {name}"
    said = _said(known, name, reason + ("" if known.verified else " (unverified)"))
    return replace(said, confidence=0.65, **marks_in(path, head))


def told(
    path: Path, options: ReadOptions, known: Table_[str, Any]
) -> Recognition | None:
    """Return what a file is because --map or tandem.toml says so, else None."""
    where = options.mapping or known.get("map")
    if where is None or not path.is_file():
        return None
    file = _found(Path(where))
    said = _said(mapping_of(file), file.stem, f"mapped by {file.name}")
    return replace(said, source=options.source or said.source)


def is_mapping_of_neighbour(path: Path) -> bool:
    """Return whether a file explains the data that lie beside it."""
    if path.suffix.lower() not in (".yml", ".yaml"):
        return False
    return path.stem == "mapping" or any(
        path.with_suffix(end).exists() for end in (*TEXTS, *RECORDS, *SPREADSHEETS)
    )


def _said(mapping: Mapping, name: str, reason: str) -> Recognition:
    needs = () if mapping.tz else ("--tz",)
    return Recognition(NAME, mapping.source, name, 1.0, reason, needs=needs)


def _beside(path: Path) -> Path | None:
    for name in (f"{path.stem}.yml", f"{path.stem}.yaml", "mapping.yml"):
        if (file := path.with_name(name)).is_file():
            return file
    return None


def _found(path: Path) -> Path:
    """Return a mapping's file: as named, beside tandem.toml, else a preset."""
    for file in (path, Home.from_environment().settings.parent / path):
        if file.is_file():
            return file
    if found := presets().get(path.stem):
        return found
    raise WrongUse(
        f"there is no mapping {path}",
        next_step=f"name a file, or one of the presets {', '.join(presets())}",
    )


def _first_lines(path: Path, head: bytes) -> list[tuple[int, list[str]]]:
    """Return the first lines of a file; a large one is not read for that.

    JSON is read whole, but only where its head holds a preset's words.
    """
    if path.suffix.lower() in TEXTS:
        return csv_lines(whole_lines(head))[:HEADER_WITHIN]
    if path.suffix.lower() in RECORDS:
        words = {plain(word) for word in _KEY.findall(head.decode(errors="ignore"))}
        parts = [
            [_last_parts(one) for one in known] for known in recognisers().values()
        ]
        if not any(all(part & words for part in known) for known in parts):
            return []
    return lines_of(path, None)[:HEADER_WITHIN]


def _last_parts(names: frozenset[str]) -> frozenset[str]:
    return frozenset(plain(name.rpartition(".")[2]) for name in names)


def _is_there(column: Column, there: set[str]) -> bool:
    return any(plain(name) in there for name in column.names)


def table_in(path: Path, mapping: Mapping) -> Table:
    """Return the table of a file below its header.

    Raises:
        DamagedFile: it is of no kind that is read, or holds nothing.
    """
    try:
        lines = lines_of(path, mapping.sheet)
    except (UnicodeError, ValueError, csv.Error) as error:
        raise DamagedFile(
            f"it cannot be read as a table ({error})",
            path.name,
            "save it as CSV, .xlsx or JSON with a list of objects",
        ) from error
    if mapping.header_line > 1:
        lines = [one for one in lines if one[0] >= mapping.header_line]
    elif found := _header_at(lines, mapping):
        lines = lines[found:]
    if len(lines) < 2:
        raise DamagedFile("there is no row in it", path.name, "export it again")
    return table_of(path.name, lines)


def _header_at(lines: list[tuple[int, list[str]]], mapping: Mapping) -> int:
    """Return which of the first lines names most of a mapping's columns."""
    wanted = {plain(n) for _key, column in columns_in(mapping) for n in column.names}
    counts = [
        len({plain(cell) for cell in cells} & wanted)
        for _line, cells in lines[:HEADER_WITHIN]
    ]
    return counts.index(max(counts)) if counts else 0


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land what the rows of a table say, by its mapping.

    Raises:
        DamagedFile: the mapping, or the table, is not what it should be.
        UndecidedFile: times without a zone, or days that could be months.
    """
    mapping = _mapping_for(delivery)
    table = table_in(delivery.path, mapping)
    _has_columns(table, mapping)
    clock = _clock(delivery, table, mapping)
    if mapping.meetings:
        meetings.land(table, mapping.meetings, clock, delivery, writer)
    else:
        statements.land(table, mapping, clock, delivery, writer)


def _mapping_for(delivery: Delivery) -> Mapping:
    where = delivery.options.mapping or delivery.settings.get("map")
    if where is not None:
        return mapping_of(_found(Path(where)))
    if beside := _beside(delivery.path):
        return mapping_of(beside)
    return preset(delivery.recognition.variant)


def _has_columns(table: Table, mapping: Mapping) -> None:
    """Refuse a table that lacks a column which the mapping names and needs."""
    there = {plain(name) for name in table.header}
    for key, column in columns_in(mapping):
        is_needed = not column.is_optional or key.startswith(ESSENTIAL)
        if is_needed and not _is_there(column, there):
            raise DamagedFile(
                f"there is no column {' or '.join(map(repr, column.names))}, "
                f"which the mapping names under {key}",
                table.name,
                f"its columns are {', '.join(n for n in table.header if n)}",
            )


def _clock(delivery: Delivery, table: Table, mapping: Mapping) -> DayClock:
    """Return how the file's times are read.

    A file whose every time says its offset needs no zone.
    """
    names = {plain(name): name for name in table.header}
    dated = [
        names[plain(name)]
        for time in times_in(mapping)
        if time.form is None
        for column in (time.column, time.date, time.clock)
        for name in (column.names if column else ())
        if plain(name) in names
    ]
    printed = [cell for name in dict.fromkeys(dated) for cell in table.column(name)]
    options = delivery.options
    tz = options.tz or mapping.tz
    times = [cell for cell in printed if any(char.isdigit() for char in cell)]
    is_by_wall = any(one.form == "spreadsheet_days" for one in times_in(mapping))
    if tz is None and (is_by_wall or not all(says_offset(cell) for cell in times)):
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London, or write tz: into the mapping",
        )
    order = options.date_order or mapping.date_order
    return day_clock(delivery.path.name, zone(tz or "UTC"), order, printed)
