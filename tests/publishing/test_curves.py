"""Points of a curve are at least k people apart, on the Aalen-Johansen estimate."""

import polars as pl
import pytest

from publishing.curves import curves

K = 10


def life_table(events: list[int], people: int, programme: str = "p") -> pl.DataFrame:
    left, rows = people, []
    for day, completed in enumerate(events, start=1):
        rows.append((day, left, completed, 0))
        left -= completed
    return pl.DataFrame(
        rows, schema=["day", "at_risk", "completed", "withdrawn"], orient="row"
    ).with_columns(
        pl.lit("completion").alias("clock"),
        pl.lit(programme).alias("programme_id"),
        pl.lit("sync").alias("delivery_mode"),
        pl.lit("leadership").alias("outcome_category"),
    )


def of_programme(found: pl.DataFrame, programme: str = "p") -> pl.DataFrame:
    return found.filter(pl.col("programme_id") == programme)


def test_a_point_has_at_least_k_more_finishers_than_the_one_before():
    found = of_programme(curves(life_table([4, 4, 4, 20, 3, 9], 100), K))
    assert found["day"].to_list() == [3, 4, 6]
    assert found["finished_share"].to_list() == pytest.approx([0.12, 0.32, 0.44])
    assert found["at_risk"].to_list() == [92, 88, 65]


def test_a_curve_ends_where_fewer_than_k_are_at_risk():
    found = of_programme(curves(life_table([45, 48, 7], 100), K))
    assert found["day"].to_list() == [1, 2]


def test_withdrawal_is_a_competing_event():
    table = life_table([20, 20], 100).with_columns(
        pl.Series("withdrawn", [20, 0]), pl.Series("at_risk", [100, 60])
    )
    found = of_programme(curves(table, K))
    assert found["finished_share"].to_list() == pytest.approx([0.2, 0.4])


def test_a_small_group_has_no_curve_and_the_smallest_other_is_hidden_with_it():
    tables = [
        life_table([3, 3], 8, "small"),
        life_table([20, 20], 60, "middle"),
        life_table([40, 40], 200, "large"),
    ]
    found = curves(pl.concat(tables), K)
    states = dict(
        found.filter(pl.col("programme_id") != "all")
        .select("programme_id", "state")
        .unique()
        .iter_rows()
    )
    assert states == {"small": "hidden", "middle": "hidden", "large": "shown"}
    hidden = of_programme(found, "small")
    assert hidden.select("finished_share", "at_risk").row(0) == (None, None)


@pytest.mark.parametrize(("finishers", "days"), [(9, [1]), (10, [1, 2]), (11, [1, 2])])
def test_a_step_has_k_finishers(finishers: int, days: list[int]):
    found = of_programme(curves(life_table([20, finishers], 100), K))
    assert found["day"].to_list() == days


@pytest.mark.parametrize(("at_risk", "days"), [(9, [1]), (10, [1, 3]), (11, [1, 3])])
def test_a_point_has_k_people_at_risk(at_risk: int, days: list[int]):
    found = of_programme(curves(life_table([20, 8, 4], 28 + at_risk), K))
    assert found["day"].to_list() == days


@pytest.mark.parametrize(("people", "state"), [(9, "hidden"), (10, "shown")])
def test_a_curve_has_k_people(people: int, state: str):
    equal_cohorts = [life_table([people], people, name) for name in ("p", "q")]
    found = curves(pl.concat([*equal_cohorts, life_table([40], 200, "large")]), K)
    states = found.filter(pl.col("programme_id") != "all")
    assert states.filter(pl.col("programme_id") != "large")["state"].to_list() == [
        state,
        state,
    ]
    assert of_programme(found, "large")["state"].to_list() == ["shown"]


def test_a_small_curve_hides_none_of_another_clock():
    other = life_table([20], 60, "other").with_columns(clock=pl.lit("withdrawal"))
    tables = [life_table([3], 8, "p"), life_table([40], 200, "large")]
    found = curves(
        pl.concat(
            [*tables, other.with_columns(pl.col("completed").alias("withdrawn"))]
        ),
        K,
    )
    assert of_programme(found, "large")["state"].to_list() == ["hidden"]
    assert of_programme(found, "other")["state"].to_list() == ["shown"]
