"""Planted differences are found; comparisons without support are refused."""

from typing import Any

import polars as pl
import pytest

from comparison.run import comparison_rows
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.comparison.planted import Planted, planted

CLEAR = {"difference", "ok_restricted"}


@pytest.fixture(scope="module", params=[3, 11])
def found(request, tmp_path_factory) -> tuple[Planted, list[dict[str, Any]]]:
    happened = planted(request.param)
    settings = Settings.load(Home(tmp_path_factory.mktemp("planted")))
    return happened, comparison_rows(happened.evidence, settings)


def test_every_clear_difference_has_the_planted_sign(found):
    happened, rows = found
    clear = [row for row in rows if row["verdict"] in CLEAR]
    assert len(clear) >= 8
    for row in clear:
        points = happened.points(row["mode_a"], row["mode_b"], row["outcome_category"])
        assert points is not None, row["sentence"]
        assert points * row["adjusted_difference"] > 0, row["sentence"]


def test_the_planted_reversal_is_flagged_over_one_year_and_clear_over_two(found):
    _happened, rows = found
    pair = {"outcome_category": "all", "mode_a": "sync", "mode_b": "async"}
    newest = max(row["period_end_date"] for row in rows)
    year, two = (
        row
        for quarters in (4, 8)
        for row in rows
        if row["trailing_quarters"] == quarters
        and row["period_end_date"] == newest
        and all(row[name] == value for name, value in pair.items())
    )
    assert year["crude_difference"] > 0 > year["adjusted_difference"]
    assert year["is_direction_flipped"]
    assert two["crude_difference"] > 0 > two["adjusted_difference"]
    assert (two["is_direction_flipped"], two["verdict"]) == (True, "difference")
    assert two["sentence"].startswith("The direction reverses: as it happened, Live")


def test_categories_that_cannot_be_compared_are_refused_for_the_right_reason(found):
    _happened, rows = found
    verdicts = (
        pl.DataFrame(rows)
        .filter(pl.col("trailing_quarters") == 8)
        .group_by("outcome_category")
        .agg(pl.col("verdict").unique())
    )
    by_category = {row[0]: row[1] for row in verdicts.rows()}
    assert by_category["cohort_identity"] == ["not_comparable_no_overlap"]
    assert by_category["microlearning"] == ["not_comparable_no_overlap"]
    assert by_category["cohort_credential"] == ["not_comparable_definition"]
    assert by_category["reference"] == ["insufficient_programmes"]


def test_likely_ranges_contain_the_planted_difference(found):
    happened, rows = found
    estimated = [row for row in rows if row["ci_low"] is not None]
    covered = [
        row["ci_low"] <= points <= row["ci_high"]
        for row in estimated
        if (
            points := happened.points(
                row["mode_a"], row["mode_b"], row["outcome_category"]
            )
        )
        is not None
    ]
    assert sum(covered) / len(covered) >= 0.9
