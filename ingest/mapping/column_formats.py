"""How the columns of a table print durations and numbers, decided from all rows."""

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace

from ingest.mapping.mapping_fields import Column, Duration
from ingest.mapping.mapping_file import Mapping
from ingest.mapping.tables import Table
from ingest.parsing.duration_formats import (
    DurationHints,
    duration_format,
    duration_hints,
    open_questions,
)
from ingest.parsing.duration_headings import without_unit
from ingest.parsing.durations import DurationFormat
from ingest.parsing.numbers import Sign, decimal_sign
from ingest.parsing.source_phrases import plain
from tandem.core.errors import UndecidedFile

EMPTY_CELLS = {"", "-", "--", "–", "—", "n/a", "na", "null", "none", "unknown", "#n/a"}


@dataclass(frozen=True)
class ColumnFormats:
    """The formats of durations and the decimal signs of numbers, by column name."""

    durations: MappingOf[str, DurationFormat] = field(default_factory=dict)
    signs: MappingOf[str, Sign | None] = field(default_factory=dict)


def filled(table: Table, name: str) -> list[str]:
    """Return the cells of a column that are not empty; a dash counts as empty."""
    return [cell for cell in table.column(name) if cell.casefold() not in EMPTY_CELLS]


def with_duration_headings(mapping: Mapping, table: Table) -> Mapping:
    """Return a mapping whose list of durations also names those headings with a unit.

    Under `[Time Spent]` that is `Time Spent (hours)`, which is read in hours. A mapping
    that states the unit or the clock itself stays as it is. In a completion report a
    column `Time` is one of durations, too, where all of its cells print units.
    """
    duration = mapping.duration
    if duration is None or not duration.column.is_optional:
        return mapping
    if duration.unit or duration.format:
        return mapping
    named = {plain(name) for name in duration.column.names}
    found = [
        name
        for name in dict.fromkeys(table.header)
        if name
        and plain(name) not in named
        and (
            plain(without_unit(name)) in named
            or (
                mapping.statuses
                and plain(name) == "time"
                and _prints_units(table, name)
            )
        )
    ]
    names = (*duration.column.names, *found)
    column = duration.column.model_copy(update={"names": names})
    return mapping.model_copy(
        update={"duration": duration.model_copy(update={"column": column})}
    )


def _prints_units(table: Table, name: str) -> bool:
    """Return whether all filled cells are durations with a unit, none a time of day."""
    cells = filled(table, name)
    form = duration_format(cells)
    try:
        return all(
            form.seconds(cell) >= 0 and re.search(r"[^\W\d_]", cell) for cell in cells
        )
    except ValueError:
        return False


def column_formats(
    table: Table, mapping: Mapping, option: str | None, locale: str | None
) -> ColumnFormats:
    """Return the formats of the columns that a mapping names.

    Args:
        table: all rows of the file.
        mapping: its keys under `duration` decide what the cells leave open.
        option: of --duration-format, which outranks the mapping.
        locale: of --locale.

    Raises:
        UndecidedFile: a column of durations can be read in several ways.
    """
    names = {plain(name): name for name in reversed(table.header) if name}
    durations: dict[str, DurationFormat] = {}
    for name in _present(mapping.duration and mapping.duration.column, names):
        hints = _hints(mapping.duration, duration_hints(option, locale))
        cells = filled(table, name)
        form = duration_format(cells, hints, name)
        for question in open_questions(form, cells):
            raise UndecidedFile(
                f"its column {name!r} prints {question}",
                table.name,
                f"pass {question.option}, or state it under duration: in the mapping",
            )
        durations[name] = form
    score = mapping.score
    columns = (
        (score.scaled, score.percent, score.raw, score.min, score.max) if score else ()
    )
    signs = {
        name: decimal_sign(cell.rstrip("% ") for cell in filled(table, name))
        for column in columns
        if isinstance(column, Column)
        for name in _present(column, names)
    }
    return ColumnFormats(durations, signs)


def _present(column: Column | None, names: MappingOf[str, str]) -> list[str]:
    listed = [plain(name) for name in (column.names if column else ())]
    return list(dict.fromkeys(names[name] for name in listed if name in names))


def _hints(duration: Duration | None, stated: DurationHints) -> DurationHints:
    """Return what the call states, and what the mapping states where it does not."""
    if duration is None:
        return stated
    return replace(
        stated,
        unit=stated.unit or duration.unit,
        clock=stated.clock or duration.format,
        sign=stated.sign or {"point": ".", "comma": ","}.get(duration.decimal or ""),
        locale=stated.locale or duration.language,
    )
