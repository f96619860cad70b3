"""Find the row of headings of a table: never a person's row, nor one with a day."""

import re
from dataclasses import dataclass

from ingest.mapping.table_encoding import known_headings
from ingest.mapping.table_files import HEADER_WITHIN
from ingest.mapping.time_columns import is_time
from ingest.parsing.source_phrases import plain

Lines = list[tuple[int, list[str]]]
LONGEST_HEADING = 120  # letters: a longer cell is a text
ADDRESSES_OUTWEIGH = 3  # known headings: a table is about people
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|://")
_NUMBER = re.compile(r"[-+]?[\d.,\s:]+%?")


@dataclass(frozen=True)
class Header:
    """Where the headings are.

    Attributes:
        at: index of the row of headings; None where the first row is already data.
        first: index of the first row of data.
        score: how much speaks for it; a sheet with a higher one is taken.
    """

    at: int | None
    first: int
    score: tuple[int, int] = (0, 0)


def header_of(lines: Lines) -> Header | None:
    """Return where the headings of a table are, None where there is no table."""
    head = [cells for _line, cells in lines[:HEADER_WITHIN]]
    candidates = [at for at, cells in enumerate(head) if _may_be_headings(cells)]
    ranked = [(_score(lines, at, candidates), -at) for at in candidates]
    if ranked:
        score, place = max(ranked)
        at = -place
        follows_people = any(map(_is_of_person, head[:at])) and _known(head[at]) < 2
        if not follows_people and len(lines) > at + 1:
            return Header(at, at + 1, score)
    return _without_headings(lines)


def _without_headings(lines: Lines) -> Header | None:
    """Return the first row that names a person, where no row above holds headings."""
    for at, (_line, cells) in enumerate(lines[:HEADER_WITHIN]):
        if _is_of_person(cells):
            return Header(None, at, (ADDRESSES_OUTWEIGH, sum(map(bool, cells))))
    return None


def _score(lines: Lines, at: int, candidates: list[int]) -> tuple[int, int]:
    """Return known headings, more where people are below; and the filled cells."""
    cells = lines[at][1]
    later = [n for n in candidates if n > at and _known(lines[n][1]) > 1]
    rows = lines[at + 1 : later[0] if later else None]
    has_people = any(_is_of_person(row) for _line, row in rows)
    return ADDRESSES_OUTWEIGH * has_people + _known(cells), sum(map(bool, cells))


def _known(cells: list[str]) -> int:
    return len({plain(cell) for cell in cells if cell} & known_headings())


def _may_be_headings(cells: list[str]) -> bool:
    """Return whether no cell of a row is an address, a day, a number or a text."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and not any(map(_is_value, filled))


def _is_value(cell: str) -> bool:
    return (
        len(cell) > LONGEST_HEADING
        or _ADDRESS.search(cell) is not None
        or _NUMBER.fullmatch(cell) is not None
        or is_time(cell)
    )


def _is_of_person(cells: list[str]) -> bool:
    """Return whether a row of several cells holds an address."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and any(
        _ADDRESS.fullmatch(cell) and "@" in cell for cell in filled
    )


def named_by_place(cells: list[str]) -> list[str]:
    """Return names for the columns of a table without headings."""
    return [f"Column {place}" for place, _cell in enumerate(cells, start=1)]
