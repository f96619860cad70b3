"""Each expectation at its limit: one below, at, and one above, with its own var."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.baseline import compared_with
from expectations.checkpoint import check_profiles
from expectations.profiles import Profile, measure
from expectations.suites import suites
from tandem.core.files import Home
from tandem.core.settings import Settings

BASE = 1_000  # statements, people or enrolments behind a share
QUARTER = date(2026, 1, 1)


@dataclass(frozen=True)
class Limit:
    """An expectation, the var of its limit, and the column that it checks.

    `other` is another value of the var, with which more would pass.
    """

    expectation: str
    var: str
    table: str
    column: str
    other: float
    is_maximum: bool = True


LIMITS = (
    Limit("source_not_silent", "expect_silent_gaps", "source_profile",
          "silent_gaps", 6),
    Limit("statements_dated", "expect_undated_share", "source_profile",
          "undated_share", 0.4),
    Limit("statements_not_in_future", "expect_future_share", "source_profile",
          "future_share", 0.41),
    Limit("statements_accepted", "expect_rejected_share", "source_profile",
          "rejected_share", 0.42),
    Limit("people_matched", "expect_unmatched_share", "source_profile",
          "unmatched_share", 0.8),
    Limit("sessions_do_not_overlap", "expect_overlapping_session_share",
          "session_profile", "overlapping_session_share", 0.44),
    Limit("source_volume", "expect_volume_ratio", "source_profile",
          "statement_count_ratio", 0.7, is_maximum=False),
    Limit("mode_not_vanished", "expect_mode_ratio", "mode_profile",
          "enrolment_count_ratio", 0.2, is_maximum=False),
    Limit("enrolments_dated", "expect_enrolled_at_null_share", "mode_profile",
          "undated_share", 0.43),
    Limit("records_complete", "expect_faulty_record_share", "record_profile",
          "limited_share", 0.9),
    Limit("rate_steady", "expect_rate_change", "rate_profile",
          "rate_change", 0.6),
    Limit("kpi_volume", "expect_volume_ratio", "kpi_profile",
          "denominator_ratio", 0.7, is_maximum=False),
)  # fmt: skip
KEYS = {
    "source_profile": ("source",),
    "session_profile": ("source",),
    "mode_profile": ("delivery_mode",),
    "record_profile": ("finding",),
    "rate_profile": ("kpi_id", "delivery_mode", "period_start_date"),
    "kpi_profile": ("kpi_id",),
}
VARS = sorted({limit.var for limit in LIMITS})


@pytest.fixture(scope="module")
def thresholds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The vars of dbt_project.yml."""
    return Settings.load(Home(tmp_path_factory.mktemp("home"))).vars


def profile_of(values: dict[tuple[str, str], float]) -> Profile:
    """Return profiles with a row per value, whose other columns pass.

    Args:
        values: (expectation, name of the row) -> value of the expectation's column.
    """
    by_name = {limit.expectation: limit for limit in LIMITS}
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in KEYS}
    for (expectation, name), value in values.items():
        limit = by_name[expectation]
        passing = {
            each.column: 0.0 if each.is_maximum else 1.0
            for each in LIMITS
            if each.table == limit.table
        }
        keys = dict.fromkeys(KEYS[limit.table], f"{expectation}-{name}")
        rows[limit.table].append(keys | passing | {limit.column: value})
    return {table: pl.DataFrame(found) for table, found in rows.items()}


def failures(
    profile: Profile, thresholds: dict[str, Any], docs: Path
) -> set[tuple[str, str]]:
    """Return (expectation, row) of every failure."""
    found, _checked = check_profiles(profile, suites(), thresholds, docs)
    return {
        (finding.expectation, finding.subject.split(" ", 1)[1].split(",")[0])
        for finding in found
    }


def test_the_list_of_limits_is_complete(thresholds: dict[str, Any]):
    named = [
        expectation.meta["name"]
        for suite in suites()
        for expectation in suite.expectations(thresholds)
    ]
    assert sorted(named) == sorted(limit.expectation for limit in LIMITS)


def test_an_expectation_passes_at_its_limit_and_fails_one_step_beyond(
    thresholds: dict[str, Any], tmp_path: Path
):
    values = {
        (limit.expectation, name): (round(BASE * thresholds[limit.var]) + step) / BASE
        for limit in LIMITS
        for name, step in (("below", -1), ("at", 0), ("above", 1))
    }
    for limit in LIMITS:
        assert values[limit.expectation, "at"] == thresholds[limit.var]
    assert failures(profile_of(values), thresholds, tmp_path) == {
        (
            limit.expectation,
            f"{limit.expectation}-{'above' if limit.is_maximum else 'below'}",
        )
        for limit in LIMITS
    }


