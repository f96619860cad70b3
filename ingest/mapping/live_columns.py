"""Find the columns of a table of attendance in live sessions: join, leave, session."""

from dataclasses import dataclass

from ingest.mapping.column_formats import filled
from ingest.mapping.tables import Table
from ingest.mapping.time_columns import MIN_SHARE, is_time, words_of
from ingest.parsing.source_phrases import source_phrases


@dataclass(frozen=True)
class LiveColumns:
    """The columns of one connection a row; `left` is None where none is printed.

    `is_total` marks rows of one person with the first join and the last leave: the time
    between them holds gaps, so that only a printed duration is the time connected.
    """

    joined: str
    left: str | None
    session: str | None
    title: str | None
    is_total: bool


def live_columns(table: Table) -> LiveColumns | None:
    """Return the columns of a table of connections, None for another table."""
    known = source_phrases("any", "live_tables")
    names = [name for name in dict.fromkeys(table.header) if filled(table, name)]
    timed = [name for name in names if _is_timed(filled(table, name))]
    others = [name for name in names if name not in timed]

    def column(field: str, among: list[str]) -> str | None:
        at = known.column_of([words_of(name) for name in among], field)
        return among[at] if at >= 0 else None

    joined, left = column("join", timed), column("leave", timed)
    if joined is None:
        return None
    names = [joined, *([left] if left else [])]
    return LiveColumns(
        joined=joined,
        left=left,
        session=column("session", others),
        title=column("title", others),
        is_total=any(
            known.matches(words_of(name), "total") for name in (joined, left or "")
        ),
    )


def _is_timed(cells: list[str]) -> bool:
    return sum(map(is_time, cells)) >= MIN_SHARE * len(cells)


def printed_above(lines: list[list[str]]) -> dict[str, str]:
    """Return the session and the title that lines above a table print, by field.

    A line of headings has its values in the next line; a label has it in the next cell.
    """
    known = source_phrases("any", "live_tables")
    found: dict[str, str] = {}
    for at, cells in enumerate(lines):
        below = lines[at + 1] if at + 1 < len(lines) else []
        for field in ("session", "title"):
            place = known.column_of([words_of(cell) for cell in cells], field)
            if place < 0:
                continue
            beside = [cell for cell in cells[place + 1 :] if cell]
            is_label = place == 0 and len(beside) == 1
            value = beside[0] if is_label else "".join(below[place : place + 1])
            if value:
                found.setdefault(field, value)
    return found
