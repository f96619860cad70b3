"""Which cells are sums of which others, and what their residual cells hold."""

import polars as pl
import pytest

from publishing.cubes import DIMENSIONS, Cube, Span, count_cells
from publishing.disclosure.linked_tables import (
    LinkedTables,
    link_tables,
    measure_values,
    number_cells,
)

ALL = Cube("all", (), (4,))
MODE = Cube("mode", ("delivery_mode",), (4,))
CATEGORY = Cube("category", ("outcome_category",), (4,))
MODE_CATEGORY = Cube("mode_category", ("delivery_mode", "outcome_category"), (4,))
PROGRAMME = Cube("programme", ("programme_id",), (4,))
UNIT = Cube("business_unit", ("business_unit",), (4,))
LAST = 100
MEASURES = ("numerator", "denominator", "people")

# programme, mode, category, unit, numerator, denominator, people, quarters before LAST
Row = tuple[str, str, str, str, int, int, int, int]
ROWS: list[Row] = [
    ("p", "sync", "x", "u", 1, 4, 3, 0),
    ("q", "sync", "x", "v", 2, 8, 7, 0),
    ("r", "async", "y", "u", 4, 16, 15, 0),
]


def link(
    cubes: tuple[Cube, ...], rows: list[Row] = ROWS, oldest: int = 0
) -> tuple[pl.DataFrame, LinkedTables]:
    base_cells = pl.DataFrame(
        [
            {
                "kpi_id": "rate",
                "programme_id": programme,
                "delivery_mode": mode,
                "outcome_category": category,
                "business_unit": unit,
                "region": "north",
                "numerator": float(numerator),
                "denominator": float(denominator),
                "learner_count": people,
                "numerator_learner_count": min(people, numerator),
                "complement_learner_count": min(people, denominator - numerator),
                "quarter": LAST - before,
            }
            for (
                programme,
                mode,
                category,
                unit,
                numerator,
                denominator,
                people,
                before,
            ) in rows
        ]
    )
    span = Span(LAST - oldest, LAST)
    cells = number_cells(count_cells(base_cells, cubes, span)).with_columns(
        pl.col("most_people").alias("people")
    )
    return cells, link_tables(base_cells, cells, cubes, span)


def named(cells: pl.DataFrame, links: LinkedTables) -> set[tuple[str, tuple[str, ...]]]:
    """Return the relations with cells named `cube:members` and `residual:n`."""
    names = {}
    for row in cells.iter_rows(named=True):
        members = [row[name] for name in DIMENSIONS if row[name] != "all"]
        window = row["trailing_quarters"], row["window_quarter"] - LAST
        suffix = "" if window == (4, 0) else f"@{window[0]},{window[1]}"
        names[row["cell"]] = ":".join([row["cube"], *members]) + suffix
    for number in range(links.residuals.height):
        names[cells.height + number] = f"residual:{number}"
    return {
        (names[relation.total], tuple(names[part] for part in relation.parts))
        for relation in links.relations
    }


def test_programmes_are_parts_of_every_total_of_modes_and_categories():
    cells, links = link((ALL, MODE, CATEGORY, PROGRAMME))
    assert named(cells, links) == {
        ("all", ("mode:async", "mode:sync")),
        ("all", ("category:x", "category:y")),
        ("all", ("programme:p", "programme:q", "programme:r")),
        ("mode:sync", ("programme:p", "programme:q")),
        ("mode:async", ("programme:r",)),
        ("category:x", ("programme:p", "programme:q")),
        ("category:y", ("programme:r",)),
    }
    assert links.residuals.height == 0


def test_crossed_cubes_are_parts_of_both_cubes():
    cells, links = link((MODE, CATEGORY, MODE_CATEGORY))
    assert named(cells, links) == {
        ("mode:sync", ("mode_category:sync:x",)),
        ("mode:async", ("mode_category:async:y",)),
        ("category:x", ("mode_category:sync:x",)),
        ("category:y", ("mode_category:async:y",)),
    }


def test_cubes_of_the_same_columns_are_parts_of_each_other():
    again = Cube("again", ("delivery_mode",), (4,))
    assert named(*link((MODE, again))) == {
        (f"{total}:{mode}", (f"{part}:{mode}",))
        for total, part in (("mode", "again"), ("again", "mode"))
        for mode in ("sync", "async")
    }