@pytest.mark.parametrize("var", VARS)
def test_a_var_that_is_changed_alone_changes_its_own_expectation_only(
    var: str, thresholds: dict[str, Any], tmp_path: Path
):
    between = {
        (limit.expectation, "between"): (thresholds[limit.var] + limit.other) / 2
        for limit in LIMITS
    }
    other = next(limit.other for limit in LIMITS if limit.var == var)
    found = failures(profile_of(between), thresholds | {var: other}, tmp_path)
    assert {expectation for expectation, _row in found} == {
        limit.expectation for limit in LIMITS if limit.var != var
    }


def test_every_expectation_takes_its_limit_from_its_var():
    sentinels = {limit.var: 0.1 + number for number, limit in enumerate(LIMITS)}
    found = {
        expectation.meta["name"]: (expectation.min_value, expectation.max_value)
        for suite in suites()
        for expectation in suite.expectations(sentinels)
    }
    assert found == {
        limit.expectation: (None, sentinels[limit.var])
        if limit.is_maximum
        else (sentinels[limit.var], None)
        for limit in LIMITS
    }


def rates(then: float, now: float, base_then: float, base_now: float) -> pl.DataFrame:
    """Return the rate profile of one KPI against an earlier snapshot's."""
    key = {"kpi_id": ["k"], "delivery_mode": ["all"], "period_start_date": [QUARTER]}
    others = {
        "source_profile": {"source": ["s"], "statement_count": [1]},
        "session_profile": {"source": ["s"], "session_count": [1]},
        "mode_profile": {
            "delivery_mode": ["sync"], "cohort_count": [1], "enrolment_count": [1],
        },
        "record_profile": {
            "finding": ["enrolment_undated"], "record_count": [0], "total_count": [1],
        },
        "kpi_profile": {"kpi_id": ["k"], "denominator": [1.0]},
    }  # fmt: skip
    before, after = (
        {name: pl.DataFrame(columns) for name, columns in others.items()}
        | {"rate_profile": pl.DataFrame(key | {"rate": [rate], "denominator": [base]})}
        for rate, base in ((then, base_then), (now, base_now))
    )
    dated = pl.col("period_start_date").cast(pl.String)  # as it comes from its file
    before["rate_profile"] = before["rate_profile"].with_columns(dated)
    return compared_with(after, before, 50)["rate_profile"]


@pytest.mark.parametrize(("base", "is_compared"), [(49, False), (50, True), (51, True)])
def test_a_rate_is_compared_from_the_smallest_base_on(base: int, is_compared: bool):
    for bases in ((base, 500), (500, base)):
        changes = rates(0.5, 0.9, *bases)["rate_change"].to_list()
        assert changes == [0.4 if is_compared else None]


@pytest.mark.parametrize(
    ("then", "now", "change"), [(0.5, 0.8, 0.3), (0.8, 0.5, 0.3), (0.1, 0.4, 0.3)]
)
def test_a_change_of_exactly_the_limit_is_not_beyond_it(then, now, change):
    assert rates(then, now, 100, 100)["rate_change"].to_list() == [change]


Sources = Callable[..., dict[str, Any]]


@pytest.fixture
def source_row(tmp_path: Path, thresholds: dict[str, Any]) -> Sources:
    """A function that measures the profile of a source with these active days."""

    def measured(active_days: list[str], newest: str, **changed: Any) -> dict[str, Any]:
        with duckdb.connect(str(tmp_path / "sources.duckdb")) as connection:
            connection.execute(LAYOUT)
            for source, days in (("own", active_days), ("other", [newest])):
                connection.execute(
                    "insert into raw.statements select $1, unnest($2)::timestamp, 'l'",
                    [source, days],
                )
            profile = measure(connection, thresholds | changed)
            return profile["source_profile"].row(1, named=True)

    return measured


LAYOUT = """
create schema raw; create schema marts; create schema seeds;
create table raw.statements (source varchar, occurred_at timestamp, load_id varchar);
create table raw.loads (
    load_id varchar, committed_at timestamp, report_end_at timestamp
);
insert into raw.loads values ('l', '2030-01-01', null);
create table marts.dim_sources (
    source varchar, rejected_count bigint, read_count bigint, matched_count bigint,
    actor_count bigint, is_ended boolean
);
insert into marts.dim_sources values ('own', 1, 10, 7, 10, false);
create table marts.fct_enrolments (
    delivery_mode varchar, cohort_id varchar, enrolled_at timestamp,
    clock_started_at timestamp
);
create table marts.fct_kpis (
    kpi_id varchar, delivery_mode varchar, period_start_date date, numerator double,
    denominator double
);
create table marts.fct_session_reports (
    source varchar, session_id varchar, report_kind varchar, join_key varchar,
    title_key varchar, connection_count bigint, started_at timestamp, ended_at timestamp
);
create table seeds.kpis (kpi_id varchar, is_watched boolean);
create table marts.fct_record_findings (
    finding varchar, record_count bigint, total_count bigint, record_share double
);
"""


