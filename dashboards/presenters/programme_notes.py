"""What people decided about one programme, from the journal, newest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters.oversight import shown_text
from dashboards.presenters.review_pack import WITHDRAWN, role_words
from dashboards.theme import mode_style
from tandem.core.wording import render

Row = dict[str, Any]

# Kinds of entries that are about a programme, a cohort or a decision.
OF_PROGRAMME = ("programme_category", "completion_rule", "mode_reviewed")
OF_COHORT, OF_DECISION, OF_REVIEW = (
    "cohort_mode",
    "decision_dismissed",
    "review_decision",
)
KINDS = (*OF_PROGRAMME, OF_COHORT, OF_DECISION, OF_REVIEW)


@dataclass(frozen=True)
class Subjects:
    """What the entries about a programme may be about.

    Attributes:
        programme_id: of it.
        cohorts: cohort id -> its name on the page.
        decisions: key of a proposed decision about it -> its title.
        categories: slug -> label.
    """

    programme_id: str
    cohorts: Mapping[str, str]
    decisions: Mapping[str, str]
    categories: Mapping[str, str]


@dataclass(frozen=True)
class Note:
    """One entry: when (UTC), in which role, what was decided, and why."""

    day: str
    role: str
    words: str
    reason: str


def concerns(entry: Row, subjects: Subjects) -> bool:
    """Return whether an entry of the journal is about this programme."""
    kind, subject = entry["kind"], entry["subject"]
    if kind in OF_PROGRAMME:
        return subject == subjects.programme_id
    if kind == OF_COHORT:
        return subject in subjects.cohorts
    if kind == OF_DECISION:
        return subject in subjects.decisions
    payload = entry["payload"]
    return (
        payload.get("programme_id") == subjects.programme_id
        and payload["status"] != WITHDRAWN
    )


def notes(entries: Iterable[Row], subjects: Subjects) -> list[Note]:
    """Return the notes of a programme, newest first.

    Args:
        entries: of KINDS, that concern it and that the reader may read.
        subjects: what they may be about.
    """
    newest = sorted(entries, key=lambda entry: entry["recorded_at"], reverse=True)
    return [
        Note(
            formats.day(datetime.fromisoformat(entry["recorded_at"])),
            role_words(entry["role"]),
            _words(entry, subjects),
            shown_text(entry["reason"]),
        )
        for entry in newest
    ]


def _words(entry: Row, subjects: Subjects) -> str:
    payload, kind = entry["payload"], entry["kind"]
    if kind == OF_DECISION:
        key = "dismissed" if payload["is_dismissed"] else "reopened"
        title = subjects.decisions[entry["subject"]]
        return render(f"page.programme.note.{key}", title=title)
    if kind == OF_REVIEW:
        return render(
            "page.programme.note.review_decision",
            decision=shown_text(payload["decision"]),
            status=render(f"review.status.{payload['status']}"),
        )
    if kind == "mode_reviewed":
        outcome = render(f"page.right.outcome.{payload['outcome']}")
        return render("page.programme.note.mode_reviewed", outcome=outcome)
    said = {
        "category": subjects.categories.get(payload.get("outcome_category", ""))
        or payload.get("outcome_category", ""),
        "rule": shown_text(payload.get("completion_rule", "")),
        "cohort": subjects.cohorts.get(entry["subject"], ""),
        "mode": mode_style(payload.get("delivery_mode", "")).label,
    }
    words = render(f"page.programme.note.{kind}", **said)
    if day := payload.get("holds_from"):
        since = formats.day(date.fromisoformat(day[:10]))
        return f"{words} {render('page.programme.note.holds_from', day=since)}"
    return words


def table(found: list[Note]) -> pl.DataFrame:
    """Return the notes as a table, for the download."""
    return pl.DataFrame(
        [
            {
                render("oversight.at"): note.day,
                render("oversight.role"): note.role,
                render("oversight.decided"): note.words,
                render("oversight.reason"): note.reason,
            }
            for note in found
        ]
    )