def test_units_and_programmes_are_no_parts_of_one_another():
    assert named(*link((UNIT, PROGRAMME))) == set()


def test_a_part_that_straddles_totals_is_left_in_a_residual_cell_of_each():
    rows = [*ROWS, ("p", "async", "x", "u", 8, 32, 31, 0)]
    cells, links = link((MODE, PROGRAMME), rows)
    assert named(cells, links) == {
        ("mode:async", ("programme:r", "residual:0")),
        ("mode:sync", ("programme:q", "residual:1")),
    }
    assert links.residuals.select(MEASURES).rows() == [(8, 32, 31), (1, 4, 3)]


def test_a_total_without_any_part_inside_is_in_no_relation():
    rows = [
        ("p", "sync", "x", "u", 1, 4, 3, 0),
        ("p", "async", "x", "u", 8, 32, 31, 0),
    ]
    cells, links = link((MODE, PROGRAMME), rows)
    assert named(cells, links) == set()
    assert links.residuals.height == 0


def test_a_residual_cell_sums_all_that_is_outside_the_parts():
    rows = [*ROWS, ("p", "async", "x", "u", 8, 32, 31, 0)]
    rows += [("p", "sync", "x", "v", 16, 64, 63, 0)]
    _, links = link((MODE, PROGRAMME), rows)
    assert (17, 68, 66) in links.residuals.select(MEASURES).rows()


def test_relations_hold_in_the_windows_that_both_cubes_have():
    both = Cube("all", (), (1, 4)), Cube("programme", ("programme_id",), (4,))
    relations = named(*link(both, ROWS, oldest=3))
    assert {total for total, _ in relations} == {"all"}


def test_a_measure_lists_the_cells_and_then_the_residual_cells():
    rows = [*ROWS, ("p", "async", "x", "u", 8, 32, 31, 0)]
    cells, links = link((MODE, PROGRAMME), rows)
    found = measure_values(cells, links, "denominator")
    assert list(found) == [48, 12, 36, 8, 16, 32, 4]


def test_cells_are_numbered_in_the_order_of_their_keys():
    cells, _ = link((PROGRAMME, ALL, MODE))
    assert cells["cell"].to_list() == list(range(6))
    assert cells["cube"].to_list() == ["all", "mode", "mode"] + ["programme"] * 3


def test_two_years_are_the_sum_of_their_quarters():
    rows = [("p", "sync", "x", "u", 1, 4, 3, before) for before in range(8)]
    relations = named(*link((Cube("all", (), (1, 4, 8)),), rows, oldest=7))
    quarters = tuple(f"all@1,{quarter}" for quarter in range(-7, 1))
    assert ("all@8,0", quarters) in relations


def test_two_years_are_the_sum_of_the_years_in_them():
    rows = [("p", "sync", "x", "u", 1, 4, 3, before) for before in range(10)]
    relations = named(*link((Cube("all", (), (4, 8)),), rows, oldest=9))
    assert relations == {
        ("all@8,0", ("all@4,-4", "all")),
        ("all@8,-1", ("all@4,-5", "all@4,-1")),
        ("all@8,-2", ("all@4,-6", "all@4,-2")),
    }


@pytest.mark.parametrize("lengths", [(4, 8), (1, 4, 8)])
def test_an_older_year_of_two_people_is_linked_to_both_years(lengths: tuple[int, ...]):
    rows = [("p", "sync", "x", "u", 30, 40, 40, 0), ("p", "sync", "x", "u", 1, 2, 2, 6)]
    cells, links = link((Cube("all", (), lengths),), rows, oldest=7)
    assert ("all@8,0", ("all@4,-4", "all")) in named(cells, links)
    assert links.residuals.is_empty()


@pytest.fixture
def eight_quarters() -> list[Row]:
    return [("p", "sync", "x", "u", 1, 4, 3, before) for before in range(8)]


def test_a_year_is_the_sum_of_its_quarters(eight_quarters: list[Row]):
    cube = Cube("all", (), (1, 4))
    relations = named(*link((cube,), eight_quarters, oldest=7))
    assert relations == {
        (
            "all" if end == 0 else f"all@4,{end}",
            tuple(f"all@1,{quarter}" for quarter in range(end - 3, end + 1)),
        )
        for end in range(-4, 1)
    }
