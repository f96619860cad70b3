"""Zoom's poll and question reports in languages other than English, by their layout.

Their rows are numbered below a heading `#`. The other columns are name, address and
time of a poll's answer, or question, name and address of the asker.
"""

from collections.abc import Callable, Sequence
from itertools import takewhile

from ingest.connectors.report_tables import is_time
from ingest.connectors.zoom.format.localised_webinars import rename_meeting_block
from ingest.connectors.zoom.format.people import email_agent
from ingest.connectors.zoom.format.phrases import POLLS, QUESTIONS
from ingest.connectors.zoom.format.sections import (
    Numbered,
    is_header,
    is_single_cell,
)

NUMBER = "#"  # the first heading in every language
POLL_FIELDS = ("number", "name", "email", "submitted")
POLL = [POLLS.texts(field)[0] for field in POLL_FIELDS]
QUESTION_FIELDS = ("number", "question", "asker_name", "asker_email")
QUESTION = [QUESTIONS.texts(field)[0] for field in QUESTION_FIELDS]


def with_english_headings(
    table: list[Numbered],
) -> tuple[list[Numbered], bool]:
    """Return a report with English headings, and whether it had others.

    Args:
        table: rows that are not blank, with their line numbers.
    """
    rows = [row for _line, row in table]
    for phrases, fields in ((POLLS, POLL_FIELDS), (QUESTIONS, QUESTION_FIELDS)):
        if any(is_header(row, phrases, fields[1:]) for row in rows):
            return table, False
    renamed, headers = list(rows), []
    for at, row in enumerate(rows):
        if headings := _english_headings(rows, at):
            renamed[at] = [*headings, *row[len(headings) :]]
            headers.append(at)
    if not headers:
        return table, False
    rename_meeting_block(renamed, headers[0])
    lines = [line for line, _row in table]
    return list(zip(lines, renamed, strict=True)), True


def _english_headings(rows: Sequence[list[str]], at: int) -> list[str] | None:
    """Return the English headings of a header row, None where it is no header."""
    if rows[at][0] != NUMBER or len(rows[at]) < len(POLL):
        return None
    below = takewhile(lambda row: not is_single_cell(row), rows[at + 1 :])
    answers = [row for row in below if row[0].isdigit() and len(row) >= len(POLL)]
    if answers and all(is_time(row[3]) for row in answers):
        return POLL
    if any(is_time(cell) for row in answers for cell in row[: len(QUESTION)]):
        return None  # answers in another layout
    if not any(email_agent(row[3]) for row in answers):
        return None
    return [*QUESTION, *_headings_after_asker(rows[at], answers)]


def _headings_after_asker(
    header: Sequence[str], questions: Sequence[list[str]]
) -> list[str]:
    """Return the headings after the asker; the first time is the question's."""
    headings = list(header[len(QUESTION) :])
    for names, is_kind in (
        (("asked_at", "answered_at"), is_time),
        (("answer_email",), email_agent),
    ):
        columns = [n for n in range(len(headings)) if _has_kind(questions, n, is_kind)]
        for n, name in zip(columns, names, strict=False):
            headings[n] = QUESTIONS.texts(name)[0]
    return headings


def _has_kind(
    questions: Sequence[list[str]], offset: int, is_kind: Callable[[str], object]
) -> bool:
    """Return whether all filled cells of a column are of a kind, and some are filled.

    Args:
        questions: rows of questions.
        offset: the column's number, counted from the first one after the asker.
        is_kind: returns something true for a cell of the kind.
    """
    column = len(QUESTION) + offset
    filled = [row[column] for row in questions if len(row) > column and row[column]]
    return bool(filled) and all(map(is_kind, filled))
