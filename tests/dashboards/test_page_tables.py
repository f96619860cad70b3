"""No page reads a table that grows with statements, people or sessions.

Pages read the published file alone. Each table there has one row per combination of
groups (KPI, cell of a cube, window, day of a curve), so that ten times the people make
the same rows.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.run import judge
from publishing.run import publish
from tandem.core.files import Home, project_root
from tandem.core.settings import Settings
from tests.publishing.warehouse import PLAIN, make_warehouse

CELL = ("delivery_mode", "outcome_category", "programme_id", "business_unit", "region")
WINDOW = ("period_end_date", "trailing_quarters")
# The grain of each table that pages read: what its rows are one of each for.
GRAINS = {
    "accepted_warnings": ("expectation", "value"),
    "blended_programmes": ("programme_id", "hybrid_pattern"),
    "blended_steps": ("hybrid_pattern", "sequence", "step_no", "period_end_date"),
    "break_even": ("programme_id", "mode_a", "mode_b"),
    "decisions": ("decision_key",),
    "kpi_cells": ("cube", "kpi_id", *WINDOW, *CELL),
    "kpi_waterfall": ("kpi_id", *WINDOW, "step"),
    "kpis": ("kpi_id",),
    "life_curves": ("clock", *CELL[:3], "day"),
    "mode_comparisons": ("kpi_id", "outcome_category", *WINDOW, "mode_a", "mode_b"),
    "outcome_categories": ("slug",),
    "page_kpis": ("page", "place", "kpi_id"),
    "pilots": ("plan_id",),
    "placebo_results": ("kpi_id", "design"),
    "plan_status": ("kpi_id", "programme_id", "measure", "fiscal_year"),
    "prework_attendance": ("is_prepared", "period_end_date"),
    "privacy_audit": ("kpi_id", "measure"),
    "programme_benchmarks": ("kpi_id", "programme_id", *WINDOW),
    "programme_changes": ("kpi_id", "programme_id", "period_end_date"),
    "programme_cohorts": ("kpi_id", "cohort_id"),
    "programme_facts": ("programme_id",),
    "programme_funnels": ("programme_id", "step", "period_end_date"),
    "programme_modes": ("programme_id",),
    "programme_steps": ("programme_id", "hybrid_pattern", "sequence", "step_no"),
    "programmes": ("programme_id",),
    "snapshot": ("snapshot_id",),
    "sources": ("source",),
}
# What there are as many of as of statements, people, sessions or enrolments.
GROWING = re.compile(
    r"(statement|actor|learner|person|enrolment|session|attempt|registration|load)"
    r"_(id|key|no)$|^occurred_at$"
)
# Of a curve, people add points, but never more than one a day.
DAYS_AT_MOST = 366


def tables_of_pages() -> set[str]:
    """Return the tables of schema pub that any query of the dashboard names."""
    return {
        name
        for file in (project_root() / "dashboards" / "queries").glob("*.py")
        for name in re.findall(r"\bpub\.(\w+)", file.read_text(encoding="utf-8"))
    }


def published_with(folder: Path, times: int) -> dict[str, pl.DataFrame]:
    """Publish an organisation, with so many times the people in the same cohorts."""
    home = Home(folder / f"times_{times}")
    offers = tuple(
        replace(offer, people=tuple(times * count for count in offer.people))
        for offer in PLAIN
    )
    make_warehouse(home.warehouse, offers)
    judge(home, Settings.load(home))
    publish(home, Settings.load(home), [])
    path = home.published / home.current_snapshot()["dashboard"]
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            name: connection.sql(f"from pub.{name}").pl() for name in tables_of_pages()
        }


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[int], dict[str, pl.DataFrame]]:
    """What pages read where an organisation has so many times the people."""
    folder = tmp_path_factory.mktemp("pages")
    found = {times: published_with(folder, times) for times in (1, 3)}
    return found.__getitem__


def test_no_page_reads_a_table_that_grows_with_statements(
    published: Callable[[int], dict[str, pl.DataFrame]],
):
    once, thrice = published(1), published(3)
    assert once.keys() == GRAINS.keys()
    for name, frame in once.items():
        if name == "life_curves":
            curves = thrice[name].select(GRAINS[name][:-1]).unique().height
            assert 0 < thrice[name].height <= curves * DAYS_AT_MOST
        else:
            assert thrice[name].height == frame.height, name
    assert once["kpi_cells"].height > 100


@pytest.mark.parametrize("name", sorted(GRAINS))
def test_rows_of_a_table_of_pages_are_groups(
    name: str, published: Callable[[int], dict[str, pl.DataFrame]]
):
    frame, grain = published(3)[name], GRAINS[name]
    assert [column for column in frame.columns if GROWING.search(column)] == []
    assert frame.select(grain).is_duplicated().sum() == 0


@pytest.mark.parametrize(
    "column", ["statement_id", "learner_key", "actor_key", "session_id", "attempt_no"]
)
def test_a_key_of_what_grows_would_be_noticed(column: str):
    assert GROWING.search(column)


def test_pages_read_nothing_but_the_published_tables():
    """Each table after `from` or `join` in the dashboard's SQL is of schema pub."""
    named = set()
    for file in (project_root() / "dashboards" / "queries").glob("*.py"):
        for text in re.findall(r'"{1,3}(.*?)"{1,3}', file.read_text(), re.DOTALL):
            if re.search(r"\bselect\b|^\s*from ", text):
                named |= set(re.findall(r"\b(?:from|join) ([\w.]+)", text))
    assert {name for name in named if "." in name} == {f"pub.{n}" for n in GRAINS}
