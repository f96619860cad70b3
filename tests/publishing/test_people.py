"""Distinct people per cell and window: as counting each window's people by itself."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.cubes import (
    DIMENSIONS,
    KEY,
    ROLLED_UP,
    SIDES,
    Cube,
    Span,
    count_cells,
)
from publishing.people import with_people

NEWEST = 8103
CUBES = (
    Cube("all", (), (1, 4)),
    Cube("mode", ("delivery_mode",), (1, 4, 8)),
    Cube("mode_category", ("delivery_mode", "outcome_category"), (4, 8)),
)
PLACES = st.fixed_dictionaries(
    {
        "delivery_mode": st.sampled_from(["sync", "async"]),
        "outcome_category": st.sampled_from(["reference", "leadership"]),
        "programme_id": st.sampled_from(["P1", "P2"]),
        "business_unit": st.just("sales"),
        "region": st.just("north"),
        "quarter": st.integers(NEWEST - 9, NEWEST),
        "learner_key": st.sampled_from(["a", "b", "c", "d"]),
        "numerator": st.sampled_from([0.0, 1.0, 2.0]),
        "denominator": st.just(2.0),
    }
)


PART = {"numerator": 1.0, "denominator": 2.0}


def counted(people: pl.DataFrame, base_cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with people, of a KPI whose base cells are given."""
    span = Span(int(base_cells["quarter"].min()), NEWEST)
    return with_people(count_cells(base_cells, CUBES, span), people, CUBES)


def base_of(people: pl.DataFrame) -> pl.DataFrame:
    """Return one base cell per place and quarter."""
    return people.group_by(*DIMENSIONS, "quarter").agg(
        pl.lit("rate").alias("kpi_id"),
        pl.lit(1.0).alias("numerator"),
        pl.len().cast(pl.Float64).alias("denominator"),
        pl.len().alias("learner_count"),
        (pl.col("numerator") > 0).sum().cast(pl.Int64).alias("numerator_learner_count"),
        (pl.col("numerator") < 2)
        .sum()
        .cast(pl.Int64)
        .alias("complement_learner_count"),
    )


BELONGS = {
    "people": lambda row: True,
    "numerator_people": lambda row: row["numerator"] > 0,
    "complement_people": lambda row: row["numerator"] < 2,
}


def people_in(people: pl.DataFrame, cell: dict, side: str) -> int:
    """Count the people of one side of a cell, one by one."""
    oldest = cell["window_quarter"] - cell["trailing_quarters"]
    return len(
        {
            row["learner_key"]
            for row in people.iter_rows(named=True)
            if oldest < row["quarter"] <= cell["window_quarter"]
            and BELONGS[side](row)
            and all(cell[name] in (ROLLED_UP, row[name]) for name in DIMENSIONS)
        }
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=25, unique_by=lambda row: str(row)))
def test_a_window_counts_each_of_its_people_once(rows: list[dict]):
    people = pl.DataFrame(rows).with_columns(pl.lit("rate").alias("kpi_id"))
    cells = counted(people, base_of(people))
    assert cells.height == cells.select("cube", *KEY).unique().height > 0
    for cell in cells.iter_rows(named=True):
        for side in SIDES:
            assert cell[side] == people_in(people, cell, side)


@pytest.mark.parametrize(
    ("second", "expected"), [(NEWEST - 3, 1), (NEWEST - 4, 1), (NEWEST, 1)]
)
def test_a_person_of_two_quarters_is_counted_once(second: int, expected: int):
    row = dict.fromkeys(DIMENSIONS, "x") | {"learner_key": "a", "kpi_id": "rate"}
    row |= PART
    people = pl.DataFrame([row | {"quarter": NEWEST - 7}, row | {"quarter": second}])
    newest = counted(people, base_of(people)).filter(
        (pl.col("cube") == "mode")
        & (pl.col("trailing_quarters") == 8)
        & (pl.col("window_quarter") == NEWEST)
    )
    assert newest["people"].to_list() == [expected]


def test_a_cell_without_known_people_has_those_of_its_largest_base_cell():
    """The fact has no learner for one mode, so its people cannot be counted."""
    row = dict.fromkeys(DIMENSIONS, "x") | {"kpi_id": "rate", "quarter": NEWEST}
    row |= PART
    people = pl.DataFrame([row | {"learner_key": key} for key in "abc"])
    unknown = pl.DataFrame([row | {"learner_key": "z"}] * 7).with_columns(
        pl.lit("y").alias("delivery_mode")
    )
    cells = counted(people, base_of(pl.concat([people, unknown])))
    found = cells.filter(
        (pl.col("cube") == "mode") & (pl.col("trailing_quarters") == 1)
    ).sort("delivery_mode")
    assert found["people"].to_list() == [3, 7]
