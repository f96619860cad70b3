"""The lines of a proposed mapping about a column of durations."""

import json
import re
from collections.abc import Iterator

from ingest.mapping.tables import Table
from ingest.mapping.time_columns import (
    FINISHED,
    STARTED,
    UNSPECIFIED,
    filled,
    words_of,
)
from ingest.parsing.duration_formats import (
    duration_format,
    duration_hints,
    open_questions,
)
from ingest.parsing.durations import (
    CLOCK_OPTION,
    NUMBER_OPTION,
    SIGN_OPTION,
    TWO_PARTS,
    WORD_OPTION,
)

_END = re.compile(r"^end|\b(?:end|ends|ended|ende|bis|fin|fine|einde|koniec|slut)\b")
KEYS_OF_OPTIONS = {
    CLOCK_OPTION: "format: h:mm or m:ss",
    NUMBER_OPTION: "unit: seconds, minutes or hours",
    SIGN_OPTION: "decimal: point or comma",
    WORD_OPTION: "language: tr",
}


def duration_lines(cells: list[str], heading: str, option: str | None) -> Iterator[str]:
    """Yield what the mapping must say about a column of durations, or what is open.

    Args:
        cells: the filled cells of the column.
        heading: of the column.
        option: of --duration-format.
    """
    hints = duration_hints(option)
    form = duration_format(cells, hints, heading)
    has_numbers = any(re.fullmatch(r"[\d.,]+", cell) for cell in cells)
    has_clocks = any(TWO_PARTS.fullmatch(cell) for cell in cells)
    if form.unit and has_numbers:
        yield f"  unit: {form.unit}  # {_reason(hints.unit)}"
    if form.clock and has_clocks:
        yield f"  format: {form.clock}  # {_reason(hints.clock)}"
    if hints.sign:
        yield f"  decimal: {'point' if hints.sign == '.' else 'comma'}"
    for question in open_questions(form, cells):
        key, _colon, value = KEYS_OF_OPTIONS[question.option].partition(": ")
        yield f"  # {key}: {value}  # not decided: {question}"


def start_and_end_lines(
    table: Table, duration: str, by_role: dict[str, list[str]]
) -> Iterator[str]:
    """Yield the question how long a row without a duration took, where it has times.

    Args:
        table: the table.
        duration: heading of its column of durations.
        by_role: headings of its times, as `times_by_role` gives them.
    """
    starts = by_role.get(STARTED, [])
    times = [*by_role.get(FINISHED, []), *by_role.get(UNSPECIFIED, [])]
    ends = [name for name in times if _END.search(words_of(name))]
    if starts and ends and len(filled(table, duration)) < len(table.rows):
        named = f"starts: {json.dumps(starts[0], ensure_ascii=False)}"
        yield f"  # {named}  # not decided: did a row without a"
        named = f"ends: {json.dumps(ends[0], ensure_ascii=False)}"
        yield f"  # {named}  #   duration last from its start to its end?"


def _reason(stated: str | None) -> str:
    return "as --duration-format says" if stated else "by its heading or its cells"
