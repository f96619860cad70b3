"""Zoom's poll and question reports in other languages, known by their shape.

Their rows are numbered below a `#`. A poll's row goes on with a name, an address, and
when it was sent; a question's with the question, a name and an address.
"""

from collections.abc import Callable, Sequence
from itertools import takewhile

from ingest.connectors.zoom.format.foreign import name_block
from ingest.connectors.zoom.format.layout import Numbered, is_time
from ingest.connectors.zoom.format.report import agent_of
from ingest.connectors.zoom.format.sections import is_alone
from ingest.connectors.zoom.format.words import plain

POLL = ["#", "User Name", "User Email", "Submitted Date/Time"]
QUESTION = ["#", "Question", "Asker Name", "Asker Email"]


def in_english(
    table: list[Numbered], english: frozenset[str]
) -> tuple[list[Numbered], bool]:
    """Return a report with English headings, and whether it had others.

    Args:
        table: rows that say something, with their lines.
        english: the headings by which an English report is known, `#` left out.
    """
    rows = [row for _line, row in table]
    if any(len(english & {plain(cell) for cell in row}) >= 2 for row in rows):
        return table, False
    found, headers = list(rows), []
    for at, row in enumerate(rows):
        if headings := _headings(rows, at):
            found[at] = [*headings, *row[len(headings) :]]
            headers.append(at)
    if not headers:
        return table, False
    name_block(found, headers[0])
    lines = [line for line, _row in table]
    return list(zip(lines, found, strict=True)), True


def _headings(rows: Sequence[list[str]], at: int) -> list[str] | None:
    """Return the English headings of a header row, None where it is none."""
    if rows[at][0] != "#" or len(rows[at]) < len(POLL):
        return None
    below = list(takewhile(lambda row: not is_alone(row), rows[at + 1 :]))
    told = [row for row in below if row[0].isdigit() and len(row) >= len(POLL)]
    if told and all(is_time(row[3]) for row in told):
        return POLL
    if any(is_time(cell) for row in told for cell in row[: len(QUESTION)]):
        return None  # answers of some other layout
    if not any(agent_of(row[3]) for row in told):
        return None
    return [*QUESTION, *_after_the_asker(rows[at], told)]


def _after_the_asker(header: Sequence[str], told: Sequence[list[str]]) -> list[str]:
    """Return the headings right of the asker: the first times are the questions'."""
    found = list(header[len(QUESTION) :])
    for names, is_one in (
        (("Question Time", "Answer Time"), is_time),
        (("Answer Email",), agent_of),
    ):
        fitting = [n for n in range(len(found)) if _holds(told, n, is_one)]
        for n, name in zip(fitting, names, strict=False):
            found[n] = name
    return found


def _holds(
    told: Sequence[list[str]], after: int, is_one: Callable[[str], object]
) -> bool:
    """Return whether the filled cells of a column after the asker are of a kind."""
    place = len(QUESTION) + after
    filled = [row[place] for row in told if len(row) > place and row[place]]
    return bool(filled) and all(map(is_one, filled))
