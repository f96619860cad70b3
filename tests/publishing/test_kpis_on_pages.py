"""Cells are published of the KPIs that a page reads."""

import duckdb
import polars as pl
import pytest

from publishing.cells import Calendar
from publishing.cubes import Span
from publishing.disclosure.figures import Rule
from publishing.page_kpis import (
    by_importance,
    kpis_on_pages,
    page_kpis,
    sparse_cells,
    sparse_kpis,
)
from tandem.core.files import project_root

PLAIN = {
    "is_headline": False,
    "is_compared": False,
    "is_watched": False,
    "tile_slot": None,
    "fallback_kpi": None,
}
# A warehouse whose facts have no keys of learners.
REGISTRY_OF_NOBODY = """
attach ':memory:' as warehouse;
create schema warehouse.seeds;
create table warehouse.seeds.kpis (
    kpi_id varchar, source_fact varchar, anchor varchar,
    numerator_column varchar, denominator_column varchar
)
"""
SCHEMA = {
    "kpi_id": pl.String,
    "is_headline": pl.Boolean,
    "is_compared": pl.Boolean,
    "is_watched": pl.Boolean,
    "tile_slot": pl.String,
    "fallback_kpi": pl.String,
}


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ({}, []),
        ({"is_headline": True}, ["a"]),
        ({"is_compared": True}, ["a"]),
        ({"is_watched": True}, ["a"]),
        ({"tile_slot": "passed"}, ["a"]),
        ({"tile_slot": "passed", "fallback_kpi": "b"}, ["a", "b"]),
    ],
)
def test_a_kpi_is_published_if_a_page_reads_it(mark: dict, expected: list[str]):
    rows = [{"kpi_id": "a"} | PLAIN | mark, {"kpi_id": "b"} | PLAIN]
    assert kpis_on_pages(pl.DataFrame(rows, schema=SCHEMA)) == expected


def test_the_tiles_and_the_comparisons_of_the_registry_are_published():
    kpis = pl.read_csv(project_root() / "seeds" / "kpis.csv")
    found = kpis_on_pages(kpis)
    assert set(kpis.filter("is_compared")["kpi_id"]) <= set(found)
    assert set(kpis.drop_nulls("tile_slot")["kpi_id"]) <= set(found)
    assert len(found) < kpis.height


def test_of_two_nested_kpis_the_one_of_every_cube_is_the_more_important():
    kpis = pl.read_csv(project_root() / "seeds" / "kpis.csv")
    complete = kpis_on_pages(kpis)
    order = by_importance(kpis, complete)
    assert order[0] == kpis.filter("is_headline")["kpi_id"].item()
    assert set(order[: len(complete)]) == set(complete)
    assert sorted(order) == kpis["kpi_id"].sort().to_list()


def test_a_page_names_kpis_of_the_registry_once_in_each_place():
    kpis = pl.read_csv(project_root() / "seeds" / "kpis.csv")
    named = page_kpis()
    assert set(named["kpi_id"]) <= set(kpis["kpi_id"])
    assert named.select("page", "place", "kpi_id").is_duplicated().sum() == 0
    assert named.select("page", "place", "position").is_duplicated().sum() == 0


def test_the_scorecard_has_kpis_for_each_of_its_eight_questions():
    asked = page_kpis().filter(pl.col("page") == "scorecard")["place"]
    assert sorted(asked.unique()) == [f"E{number}" for number in range(1, 9)]


def test_kpis_that_have_every_cube_are_not_published_again():
    every = page_kpis()["kpi_id"].unique().sort().to_list()
    known = every[:3]
    assert sorted(sparse_kpis(known)) == every[3:]


CALENDAR = Calendar(Span(8100, 8110), 8103, 1)


def base_cells(quarters: range) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "kpi_id": name,
            "delivery_mode": mode,
            "outcome_category": "leadership",
            "programme_id": f"P-{mode}",
            "business_unit": "Sales",
            "region": "North",
            "quarter": quarter,
            "numerator": 40.0,
            "denominator": 100.0,
            "learner_count": 100,
            "numerator_learner_count": 40,
            "complement_learner_count": 60,
        }
        for name in ("prework_readiness", "recorded_rate")
        for mode in ("sync", "hybrid")
        for quarter in quarters
    )


def test_few_cells_are_published_of_a_kpi_that_one_page_reads():
    found = sparse_cells(
        duckdb.connect().execute(REGISTRY_OF_NOBODY),
        base_cells(range(8100, 8111)),
        frozenset(["prework_readiness", "recorded_rate"]),
        CALENDAR,
        Rule(10, 3, 85.0),
        rests={},
    )
    cells = pl.concat([each.cells for each in found], how="diagonal")
    assert cells["trailing_quarters"].unique().to_list() == [4]
    assert sorted(cells["window_quarter"].unique()) == [8109, 8110]
    cubes = cells.group_by("kpi_id").agg(pl.col("cube").unique().sort()).sort("kpi_id")
    assert cubes.rows() == [
        ("prework_readiness", ["all", "mode", "programme"]),
        ("recorded_rate", ["all", "mode"]),
    ]
    newest = cells.filter(cube="all", kpi_id="recorded_rate", window_quarter=8110)
    assert newest.select("value", "denominator", "state").rows() == [
        (0.4, 800.0, "shown")
    ]