def daily(count: int) -> list[str]:
    return [f"2026-01-{day:02d}" for day in range(1, count + 1)]


@pytest.mark.parametrize(("days", "has_rhythm"), [(9, False), (10, True), (11, True)])
def test_a_source_has_a_rhythm_from_the_tenth_active_day_on(
    source_row: Sources, days: int, has_rhythm: bool
):
    row = source_row(daily(days), "2026-03-01")
    assert (row["silent_gaps"] is not None) == has_rhythm
    assert (row["silent_days"] is not None) == has_rhythm


def test_the_smallest_number_of_active_days_is_its_own_var(source_row: Sources):
    row = source_row(daily(9), "2026-03-01", expect_silence_active_days=9)
    assert row["silent_days"] == 51


@pytest.mark.parametrize(("gap", "usual"), [(6, 7), (7, 7), (8, 8)])
def test_a_usual_gap_is_at_least_the_floor(source_row: Sources, gap: int, usual: int):
    days = [str(date.fromordinal(date(2026, 1, 1).toordinal() + gap * number))
            for number in range(12)]  # fmt: skip
    row = source_row(days, "2026-12-01")
    assert row["usual_gap_days"] == usual
    assert row["silent_gaps"] == row["silent_days"] / usual


def test_the_floor_of_a_usual_gap_is_its_own_var(source_row: Sources):
    row = source_row(daily(12), "2026-03-01", expect_silence_floor_days=5)
    assert row["usual_gap_days"] == 5


def test_shares_of_a_source_are_exact(source_row: Sources):
    row = source_row(daily(12), "2026-03-01")
    assert (row["rejected_share"], row["unmatched_share"]) == (0.1, 0.3)


def overlapping_share(
    folder: Path, thresholds: dict[str, Any], reports: list[tuple]
) -> dict[str, float]:
    """Return the share of overlapping sessions by source, for rows of reports.

    A row is session, kind, room, title, connections, first and last minute.
    """
    with duckdb.connect(str(folder / "sessions.duckdb")) as connection:
        connection.execute(LAYOUT)
        for session, kind, room, title, count, first, last in reports:
            connection.execute(
                "insert into marts.fct_session_reports values ('zoom', $1, $2, $3, $4, "
                "$5, timestamp '2026-01-05' + to_microseconds($6), "
                "timestamp '2026-01-05' + to_microseconds($7))",
                [session, kind, room, title, count, first, last],
            )
        profile = measure(connection, thresholds)["session_profile"]
        return dict(profile.select("source", "overlapping_session_share").iter_rows())


@pytest.mark.parametrize(("over", "share"), [(-1, 0.0), (0, 0.0), (1, 1.0)])
@pytest.mark.parametrize("key", [("room", None), (None, "title")])
def test_sessions_overlap_if_longer_than_a_room_needs_to_change_hands(
    key: tuple[str | None, str | None],
    over: int,
    share: float,
    tmp_path: Path,
    thresholds: dict[str, Any],
):
    handover = 1_000_000 * thresholds["room_handover_seconds"]
    reports = [
        ("a", "run", *key, 2, 0, 3_600_000_000),
        ("b", "run", *key, 2, 3_600_000_000 - handover - over, 7_200_000_000),
    ]
    assert overlapping_share(tmp_path, thresholds, reports) == {"zoom": share}


def test_only_runs_of_one_room_or_title_in_two_sessions_overlap(
    tmp_path: Path, thresholds: dict[str, Any]
):
    hour = (0, 3_600_000_000)
    reports = [
        ("a", "run", "room", None, 2, *hour),
        ("a", "restart", "room", None, 2, *hour),
        ("b", "run", "other", "title", 2, *hour),
        ("c", "copy", "room", "title", 2, *hour),
        ("d", "run", "room", "title", 0, *hour),
        ("e", "run", "title", "room", 2, *hour),
        ("f", "run", None, None, 2, *hour),
    ]
    assert overlapping_share(tmp_path, thresholds, reports) == {"zoom": 0.0}
    more = [*reports, ("g", "run", "other", None, 2, *hour)]
    assert overlapping_share(tmp_path / "..", thresholds, more) == {"zoom": 2 / 5}
