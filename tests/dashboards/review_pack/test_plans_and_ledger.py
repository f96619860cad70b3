"""The table of plans and the ledger of decisions: words, figures and their order."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.presenters import review_pack
from dashboards.review_pack.blocks import Table
from dashboards.review_pack.gathering import Request, gather
from dashboards.review_pack.ledger import ledger, standing
from dashboards.review_pack.plans import MOST_ROWS, plan_table
from dashboards.review_pack.source import Source
from tandem.core.files import Home
from tandem.core.wording import in_language, render
from tests.dashboards.review_pack.frozen import (
    BEFORE,
    QUARTER,
    freeze,
    keep_decision,
    published_values,
)

ABOUT_P01 = {"kpi_id": "completion_rate", "programme_id": "P01"}
ABOUT_MODES = {
    "kpi_id": "completion_rate",
    "outcome_category": "leadership",
    "mode_a": "sync",
    "mode_b": "async",
}


def words(table: Table | None) -> list[list[str]]:
    assert table is not None
    return [[text.words for text in row] for row in table.rows]


def change(path: Path, *statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def check_figures(table: Table | None, path: Path) -> int:
    """Find each figure in the published file; return how many there are."""
    assert table is not None
    figures = [f for row in table.rows for text in row for f in text.figures]
    for figure in figures:
        assert published_values(path, figure) == [figure.value], figure
    return len(figures)


def source_of(home: Home, **wanted: str) -> Source:
    return gather(home, replace(Request(QUARTER), **wanted))


def test_plans_are_set_beside_the_year_so_far(home: Home):
    path = freeze(home)
    table = plan_table(source_of(home))
    rows = words(table)
    assert [row[0] for row in rows] == [
        "Finished",
        "Programme 1: Finished",
        "Programme 2: Finished",
        "Programme 1: Finished, how many",
        "Programme 4: Finished",
    ]
    assert rows[0][1:] == [
        "72%",
        "71%, likely 66 to 75%",
        "99%",
        "73%, likely 68 to 77%",
        "70%",
        "○ Not clearly away from plan",
    ]
    assert rows[1][-1] == "▼ Behind plan"
    assert rows[2][-3:] == [
        "None: too few are still enrolled",
        "70%",
        "▲ Ahead of plan",
    ]
    assert rows[3][1:] == [
        "1,340",
        "310",
        "23%",
        "890, likely 860 to 920",
        "1,290",
        "∅ Can't say: people can still add to it this year",
    ]
    assert rows[4][2] == "Hidden: too few people"
    assert rows[4][3] == "–"
    assert check_figures(table, path) == 9 + 9 + 6 + 7 + 1


@pytest.mark.parametrize("language", ["en", "hi"])
def test_every_reason_has_words(home: Home, language: str):
    for reason in (
        "no_data",
        "hidden",
        "no_range",
        "no_direction",
        "not_published",
        "does_not_add_up",
        "enrolments_to_come",
    ):
        assert render(f"pack.plans.reason.{reason}", language=language)
    for reason in ("not_forecast", "nobody_open", "few_open", "no_curve", "hidden"):
        assert render(f"pack.plans.no_forecast.{reason}", language=language)


def test_a_slide_has_ten_plans_at_most_and_says_how_many_there_are(home: Home):
    path = freeze(home)
    copy = "insert into pub.plan_status select * replace ('{}' as programme_id) from "
    copy += "pub.plan_status where programme_id = 'P02'"
    change(path, *[copy.format(f"Q{n}") for n in range(MOST_ROWS - 5)])
    whole = plan_table(source_of(home))
    assert whole is not None
    assert len(whole.rows) == MOST_ROWS
    assert ": 10 of" not in whole.title


def test_more_plans_than_ten_are_counted(home: Home):
    path = freeze(home)
    copy = "insert into pub.plan_status select * replace ('{}' as programme_id) from "
    copy += "pub.plan_status where programme_id = 'P02'"
    change(path, *[copy.format(f"Q{n}") for n in range(MOST_ROWS - 4)])
    some = plan_table(source_of(home))
    assert some is not None
    assert len(some.rows) == MOST_ROWS
    assert some.title.endswith(": 10 of 11")


def test_there_is_no_table_without_plans_or_from_before_there_were_any(home: Home):
    path = freeze(home)
    change(path, "delete from pub.plan_status where fiscal_year = 2026")
    assert plan_table(source_of(home)) is None


def test_a_file_without_the_table_has_no_plans(home: Home):
    path = freeze(home)
    change(path, "drop table pub.plan_status")
    assert plan_table(source_of(home)) is None


TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("status", "due", "found"),
    [
        ("open", "2026-03-31", "overdue"),
        ("open", "2026-04-01", "not_done"),
        ("decided", "2026-04-02", "not_done"),
        ("decided", "2026-03-31", "overdue"),
        ("done", "2026-03-31", "done"),
        ("withdrawn", "2026-03-31", "withdrawn"),
    ],
)
def test_a_decision_is_overdue_the_day_after_it_was_due(
    status: str, due: str, found: str
):
    assert standing({"status": status, "due": due}, TODAY) == found


@pytest.fixture
def kept(home: Home) -> Path:
    """Decisions of the quarter before: one of each standing."""
    given: list[tuple[str, str, date, dict[str, str]]] = [
        ("Review programme one", "decided", date(2026, 3, 31), ABOUT_P01),
        ("Prefer live for leadership", "open", date(2026, 6, 30), ABOUT_MODES),
        ("Write to the vendor", "done", date(2026, 2, 1), {}),
        ("Never mind", "withdrawn", date(2026, 2, 1), {}),
    ]
    path = freeze(home)
    for number, (text, status, due, about) in enumerate(given, start=1):
        keep_decision(
            home, text, number, quarter=BEFORE, status=status, due=due, **about
        )
    return path


def test_the_ledger_says_what_was_done_and_what_moved(home: Home, kept: Path):
    table = ledger(source_of(home))
    rows = words(table)
    assert [row[0] for row in rows] == [
        "Review programme one",
        "Prefer live for leadership",
        "Write to the vendor",
        "Never mind",
    ]
    assert [row[3] for row in rows] == [
        "! Overdue",
        "◷ Not done",
        "✓ Done",
        "Withdrawn",
    ]
    assert rows[0][4] == (
        "Finished: 70%, clearly less than 71% a year before; "
        "Programme 1: Finished: ▼ Behind plan"
    )
    assert rows[2][4] == rows[3][4] == "No figure is named"
    assert check_figures(table, kept) >= 2


@pytest.mark.parametrize(
    ("verdict_change", "begins"),
    [
        ("'new'", "The comparison is newly clear: "),
        ("'repeated'", "The comparison says the same as before: "),
        ("'withdrawn'", "The comparison is no longer clear: "),
        ("null", "Can't say: too little data"),
    ],
)
@pytest.mark.parametrize("is_turned", [False, True])
def test_a_comparison_has_the_verdict_of_publishing(
    home: Home, kept: Path, verdict_change: str, begins: str, is_turned: bool
):
    change(kept, f"update pub.mode_comparisons set verdict_change = {verdict_change}")
    if is_turned:
        turned = ABOUT_MODES | {"mode_a": "async", "mode_b": "sync"}
        keep_decision(home, "Prefer live for leadership", 2, quarter=BEFORE, **turned)
    table = ledger(source_of(home))
    (row,) = [row for row in words(table) if row[0].startswith("Prefer live")]
    assert row[4].startswith(begins)
    check_figures(table, kept)


def test_nothing_is_said_of_a_figure_that_is_hidden_or_unknown(home: Home, kept: Path):
    about: dict[str, Any] = {"kpi_id": "completion_rate", "programme_id": "P04"}
    keep_decision(home, "Of a hidden one", 5, quarter=BEFORE, **about)
    about = {"kpi_id": "no_such_kpi", "programme_id": "P01"}
    keep_decision(home, "Of an unknown one", 6, quarter=BEFORE, **about)
    rows = {row[0]: row[4] for row in words(ledger(source_of(home)))}
    assert rows["Of a hidden one"].startswith("Can't say: too little data; ")
    assert rows["Of an unknown one"] == "Can't say: its figure is not published"


def test_without_decisions_there_is_no_ledger(home: Home):
    freeze(home)
    keep_decision(home, "Of this quarter", quarter=QUARTER)
    assert ledger(source_of(home)) is None


def test_a_decision_may_be_done():
    assert review_pack.DONE in review_pack.STATUSES


def test_in_hindi_the_ledger_and_the_plans_are_in_hindi(home: Home, kept: Path):
    with in_language("hi"):
        source = source_of(home, language="hi")
        texts = [*words(ledger(source)), *words(plan_table(source))]
    assert "Finished" not in str(texts)
    assert "Behind" not in str(texts)
