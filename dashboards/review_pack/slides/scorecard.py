"""Eight questions on the set-up for learning: what is measured beside judgements."""

from typing import Any

import polars as pl

from dashboards.presenters import review_pack, states
from dashboards.presenters import scorecard as presenter
from dashboards.presenters.scorecard import Question
from dashboards.queries import page_kpis
from dashboards.review_pack import printed, texts
from dashboards.review_pack.blocks import Table, Text
from dashboards.review_pack.content import LEFT_OUT, Slide, left_out
from dashboards.review_pack.source import Source
from dashboards.review_pack.texts import calculated, period_words, said
from dashboards.words import kpi_words
from tandem.core.wording import render

Row = dict[str, Any]

NUMBER = "7"
PAGE = "scorecard"
MOST_MEASURES = 2  # of one question: the first ones that have a value


def questions(source: Source) -> list[Question]:
    """Return the eight questions with their measures and judgements."""
    cells = page_kpis.cells(source.snapshot, PAGE, source.end)
    return presenter.questions(cells, list(source.judgements), "")


def judged(source: Source) -> tuple[str, str]:
    """Return state and reason of the slide."""
    return review_pack.scorecard(questions(source))


def slide(source: Source) -> Slide:
    """Return the slide; without evidence and judgement it has no blocks."""
    topic = render(f"review.slide.{NUMBER}")
    found = questions(source)
    state, reason = review_pack.scorecard(found)
    if state == LEFT_OUT:
        return left_out(NUMBER, topic, reason)
    return Slide(
        NUMBER,
        topic,
        texts.title_of_audience(source, _title(found)),
        said("pack.scorecard.about", period=period_words(source)),
        (_table(source, found),),
        notes=_notes(source, found),
        state=state,
        reason=reason,
    )


def _title(found: list[Question]) -> Text:
    measured = sum(question.measured for question in found)
    total = sum(len(question.measures) for question in found)
    judged = sum(question.ours is not None for question in found)
    return said(
        "pack.scorecard.title",
        measured=_how_many("measures", measured, total),
        judged=_how_many("questions", judged, len(found)),
    )


def _how_many(name: str, number: int, total: int) -> str:
    """Return how many have evidence or a judgement: all, none or some."""
    which = "all" if number == total else "some" if number else "none"
    return render(f"pack.scorecard.{name}.{which}", number=number, total=total)


def _cells(source: Source) -> dict[str, list[Row]]:
    """Return question -> its measures' cells of the organisation, in their order."""
    found = page_kpis.cells(source.snapshot, PAGE, source.end).filter(
        pl.col("cube") == "all"
    )
    by_place: dict[str, list[Row]] = {}
    for row in found.sort("position").iter_rows(named=True):
        by_place.setdefault(row["place"], []).append(row)
    return by_place


def _table(source: Source, found: list[Question]) -> Table:
    cells = _cells(source)
    return Table(
        texts.of_audience(render("pack.scorecard.table"), source),
        (
            render("page.scorecard.column.question"),
            render("page.scorecard.column.evidence"),
            render("pack.scorecard.measured"),
            render("pack.scorecard.judged"),
        ),
        tuple(
            (
                Text(question.title),
                _evidence(cells.get(question.code, [])),
                Text(question.coverage),
                Text(_judgement(question)),
            )
            for question in found
        ),
    )


def _shown(rows: list[Row]) -> list[Row]:
    return [row for row in rows if not states.of_cell(row)][:MOST_MEASURES]


def _evidence(rows: list[Row]) -> Text:
    """Return the first measures with a value, or what the first one lacks."""
    if not rows:
        return said("page.scorecard.none_entered")
    shown = _shown(rows) or rows[:1]
    return texts.joined([_measure(row) for row in shown], "; ")


def _measure(row: Row) -> Text:
    value, span = printed.value(row), printed.span(row)
    key = "pack.scorecard.with_range" if span.words else "pack.scorecard.measure"
    return said(
        key,
        value.figures + span.figures,
        name=kpi_words(row, "kpi_name"),
        value=value.words,
        span=span.words,
    )


def _judgement(question: Question) -> str:
    score = presenter.score_words(question.ours)
    if question.ours is None:
        return score
    return render("pack.scorecard.judgement", score=score, who=question.ours.who)


def _notes(source: Source, found: list[Question]) -> tuple[Text, ...]:
    cells = _cells(source)
    shown = {
        row["kpi_id"]: row
        for question in found
        for row in _shown(cells.get(question.code, []))
    }
    comments = [
        Text(
            render(
                "pack.scorecard.comment",
                question=question.title,
                comment=question.ours.comment,
            ),
            is_free=True,
        )
        for question in found
        if question.ours is not None and question.ours.comment
    ]
    return (
        said("page.scorecard.no_total"),
        *comments,
        *(calculated(row) for row in shown.values()),
    )
