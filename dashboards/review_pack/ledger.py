"""What became of the decisions of the quarter before: done or not, and what moved."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import review_pack
from dashboards.presenters.review_pack import DONE, WITHDRAWN
from dashboards.presenters.verdicts import verdict_words
from dashboards.queries import plans as plan_queries
from dashboards.queries import programmes
from dashboards.review_pack import texts
from dashboards.review_pack.blocks import Table, Text
from dashboards.review_pack.gathering import quarter_before
from dashboards.review_pack.plans import plan_words, status_words
from dashboards.review_pack.printed import comparison_figures
from dashboards.review_pack.source import CHANGE, Source, figure
from dashboards.review_pack.texts import said
from dashboards.selection import ALL
from dashboards.words import kpi_words
from tandem.core.wording import render

Row = dict[str, Any]

NOT_DONE, OVERDUE = "not_done", "overdue"
ORDER = (OVERDUE, NOT_DONE, DONE, WITHDRAWN)
COLUMNS = ("decision", "role", "due", "status", "moved")
CLEAR = ("rose", "fell", "as_before")


def ledger(source: Source) -> Table | None:
    """Return the decisions of the quarter before; None where there were none.

    Args:
        source: of the pack. What is overdue is so on the last day of its quarter, or on
            the day of its newest data where that is later.

    Returns:
        Overdue decisions first, then those that are not done, done and withdrawn. What
        a decision is about is looked up in the published file of this quarter: the
        comparison of two modes, the programme's change against the year before, and
        the plan. Whether one of these moved is what publishing said of it.
    """
    if not source.earlier:
        return None
    today = max(source.end, source.info.as_of.date())
    rows = sorted(
        source.earlier,
        key=lambda row: (ORDER.index(standing(row, today)), row["due"]),
    )
    quarter = formats.quarter(
        quarter_before(source.quarter), source.info.fiscal_year_start_month
    )
    return Table(
        texts.of_audience(render("pack.ledger.title", quarter=quarter), source),
        tuple(render(f"pack.ledger.column.{name}") for name in COLUMNS),
        tuple(_cells(row, source, today) for row in rows),
    )


def standing(payload: Row, today: date) -> str:
    """Return whether a decision is done: one of ORDER.

    Args:
        payload: of the journal.
        today: a decision that is due on this day is not overdue yet.
    """
    if payload["status"] in (DONE, WITHDRAWN):
        return payload["status"]
    return OVERDUE if date.fromisoformat(payload["due"]) < today else NOT_DONE


def moved(payload: Row, source: Source) -> Text:
    """Return whether the figure that a decision is about has moved since.

    Args:
        payload: of the journal; one from before it said what it is about names none.
        source: of the pack.
    """
    about = review_pack.concerns(payload)
    if not about["kpi_id"]:
        return said("pack.ledger.moved.no_figure")
    if about["kpi_id"] not in source.kpis:
        return said("pack.ledger.moved.unknown")
    found = list(_found(about, source))
    return texts.joined(found, "; ") if found else said("pack.ledger.moved.unknown")


def _cells(payload: Row, source: Source, today: date) -> tuple[Text, ...]:
    return (
        Text(payload["decision"], is_free=True),
        Text(review_pack.role_words(payload["owner_role"]), is_free=True),
        Text(formats.day(date.fromisoformat(payload["due"]))),
        said(f"pack.ledger.status.{standing(payload, today)}"),
        moved(payload, source),
    )


def _found(about: Row, source: Source) -> Iterator[Text]:
    if about["mode_a"] and about["mode_b"]:
        yield from _comparison(about, source)
        return
    if about["programme_id"]:
        yield from _change(about, source)
    yield from _plans(about, source)


def _comparison(about: Row, source: Source) -> Iterator[Text]:
    """Yield what a comparison of two modes says now, and whether it said so before."""
    modes = {about["mode_a"], about["mode_b"]}
    for row in source.comparisons.iter_rows(named=True):
        is_same = (
            row["kpi_id"] == about["kpi_id"]
            and row["outcome_category"] == (about["outcome_category"] or ALL)
            and {row["mode_a"], row["mode_b"]} == modes
        )
        if not is_same:
            continue
        if row["verdict_change"] is None:
            yield said("pack.ledger.moved.too_little")
            continue
        kpi = source.kpis[row["kpi_id"]]
        words = verdict_words(row, kpi)
        yield said(
            f"pack.ledger.moved.verdict.{row['verdict_change']}",
            (f for f in comparison_figures(row, kpi) if f.printed in words),
            words=words,
        )


def _change(about: Row, source: Source) -> Iterator[Text]:
    """Yield how a programme's value stands against the year before."""
    found = programmes.changes_of(source.snapshot, source.end).filter(
        (pl.col("kpi_id") == about["kpi_id"])
        & (pl.col("programme_id") == about["programme_id"])
    )
    for row in found.iter_rows(named=True):
        if row["state"] != "shown" or row["change_state"] not in CLEAR:
            yield said("pack.ledger.moved.too_little")
            continue
        kpi = source.kpis[row["kpi_id"]]
        shown = {
            column: formats.value(row[column], kpi["unit"])
            for column in ("value", "value_before")
        }
        yield said(
            f"pack.ledger.moved.{row['change_state']}",
            (
                figure(words, "programme_changes", row, column, CHANGE)
                for column, words in shown.items()
            ),
            name=kpi_words(kpi, "kpi_name"),
            now=shown["value"],
            before=shown["value_before"],
        )


def _plans(about: Row, source: Source) -> Iterator[Text]:
    """Yield where the plan of the same KPI and programme stands."""
    start = source.info.fiscal_year_start_month
    year = plan_queries.fiscal_year(source.end, start)
    for row in plan_queries.plans(source.snapshot, year).iter_rows(named=True):
        place = row["kpi_id"], row["programme_id"], row["measure"]
        if place == (about["kpi_id"], about["programme_id"] or ALL, "value"):
            yield said(
                "pack.ledger.moved.plan",
                plan=plan_words(row, source),
                status=status_words(row),
            )
