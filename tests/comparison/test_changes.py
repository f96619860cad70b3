"""A programme fell where mix and chance do not explain it; otherwise it did not."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from bench.alarms import CASES, FINISHED, LAST, Case, invented, reported
from comparison.changes import changes_at, programme_changes
from comparison.cohort_scatter import grouped, with_variances
from comparison.trend import control_limits
from comparison.windows import months_later
from tests.comparison.offerings import THRESHOLDS, Offering, cells
from tests.comparison.planted import planted

MARGIN = 0.03
QUARTERS = [months_later(LAST, -3 * back) for back in reversed(range(8))]
MIX = next(case for case in CASES if case.moves)


def offering(
    n: int, people: int, share: float, cohort: str = "1", **values: str
) -> Offering:
    """Return a cohort of the n-th quarter."""
    return Offering(
        "P",
        values.get("mode", "async"),
        people,
        round(people * share),
        cohort_id=f"{n}-{cohort}",
        segment=values.get("segment", "all"),
        quarter=QUARTERS[n],
    )


def year_on_year(then: float, now: float, people: int = 200) -> list[Offering]:
    """Return two years of a programme, one cohort a quarter."""
    return [offering(n, people, then if n < 4 else now) for n in range(8)]


def only(offered: list[Offering]) -> dict[str, Any]:
    (row,) = changes_at(cells(offered), FINISHED, LAST, THRESHOLDS, MARGIN)
    return row


def test_a_clear_fall_is_stated_with_its_interval_and_limits():
    row = only(year_on_year(0.8, 0.6))
    assert row["change_state"] == "fell"
    assert (row["value_before"], row["value"]) == (0.8, 0.6)
    assert row["standardised_change"] == pytest.approx(-0.2)
    assert row["ci_low"] < -0.2 < row["ci_high"] < -MARGIN
    # Cohorts agree exactly: the scatter is that of chance between people.
    limits = control_limits(640, 800, 800)
    assert (row["limit_low"], row["limit_high"]) == pytest.approx(
        (limits.low, limits.high)
    )
    assert (row["cohort_count"], row["cohort_count_before"]) == (4, 4)
    assert row["standardised_to"] == "mode"


def test_a_rise_is_stated_and_a_small_change_is_not():
    assert only(year_on_year(0.6, 0.8))["change_state"] == "rose"
    assert only(year_on_year(0.8, 0.79))["change_state"] == "as_before"


def test_a_fall_of_less_than_the_margin_is_none_however_certain():
    assert only(year_on_year(0.8, 0.775, people=40_000))["change_state"] == "as_before"
    assert only(year_on_year(0.8, 0.765, people=40_000))["change_state"] == "fell"


def test_a_programme_that_moves_to_a_mode_with_lower_rates_has_not_fallen():
    offered = []
    for n in range(8):
        live, self_paced = (100, 300) if n < 4 else (300, 100)
        offered += [offering(n, live, 0.5, "a", mode="sync")]
        offered += [offering(n, self_paced, 0.9, "b")]
    row = only(offered)
    assert row["value"] - row["value_before"] == pytest.approx(-0.2)
    assert row["standardised_change"] == pytest.approx(0.0, abs=1e-9)
    assert row["change_state"] == "as_before"


def test_a_programme_that_gets_other_people_has_not_fallen():
    offered = []
    for n in range(8):
        old, new = (300, 100) if n < 4 else (100, 300)
        offered += [offering(n, old, 0.9, segment="old")]
        offered += [offering(n, new, 0.5, segment="new")]
    row = only(offered)
    assert row["value"] - row["value_before"] == pytest.approx(-0.2)
    assert abs(row["standardised_change"]) < MARGIN / 2  # effects are shrunk a little
    assert row["change_state"] == "as_before"
    assert row["standardised_to"] == "mode_and_people"


@pytest.mark.parametrize(
    "offered",
    [
        year_on_year(0.8, 0.4, people=2),
        year_on_year(0.8, 0.4)[1:],
        year_on_year(0.8, 0.4)[:5],
    ],
    ids=["8 people a year", "no full year before", "one cohort now"],
)
def test_too_little_data_has_no_numbers(offered: list[Offering]):
    row = only(offered)
    assert row["change_state"] == "too_little_data"
    assert (row["standardised_change"], row["limit_low"]) == (None, None)


@pytest.mark.parametrize(("people", "is_judged"), [(2, False), (3, True)])
def test_a_year_needs_as_many_people_as_may_be_shown(people: int, is_judged: bool):
    row = only(year_on_year(0.8, 0.8, people=people))  # 8 or 12 a year, of 10
    assert (row["change_state"] != "too_little_data") == is_judged


def test_a_programme_that_changed_its_mode_altogether_is_not_judged():
    offered = [
        offering(n, 200, 0.5, mode="async" if n < 4 else "sync") for n in range(8)
    ]
    assert only(offered)["change_state"] == "too_little_data"


def test_cohorts_that_differ_widen_the_interval_and_the_limits():
    def scattered(gap: float) -> list[Offering]:
        return [
            offering(n, 200, 0.7 + gap * (-1) ** number, str(number))
            for n in range(8)
            for number in range(2)
        ]

    narrow, wide = only(scattered(0.0)), only(scattered(0.2))
    for low, high in (("ci_low", "ci_high"), ("limit_low", "limit_high")):
        assert wide[high] - wide[low] > 1.5 * (narrow[high] - narrow[low])


def test_the_scatter_of_cohorts_is_found_without_bias():
    frame = invented(Case("", cohort_sd=0.3), 600, seed=5)
    groups = with_variances(grouped(frame.with_columns(pl.lit("now").alias("era"))))
    found = (groups["between"] * groups["people"]).sum() / groups["people"].sum()
    # A rate p moves by p (1 - p) for each unit of log odds; p varies about 0.57.
    assert found == pytest.approx((0.3 * 0.235) ** 2, rel=0.2)


def test_falls_are_rarely_reported_where_nothing_changed():
    for case in (CASES[0], CASES[3], MIX):
        reported_now, _yearly = reported(case, 400, THRESHOLDS)
        assert reported_now <= 0.005


def test_yearly_rates_report_falls_that_only_the_mix_made():
    _now, yearly = reported(MIX, 400, THRESHOLDS)
    assert yearly > 0.1


def test_a_large_fall_is_reported():
    reported_now, _yearly = reported(CASES[-1], 400, THRESHOLDS)
    assert reported_now > 0.9


def test_only_watched_kpis_have_changes_and_each_of_the_last_quarters_has_one():
    evidence = planted(3).evidence
    unwatched = {"completion_rate": replace(FINISHED, is_watched=False)}
    watched = {"completion_rate": FINISHED}
    assert programme_changes(replace(evidence, kpis=unwatched), THRESHOLDS, 0.03) == []
    rows = programme_changes(replace(evidence, kpis=watched), THRESHOLDS, 0.03)
    ends = {row["period_end_date"] for row in rows}
    assert (len(ends), max(ends)) == (8, date(2026, 9, 30))
    keys = [(row["programme_id"], row["period_end_date"]) for row in rows]
    assert len(keys) == len(set(keys))
    # Nothing changed in the sample.
    assert {row["change_state"] for row in rows} <= {"as_before", "too_little_data"}
