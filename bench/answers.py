"""The tables kept back from `tandem init`, and how suggestions are counted."""

import csv
from collections import Counter
from pathlib import Path

from ingest.parsing.join_keys import meeting_key, title_key
from ingest.storage.programme_sheets import Row, programme_sheets

KINDS = ("grouping", "mode", "purpose", "finished_by")  # of suggestions
Answer = dict[str, str]
Answers = dict[str, Answer]


def count(counts: Counter[str], got: str, right: str) -> None:
    """Count a suggestion as right, wrong, or left open."""
    counts["left_open" if not got else "right" if got == right else "wrong"] += 1


def count_programme(counts: dict[str, Counter[str]], row: Row, right: Answer) -> None:
    """Count what is suggested of the purpose of a programme, and of its completion."""
    for kind, column in (
        ("purpose", "outcome_category"),
        ("finished_by", "completion_class"),
    ):
        got = value("programmes", column, row.cells[column])
        count(counts[kind], got, right[column])


def value(sheet: str, column: str, label: str) -> str:
    """Return the value of a word in a cell of a workbook; "" for none."""
    labels = programme_sheets()[sheet].field(column).labels
    values = {words: value for value, words in labels.items()}
    return values.get(label, "")


def cohorts_of_keys(answers: Path) -> dict[tuple[str, str], str]:
    """Return the group of each key of a meeting: its number, or its title."""
    found = {}
    with (answers / "sessions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["meeting_id"]:
                found["meeting", meeting_key(row["meeting_id"])] = row["cohort_id"]
            else:
                found["title", title_key(row["title"])] = row["cohort_id"]
    return found


def table(answers: Path, name: str, key: str) -> Answers:
    """Return the rows of a table of the organisation, by one of its columns."""
    with (answers / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}
