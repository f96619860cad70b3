"""Land any CSV, spreadsheet or JSON file by a mapping, a YAML file.

The mapping is the one given with --map, else `map` under [sources.<name>] in
tandem.toml, else a file of the same name with .yml in the folder of the data, else
mapping.yml there, else a preset whose headings the file has.
"""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.connectors.mapped.rows import meetings, statements
from ingest.landing.delivery import Delivery, LoadWriter, ReadOptions, Recognition
from ingest.landing.evidence import Evidence
from ingest.mapping.cells import title_of
from ingest.mapping.mapped_table import table_in
from ingest.mapping.mapping_fields import Column, Session
from ingest.mapping.mapping_file import Mapping, mapping_of, preset, presets
from ingest.mapping.named_columns import columns_in, times_in
from ingest.mapping.report_day import with_day_of_report
from ingest.mapping.table_files import (
    HEADER_WITHIN,
    RECORDS,
    has_utc_offset,
    lines_of,
    preset_for,
    recognisers,
)
from ingest.mapping.tables import (
    SPREADSHEETS,
    TEXTS,
    Table,
    csv_lines,
    encoding_and_delimiter,
    sheet_names,
    whole_lines,
)
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.source_phrases import plain
from ingest.parsing.times import zone
from ingest.parsing.zone_abbreviations import require_clear_zones
from tandem.core.errors import DamagedFile, UndecidedFile, WrongUse
from tandem.core.files import Home

NAME = "mapped"
ESSENTIAL = ("verb", "time.", "meetings.title", "meetings.starts")
_KEY = re.compile(r'"([^"\\]{1,40})"\s*:')
UNREADABLE = (UnicodeError, ValueError, csv.Error, DamagedFile)


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a file with a mapping in its folder, or the headings of a preset."""
    if not head or path.suffix.lower() not in (*TEXTS, *RECORDS, *SPREADSHEETS):
        return None
    if neighbour := _mapping_in_folder_of(path):
        return _recognition(
            mapping_of(neighbour), neighbour.stem, f"{neighbour.name} is in its folder"
        )
    try:
        found = (preset_for(lines) for lines in _first_lines(path, head))
        preset_and_line = next((one for one in found if one), None)
    except UNREADABLE:
        return None
    if preset_and_line is None:
        return None
    name = preset_and_line[0]
    mapping = preset(name)
    reason = f"headings of the preset {name}"
    reason += "" if mapping.verified else " (unverified)"
    recognition = _recognition(mapping, name, reason)
    return replace(
        recognition,
        found=(Evidence.MAPPED_HEADINGS,),
        **encoding_and_delimiter(path, head),
    )


def explicit_recognition(
    path: Path, options: ReadOptions, settings: MappingOf[str, Any]
) -> Recognition | None:
    """Return the recognition of a file whose mapping --map or tandem.toml names.

    None if neither names one. `settings` is the section [sources.<name>].
    """
    where = options.mapping or settings.get("map")
    if where is None or not path.is_file():
        return None
    file = _mapping_path(Path(where))
    recognition = _recognition(mapping_of(file), file.stem, f"mapped by {file.name}")
    return replace(recognition, source=options.source or recognition.source)


def is_mapping_of_neighbour(path: Path) -> bool:
    """Return whether a file is the mapping of a data file in the same folder."""
    if path.suffix.lower() not in (".yml", ".yaml"):
        return False
    return path.stem == "mapping" or any(
        path.with_suffix(end).exists() for end in (*TEXTS, *RECORDS, *SPREADSHEETS)
    )


def _recognition(mapping: Mapping, name: str, reason: str) -> Recognition:
    needs = () if mapping.tz else ("--tz",)
    return Recognition(
        NAME, mapping.source, name, (Evidence.MAPPING,), reason, needs=needs
    )


def _mapping_in_folder_of(path: Path) -> Path | None:
    for name in (f"{path.stem}.yml", f"{path.stem}.yaml", "mapping.yml"):
        if (file := path.with_name(name)).is_file():
            return file
    return None


def _mapping_path(path: Path) -> Path:
    """Return a mapping's file: as named, in tandem.toml's folder, else a preset."""
    for file in (path, Home.from_environment().settings.parent / path):
        if file.is_file():
            return file
    if preset_path := presets().get(path.stem):
        return preset_path
    raise WrongUse(
        f"there is no mapping {path}",
        next_step=f"name a file, or one of the presets {', '.join(presets())}",
    )


def _first_lines(path: Path, head: bytes) -> Iterator[list[tuple[int, list[str]]]]:
    """Yield the first lines of a file, or those of each of its sheets.

    A text file is not read beyond its head. JSON is read completely, but only if its
    head has the keys of a preset.
    """
    if path.suffix.lower() in TEXTS:
        yield csv_lines(whole_lines(head))[:HEADER_WITHIN]
        return
    if path.suffix.lower() in SPREADSHEETS:
        for name in sheet_names(path):
            yield lines_of(path, name)[:HEADER_WITHIN]
        return
    if path.suffix.lower() in RECORDS:
        keys = {plain(key) for key in _KEY.findall(head.decode(errors="ignore"))}
        key_sets = [
            [_last_parts(names) for names in columns]
            for columns in recognisers().values()
        ]
        if not any(all(names & keys for names in columns) for columns in key_sets):
            return
    yield lines_of(path, None)[:HEADER_WITHIN]


def _last_parts(names: frozenset[str]) -> frozenset[str]:
    """Return the last keys of paths such as learner.email."""
    return frozenset(plain(name.rpartition(".")[2]) for name in names)


def _is_present(column: Column, headings: set[str]) -> bool:
    return any(plain(name) in headings for name in column.names)


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the rows of a table by its mapping.

    Raises:
        DamagedFile: the mapping or the table is invalid.
        UndecidedFile: the zone, or the order of day and month, is not known.
    """
    mapping = _bound_to_session(_mapping_for(delivery), delivery)
    table = table_in(delivery.path, mapping)
    stated = delivery.options.date
    table = with_day_of_report(table, mapping, delivery.path, stated)
    _has_columns(table, mapping)
    clock = _clock(delivery, table, mapping)
    writer.read_by(*_digests(delivery, table, mapping))
    if mapping.meetings:
        meetings.land(table, mapping.meetings, clock, delivery, writer)
    else:
        statements.land(table, mapping, clock, delivery, writer)


