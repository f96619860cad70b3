"""The lines of a proposed mapping about times: columns of verbs, and the zone."""

import json
import re
from collections.abc import Iterator

from ingest.mapping.table_files import has_utc_offset
from ingest.mapping.tables import Table
from ingest.mapping.time_columns import (
    FINISHED,
    LAST_USED,
    REGISTERED,
    STARTED,
    UNSPECIFIED,
    filled,
    form_of,
    possible_spreadsheet_days,
)
from ingest.parsing.days import day_clock
from ingest.parsing.times import needs_order, zone
from tandem.core.errors import UndecidedFile

_ZONES = {r"\(UTC\)|\(GMT\)": "UTC", r"\(P[SD]T(?:/P[SD]T)?\)": "America/Los_Angeles"}


def time_lines(
    table: Table, by_role: dict[str, list[str]], named: set[str]
) -> Iterator[str]:
    """Yield the time: completions by their own column, other verbs by any column."""
    ends, others = by_role.get(FINISHED, []), by_role.get(UNSPECIFIED, [])
    began = by_role.get(STARTED, []) + by_role.get(REGISTERED, [])
    rest = [*by_role.get(LAST_USED, []), *others, *began]
    of_verbs = {"completed": ends, "passed": ends} if ends and rest else {}
    of_verbs |= {"registered": by_role.get(REGISTERED, []) if rest else []}
    names = [*ends, *rest]
    is_finished = bool(named & {"completed", "passed"})
    ended = ends or by_role.get(LAST_USED) or others
    if len(ends) > 1 or not names or (is_finished and not ended):
        what = "when it was finished" if names else "when it was done"
        yield f"# time: COLUMN  # not decided: {what}"
        for name in ends:
            yield f"#   {quoted(name)}?"
        for name in began:
            yield f"#   {quoted(name)} is when it was started or registered"
        for name in possible_spreadsheet_days(table):
            yield f"#   {{column: {quoted(name)}, form: spreadsheet_days}}?"
    elif not named and not ends and len(others) > 1:
        yield "# time: COLUMN  # not decided: when it was done"
        for name in others:
            yield f"#   {quoted(name)}?"
    else:
        yield from _times_of(table, {v: n for v, n in of_verbs.items() if v in named})
        yield f"time: {columns_as_yaml(table, names)}  # the first filled column"
    yield from clock_lines(table, names)


def _times_of(table: Table, of_verbs: dict[str, list[str]]) -> Iterator[str]:
    if not any(of_verbs.values()):
        return
    yield "times:"
    for verb, names in of_verbs.items():
        if names:
            yield f"  {verb}: {columns_as_yaml(table, names)}  # only by this column"


def columns_as_yaml(table: Table, names: list[str]) -> str:
    """Return columns as YAML, with the `form` of bare numbers."""
    listed = (
        f"[{', '.join(map(quoted, names))}]" if len(names) > 1 else quoted(names[0])
    )
    form = form_of(table, names[0])
    return f"{{column: {listed}, form: {form}}}" if form else listed


def clock_lines(table: Table, names: list[str]) -> Iterator[str]:
    """Yield the zone and the order of day and month, or that they are undecided."""
    cells = [c for n in names if not form_of(table, n) for c in filled(table, n)]
    zones = {z for pat, z in _ZONES.items() for n in names if re.search(pat, n)}
    if len(zones) == 1:
        yield f"tz: {zones.pop()}  # by its heading"
    elif not all(map(has_utc_offset, cells)):
        yield "# tz: Europe/London  # not decided: the zone of the times"
    try:
        day_clock(table.name, zone("UTC"), None, cells)
    except UndecidedFile:
        first = next(cell for cell in cells if needs_order([cell]))
        yield f"# date_order: dmy  # not decided: {first} could be dmy or mdy"


def quoted(text: str) -> str:
    """Return a text as a quoted YAML scalar."""
    return json.dumps(text, ensure_ascii=False)
