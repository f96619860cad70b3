"""From marts to compared.fct_mode_comparisons: complete rows, the same every time."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from bench.comparing import (
    FIRST_QUARTER,
    QUARTERS,
    differences_at_one_mix,
    evidence,
)
from comparison.reading import read_evidence
from comparison.run import compare_warehouse, comparison_rows
from comparison.windows import Window, last_complete, looks, months_later, window
from comparison.writing import declared
from tandem.cli.main import app
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, read_status
from tandem.core.settings import Settings
from tests.comparison.offerings import Offering, cells, in_both
from tests.comparison.warehouse import Marts, Running, make_warehouse

ROWS = "select * from compared.fct_mode_comparisons order by all"
NUMBERS = (
    "crude_difference",
    "adjusted_difference",
    "ci_low",
    "ci_high",
    "p_value",
    "q_value",
    "minimum_detectable_difference",
)


def compared(home: Home, marts: Marts) -> list[dict[str, Any]]:
    make_warehouse(home.warehouse, marts)
    compare_warehouse(home, Settings.load(home))
    return rows_of(home)


def rows_of(home: Home) -> list[dict[str, Any]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(ROWS).pl().to_dicts()


def only(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    (row,) = (
        row for row in rows if all(row[name] == value for name, value in wanted.items())
    )
    return row


def rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in row.items()
    }


def test_a_comparison_is_one_complete_row_with_its_sentence(home: Home):
    rows = compared(home, Marts(cells(in_both(5, 0.7, 0.6)), is_dated=False))
    row = only(rows, outcome_category="leadership", trailing_quarters=4)
    assert rounded(row) == {
        "kpi_id": "completion_rate",
        "outcome_category": "leadership",
        "period_start_date": date(2024, 4, 1),
        "period_end_date": date(2025, 3, 31),
        "trailing_quarters": 4,
        "mode_a": "sync",
        "mode_b": "async",
        "learner_count_a": 4_000,
        "learner_count_b": 4_000,
        "cohort_count_a": 10,
        "cohort_count_b": 10,
        "programme_count_a": 5,
        "programme_count_b": 5,
        "crude_difference": 0.104,
        "adjusted_difference": 0.104,
        "ci_low": 0.07,
        "ci_high": 0.138,
        "p_value": 0.0,
        "q_value": 0.0,
        "minimum_detectable_difference": 0.043,
        "overlap_share": 1.0,
        "effective_sample_share": 1.0,
        "largest_smd": None,
        "verdict": "emerging_difference",
        "verdict_change": "new",
        "evidence_strength": "weak",
        "evidence_gates": "same_programmes",
        "held_equal": "segment, region, language",
        "not_known": "tenure_band, prior_completion_band",
        "left_out_count": 0,
        "left_out_definition_count": 0,
        "left_out_design_count": 0,
        "left_out_overlap_count": 0,
        "people_to_link_count": None,
        "is_direction_flipped": False,
        "wording_key": "verdict.emerging_difference",
        "sentence": (
            "Leadership, finished: Live is 10 points above Self-paced (better), "
            "like-for-like. The likely range is 7 to 14 points. It comes from 5 "
            "programmes that ran both ways. Counted: people enrolled. This is "
            "emerging and has to be confirmed next quarter. This was observed; it is "
            "not proof that the mode made the difference."
        ),
        "wording": row["wording"],
        "method_note": (
            "Each programme that ran in both modes is compared with itself; the "
            "programme is the unit. Held equal among people: role, region, language. "
            "Too little is known to hold equal: time in the organisation, earlier "
            "completion."
        ),
    }


def test_the_quarter_before_is_a_look_that_confirms_a_difference(home: Home):
    quarters = (date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1))
    offered = [
        replace(each, quarter=quarter, cohort_id=f"{quarter}-{each.cohort_id}")
        for quarter in quarters
        for each in in_both(5, 0.7, 0.6)
    ]
    rows = compared(home, Marts(cells(offered), is_dated=False))
    by_end = {
        (row["trailing_quarters"], row["period_end_date"]): (
            row["verdict"],
            row["verdict_change"],
            row["evidence_strength"],
        )
        for row in rows
        if row["outcome_category"] == "leadership"
    }
    emerging = ("emerging_difference", "new", "weak")
    confirmed = ("difference", "new", "moderate")
    for trailing in (1, 4, 8):
        assert by_end[trailing, date(2024, 9, 30)] == emerging
        assert by_end[trailing, date(2024, 12, 31)] == confirmed
        repeated = ("difference", "repeated", "moderate")
        assert by_end[trailing, date(2025, 3, 31)] == repeated


def test_eight_quarter_ends_have_verdicts_and_the_first_has_looks_before(home: Home):
    quarters = looks(date(2025, 1, 1), 11)
    offered = [
        replace(each, quarter=quarter, cohort_id=f"{quarter}-{each.cohort_id}")
        for quarter in quarters
        for each in in_both(5, 0.7, 0.6)
    ]
    rows = compared(home, Marts(cells(offered), is_dated=False))
    ends = sorted({row["period_end_date"] for row in rows})
    assert (len(ends), ends[0], ends[-1]) == (8, date(2023, 6, 30), date(2025, 3, 31))
    assert {row["verdict"] for row in rows} == {"difference"}
    first = only(
        rows,
        outcome_category="leadership",
        trailing_quarters=1,
        period_end_date=ends[0],
    )
    assert first["verdict_change"] == "repeated"


def test_the_table_has_the_columns_that_the_dbt_source_declares(home: Home):
    compared(home, Marts(cells(in_both(5, 0.7, 0.6))))
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        found = connection.sql(
            "select column_name, data_type, comment from duckdb_columns() "
            "where table_name = 'fct_mode_comparisons' order by column_index"
        ).fetchall()
    spelled = {"string": "VARCHAR"}
    assert found == [
        (
            column["name"],
            spelled.get(column["data_type"], column["data_type"].upper()),
            column["description"],
        )
        for column in declared()["fct_mode_comparisons"]["columns"]
    ]


def test_every_window_is_compared_within_each_category_and_over_all(home: Home):
    earlier = [
        Offering(later.programme_id, later.delivery_mode, 300, later.finished / 2,
               cohort_id="0", quarter=date(2024, 7, 1))
        for later in in_both(5, 0.7, 0.6)[::2]
    ]  # fmt: skip
    other = [Offering("C", "async", 100, 90, outcome_category="compliance")]
    marts = Marts(cells([*in_both(5, 0.7, 0.6), *earlier, *other]), is_dated=False)
    rows = compared(home, marts)
    newest = max(row["period_end_date"] for row in rows)
    assert sorted(
        (row["trailing_quarters"], row["outcome_category"], row["cohort_count_a"])
        for row in rows
        if row["period_end_date"] == newest
    ) == [
        (1, "all", 10), (1, "compliance", 1), (1, "leadership", 10),
        (4, "all", 15), (4, "compliance", 1), (4, "leadership", 15),
        (8, "all", 15), (8, "compliance", 1), (8, "leadership", 15),
    ]  # fmt: skip


def test_a_category_with_one_mode_has_a_sentence_and_no_numbers(home: Home):
    offered = [Offering(f"S{n}", "async", 100, 60) for n in range(6)]
    row = compared(home, Marts(cells(offered), is_dated=False))[0]
    assert (row["mode_a"], row["mode_b"]) == ("async", None)
    assert row["verdict"] == "not_comparable_no_overlap"
    assert "not compared, all self-paced. Only one mode was" in row["sentence"]
    assert [row[name] for name in NUMBERS] == [None] * len(NUMBERS)


def test_a_mode_whose_first_cohorts_still_run_is_immature(home: Home):
    offered = [Offering(f"S{n}", "async", 100, 60) for n in range(6)]
    running = (Running("S1", "sync", "leadership", "2025-03-20 09:00:00"),)
    rows = compared(home, Marts(cells(offered), running, is_dated=False))
    row = only(rows, outcome_category="leadership", trailing_quarters=1)
    assert (row["mode_a"], row["mode_b"]) == ("sync", "async")
    assert (row["verdict"], row["learner_count_a"]) == ("immature", 0)
    assert "too early to compare Live and Self-paced" in row["sentence"]


@pytest.mark.parametrize(
    ("starts_at", "is_running"),
    [
        ("2025-03-01 09:00:00", False),  # its 30 days are over on 31 March
        ("2025-03-02 09:00:00", True),
        ("2025-04-01 09:00:00", True),
        ("2025-04-02 09:00:00", False),  # it began after the day that ends the window
    ],
)
def test_a_cohort_is_running_from_its_start_until_its_horizon(
    home: Home, starts_at: str, is_running: bool
):
    offered = [Offering(f"S{n}", "async", 100, 60) for n in range(6)]
    running = (Running("S1", "sync", "leadership", starts_at),)
    rows = compared(home, Marts(cells(offered), running, is_dated=False))
    assert ("immature" in {row["verdict"] for row in rows}) == is_running


@pytest.mark.parametrize(
    ("quarter", "windows_with_it"),
    [
        (date(2024, 10, 1), {4, 8}),
        (date(2024, 4, 1), {4, 8}),
        (date(2024, 1, 1), {8}),
        (date(2023, 4, 1), {8}),
        (date(2023, 1, 1), set()),
    ],
)
def test_a_quarter_counts_in_the_windows_that_contain_it(
    home: Home, quarter: date, windows_with_it: set[int]
):
    offered = [
        Offering("P", "async", 100, 60),
        Offering("P", "async", 7, 4, cohort_id="2", quarter=quarter),
    ]
    rows = compared(home, Marts(cells(offered), is_dated=False))
    counted = {
        row["trailing_quarters"]
        for row in rows
        if row["outcome_category"] == "all"
        and row["learner_count_a"] == 107
        and row["period_end_date"] == date(2025, 3, 31)
    }
    assert counted == windows_with_it


def test_days_to_finish_count_people_who_never_finish(home: Home):
    rows = compared(home, Marts(cells(in_both(5, 0.7, 0.7))))
    row = only(
        rows,
        kpi_id="time_to_completion",
        outcome_category="leadership",
        trailing_quarters=1,
    )
    # About 0.7 finish, on day 10 or on day 20 of 30: 16 days against 23.
    assert row["adjusted_difference"] == pytest.approx(-7, abs=0.1)
    assert row["verdict"] == "emerging_difference"
    assert "Self-paced takes" in row["sentence"]
    assert "(worse), programme by programme" in row["sentence"]
    assert (row["held_equal"], row["evidence_strength"]) == ("", "very_weak")
    assert "first 30 days" in row["method_note"]


def test_cohorts_without_dates_of_finishing_have_no_days_to_finish(home: Home):
    rows = compared(home, Marts(cells(in_both(5, 0.7, 0.6)), is_dated=False))
    assert {row["kpi_id"] for row in rows} == {"completion_rate"}


def test_a_suppressed_comparison_has_no_numbers(home: Home):
    offered = [Offering("P", "sync", 9, 9), *in_both(4, 0.7, 0.6)[2:4]]
    row = compared(home, Marts(cells(offered), is_dated=False))[0]
    assert row["verdict"] == "suppressed"
    assert [row[name] for name in NUMBERS] == [None] * len(NUMBERS)
    assert "fewer than 10" in row["sentence"]


def test_the_same_cells_in_another_order_give_the_same_rows(home: Home, tmp_path: Path):
    frame = cells(in_both(12, 0.66, 0.6))
    first = compared(home, Marts(frame))
    again = Home(tmp_path / "again")
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=4)
    assert compared(again, Marts(shuffled)) == first
    compare_warehouse(home, Settings.load(home))
    assert rows_of(home) == first


def test_q_values_grow_with_the_number_of_comparisons(home: Home):
    rows = compared(home, Marts(cells(in_both(5, 0.66, 0.6, people=90))))
    estimated = [row for row in rows if row["p_value"] is not None]
    assert all(row["q_value"] >= row["p_value"] for row in estimated)
    assert any(row["q_value"] > row["p_value"] for row in estimated)


def test_without_a_finished_quarter_the_table_is_empty(home: Home):
    running = cells([Offering("P", "sync", 100, 60, quarter=date(2025, 4, 1))])
    assert compared(home, Marts(running)) == []


def test_without_marts_the_error_names_the_next_step(home: Home):
    with pytest.raises(WarehouseProblem, match="tandem ingest"):
        compare_warehouse(home, Settings.load(home))
    home.root.mkdir(parents=True, exist_ok=True)
    duckdb.connect(str(home.warehouse)).close()
    with pytest.raises(WarehouseProblem, match="tandem build"):
        compare_warehouse(home, Settings.load(home))


def test_the_command_prints_verdict_counts_and_records_them_in_the_status(home: Home):
    make_warehouse(home.warehouse, Marts(cells(in_both(5, 0.7, 0.6)), is_dated=False))
    done = CliRunner().invoke(app, ["compare", "--json"])
    assert (done.exit_code, done.stdout.strip()) == (0, '{"emerging_difference": 6}')
    assert read_status(home)["compare"] == {"comparisons": 6, "emerging_difference": 6}


def test_windows_end_with_the_last_complete_quarter():
    quarters = [date(2024, 10, 1), date(2025, 1, 1), date(2025, 4, 1)]
    assert last_complete(quarters, date(2025, 6, 29)) == date(2025, 1, 1)
    assert last_complete(quarters, date(2025, 6, 30)) == date(2025, 4, 1)
    assert last_complete([], date(2025, 6, 30)) is None
    assert [window(date(2025, 1, 1), count) for count in (1, 4, 8)] == [
        Window(date(2025, 1, 1), date(2025, 3, 31), 1),
        Window(date(2024, 4, 1), date(2025, 3, 31), 4),
        Window(date(2023, 4, 1), date(2025, 3, 31), 8),
    ]
    assert looks(date(2025, 1, 1), 3) == [
        date(2024, 7, 1),
        date(2024, 10, 1),
        date(2025, 1, 1),
    ]


def test_vectorised_point_estimates_are_those_of_the_comparisons(home: Home):
    invented = evidence(categories=1, kpis=1)
    rows = comparison_rows(invented, Settings.load(home))
    keys = ("trailing_quarters", "kpi_id", "outcome_category", "mode_a", "mode_b")
    last = max(row["period_end_date"] for row in rows)
    at_one_mix = {
        tuple(row[name] for name in keys): row["difference"]
        for row in differences_at_one_mix(invented.cells).to_dicts()
        if row["end"] == months_later(FIRST_QUARTER, 3 * (QUARTERS - 1))
    }
    latest = [row for row in rows if row["period_end_date"] == last]
    assert len(latest) == len(at_one_mix) == 3 * 2 * 3  # windows, categories, pairs
    for row in latest:
        vectorised = at_one_mix[tuple(row[name] for name in keys)]
        # The comparisons leave out the largest level of an attribute, which the ridge
        # notices; here the first level is left out.
        assert row["adjusted_difference"] == pytest.approx(vectorised, abs=2e-3)


def test_the_people_of_each_cell_are_read_from_the_fact_of_its_kpi(home: Home):
    make_warehouse(home.warehouse, Marts(cells(in_both(4, 0.7, 0.6))))
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update marts.fct_enrolments set learner_key = 'somebody'")
        connection.execute(
            "update marts.fct_enrolments set learner_key = enrolment_id"
            " where delivery_mode = 'sync'"
        )
    found = read_evidence(home).cells
    counted = found.with_columns(pl.col("persons").list.len())
    is_live = pl.col("delivery_mode") == "sync"
    assert counted.filter(is_live).height == 8
    assert counted.filter(
        is_live, pl.col("persons") != pl.col("learner_count")
    ).is_empty()
    assert set(counted.filter(~is_live)["persons"]) == {1}
