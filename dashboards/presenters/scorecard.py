"""The eight questions about a set-up for learning: evidence beside judgements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import measures
from dashboards.presenters.measures import Measure
from dashboards.theme import mode_style
from tandem.core.wording import render

Row = dict[str, Any]

QUESTIONS = tuple(f"E{number}" for number in range(1, 9))
SCORES = ("1", "2", "3", "4", "5")
KIND = "scorecard_judgement"


@dataclass(frozen=True)
class Judgement:
    """What a role judges, newest; `score` is 1 to 5."""

    score: int
    who: str
    comment: str


@dataclass(frozen=True)
class Question:
    """One question: its measures, and the judgements of ours and of a candidate."""

    code: str
    title: str
    asks: str
    measures: tuple[Measure, ...]
    ours: Judgement | None
    candidate: Judgement | None

    @property
    def measured(self) -> int:
        """How many of its measures have a value."""
        return sum(not measure.state for measure in self.measures)

    @property
    def coverage(self) -> str:
        """The same in words."""
        return render(
            "page.scorecard.coverage",
            measured=self.measured,
            total=len(self.measures),
        )


def candidates(entries: Iterable[Row]) -> list[str]:
    """Return the candidate vendors that were judged, the newest first."""
    named = [entry["payload"]["candidate"] for entry in entries]
    return list(dict.fromkeys(name for name in reversed(named) if name))


def questions(
    cells: pl.DataFrame, entries: list[Row], candidate: str
) -> list[Question]:
    """Return the eight questions in their order.

    Args:
        cells: of queries.page_kpis, for the scorecard.
        entries: of the journal, oldest first.
        candidate: the vendor to set beside ours; empty for none.
    """
    ours = {e["subject"]: e for e in entries if not e["payload"]["candidate"]}
    theirs = {
        e["subject"]: e for e in entries if e["payload"]["candidate"] == candidate != ""
    }
    return [
        Question(
            code,
            render(f"page.scorecard.question.{code}"),
            render(f"page.scorecard.asks.{code}"),
            tuple(measures.of_place(cells, code)),
            _judgement(ours.get(code)),
            _judgement(theirs.get(subject(code, candidate))),
        )
        for code in QUESTIONS
    ]


def subject(code: str, candidate: str) -> str:
    """Return what a judgement is about, as the journal keeps it."""
    return f"{candidate}: {code}" if candidate else code


def headline(found: list[Question]) -> tuple[str, str]:
    """Return how much is measured and how much is judged, each in a sentence."""
    return (
        render(
            "page.scorecard.headline",
            measured=sum(question.measured for question in found),
            total=sum(len(question.measures) for question in found),
        ),
        render(
            "page.scorecard.judged",
            judged=sum(question.ours is not None for question in found),
            total=len(found),
        ),
    )


def _judgement(entry: Row | None) -> Judgement | None:
    if entry is None:
        return None
    who = render(
        "page.scorecard.judged_by",
        role=render(f"page.scorecard.role.{entry['role']}"),
        day=formats.day(datetime.fromisoformat(entry["recorded_at"])),
    )
    return Judgement(int(entry["payload"]["score"]), who, entry["reason"])


def mode_words(measure: Measure) -> str:
    """Return a measure by delivery mode in one line; empty where there is only one."""
    if len(measure.by_mode) < 2:
        return ""
    order = [mode for mode in ("sync", "async", "hybrid") if mode in measure.by_mode]
    return " · ".join(
        f"{mode_style(mode).sign} {mode_style(mode).label} {measure.by_mode[mode]}"
        for mode in order
    )


def table(found: list[Question], candidate: str) -> pl.DataFrame:
    """Return all questions and measures as a table for a download.

    Args:
        found: the questions.
        candidate: the vendor beside ours; empty for none.
    """
    return pl.DataFrame(
        [
            {
                render("page.scorecard.column.question"): question.title,
                render("page.scorecard.column.measure"): measure.label,
                render("page.scorecard.column.value"): measure.value or measure.reason,
                render("page.scorecard.column.range"): measure.span,
                render("page.scorecard.column.base"): measure.base,
                render("page.scorecard.column.modes"): mode_words(measure),
                render("page.scorecard.column.ours"): score_words(question.ours),
                **({candidate: score_words(question.candidate)} if candidate else {}),
            }
            for question in found
            for measure in question.measures
        ]
    )


def score_words(judgement: Judgement | None) -> str:
    """Return a judgement as `4 of 5`, or that there is none."""
    if judgement is None:
        return render("page.scorecard.not_judged")
    return render("page.scorecard.score", score=judgement.score)