def _bound_to_session(mapping: Mapping, delivery: Delivery) -> Mapping:
    """Return a mapping with the session that tandem.toml or the file's name states."""
    stated = delivery.settings.get("session")
    if stated:
        return mapping.model_copy(update={"session": Session(fixed=str(stated))})
    if mapping.session is None or "{file}" not in (mapping.session.fixed or ""):
        return mapping
    fixed = str(mapping.session.fixed).replace("{file}", title_of(delivery.path.name))
    session = mapping.session.model_copy(update={"fixed": fixed})
    return mapping.model_copy(update={"session": session})


def _digests(delivery: Delivery, table: Table, mapping: Mapping) -> tuple[str, str]:
    """Return digests of the mapping, and of what makes it the mapping of this table."""
    headings = sorted({plain(name) for name in table.header if name})
    of_table = [delivery.source, delivery.recognition.variant, *headings]
    texts = (mapping.model_dump_json(), json.dumps(of_table))
    first, second = (hashlib.sha256(text.encode()).hexdigest() for text in texts)
    return first, second


def _mapping_for(delivery: Delivery) -> Mapping:
    where = delivery.options.mapping or delivery.settings.get("map")
    if where is not None:
        return mapping_of(_mapping_path(Path(where)))
    if neighbour := _mapping_in_folder_of(delivery.path):
        return mapping_of(neighbour)
    return preset(delivery.recognition.variant)


def _has_columns(table: Table, mapping: Mapping) -> None:
    """Refuse a table without a column that the mapping requires."""
    headings = {plain(name) for name in table.header}
    for key, column in columns_in(mapping):
        is_needed = not column.is_optional or key.startswith(ESSENTIAL)
        if is_needed and not _is_present(column, headings):
            raise DamagedFile(
                f"there is no column {' or '.join(map(repr, column.names))}, "
                f"which the mapping names under {key}",
                table.name,
                f"its columns are {', '.join(n for n in table.header if n)}",
            )


def _clock(delivery: Delivery, table: Table, mapping: Mapping) -> DayClock:
    """Return the clock of the file's times.

    A file in which every time has an offset needs no zone.
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
    is_local = any(time.form == "spreadsheet_days" for time in times_in(mapping))
    if tz is None and (is_local or not all(has_utc_offset(cell) for cell in times)):
        raise UndecidedFile(
            "its times carry no time zone",
            delivery.path.name,
            "pass --tz, e.g. --tz Europe/London, or write tz: into the mapping",
        )
    order = options.date_order or mapping.date_order
    clock = day_clock(
        delivery.path.name, zone(tz or "UTC"), order, printed, options.locale
    )
    require_clear_zones(delivery.path.name, times, clock.utc)
    return clock
