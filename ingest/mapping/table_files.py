"""Read the rows of a table's file, and choose the preset by their headings."""

import re
from functools import lru_cache
from pathlib import Path

from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.tables import (
    SPREADSHEETS,
    csv_lines,
    json_records,
    require_few_columns,
    sheet_lines,
)
from ingest.mapping.wide_tables import is_wide
from ingest.parsing.days import zone_in
from ingest.parsing.source_phrases import plain

RECORDS = (".json", ".ndjson", ".jsonl")
HEADER_WITHIN = 12
_OFFSET = re.compile(r"\d(?:\s?[+-]\d\d:?\d\d|\s?Z|\s?UTC|\s?GMT)$")


@lru_cache(maxsize=1)
def recognisers() -> dict[str, tuple[frozenset[str], ...]]:
    """Return the sets of headings of each preset; it needs one heading of each set."""
    columns_by_preset = {name: preset(name).recognised_by for name in presets()}
    return {
        name: tuple(frozenset(column.names) for column in columns)
        for name, columns in columns_by_preset.items()
        if columns
    }


@lru_cache(maxsize=1)
def _plain_recognisers() -> dict[str, tuple[frozenset[str], ...]]:
    return {
        name: tuple(frozenset(map(plain, names)) for names in columns)
        for name, columns in recognisers().items()
    }


def preset_for(lines: list[tuple[int, list[str]]]) -> tuple[str, int] | None:
    """Return the preset with the most headings, and the index of its header line."""
    best: tuple[int, str, int] | None = None
    for at, (_line, cells) in enumerate(lines):
        headings = {plain(cell) for cell in cells}
        for name, columns in _plain_recognisers().items():
            if all(names & headings for names in columns):
                candidate = (len(columns), name, at)
                best = max(best, candidate) if best else candidate
    if best is None:
        fitting = (name for name in _wide_presets() if _fits(lines, name))
        best = next(((0, name, 0) for name in fitting), None)
    return (best[1], best[2]) if best else None


@lru_cache(maxsize=1)
def _wide_presets() -> tuple[str, ...]:
    """Return the presets of tables that are not recognised by a heading."""
    wide = {name: preset(name).wide for name in presets()}
    return tuple(name for name, one in wide.items() if one and one.first_unnamed)


def _fits(lines: list[tuple[int, list[str]]], name: str) -> bool:
    mapping = preset(name)
    return mapping.wide is not None and is_wide(lines, mapping.wide, mapping.source)


def lines_of(path: Path, sheet: str | None) -> list[tuple[int, list[str]]]:
    """Return the numbered rows of a file; for JSON the first row holds its keys."""
    if path.suffix.lower() in SPREADSHEETS:
        return sheet_lines(path, sheet)
    if path.suffix.lower() not in RECORDS:
        return csv_lines(path.read_bytes())
    records = json_records(path.read_bytes())
    header = list(dict.fromkeys(name for _n, record in records for name in record))
    require_few_columns([(0, header)])
    rows = [(n, [record.get(name, "") for name in header]) for n, record in records]
    return [(0, header), *rows]


def has_utc_offset(cell: str) -> bool:
    """Return whether a printed time ends in an offset from UTC or in a zone's name."""
    text = cell.strip()
    return _OFFSET.search(text) is not None or zone_in(text)[1] is not None
