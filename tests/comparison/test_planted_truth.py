"""The sample organisation: what was planted is found, refused where it must be."""

from typing import Any

import polars as pl
import pytest

from comparison.run import compared
from tandem.files import Home
from tandem.settings import Settings
from tests.comparison.planted import Planted, planted

CLEAR = {"difference", "ok_restricted"}


@pytest.fixture(scope="module", params=[3, 11])
def found(request, tmp_path_factory) -> tuple[Planted, list[dict[str, Any]]]:
    happened = planted(request.param)
    settings = Settings.load(Home(tmp_path_factory.mktemp("planted")))
    return happened, compared(happened.evidence, settings)


def test_no_clear_difference_has_the_wrong_sign(found):
    happened, rows = found
    clear = [row for row in rows if row["verdict"] in CLEAR]
    assert len(clear) >= 8
    for row in clear:
        points = happened.points(row["mode_a"], row["mode_b"], row["outcome_category"])
        assert points is not None, row["sentence"]
        assert points * row["adjusted_difference"] > 0, row["sentence"]


def test_the_planted_reversal_is_seen_over_a_year_and_clear_over_two(found):
    _happened, rows = found
    pair = {"outcome_category": "all", "mode_a": "sync", "mode_b": "async"}
    year, two = (
        row
        for quarters in (4, 8)
        for row in rows
        if row["trailing_quarters"] == quarters
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


def test_likely_ranges_hold_what_was_planted(found):
    happened, rows = found
    told = [row for row in rows if row["ci_low"] is not None]
    held = [
        row["ci_low"] <= points <= row["ci_high"]
        for row in told
        if (
            points := happened.points(
                row["mode_a"], row["mode_b"], row["outcome_category"]
            )
        )
        is not None
    ]
    assert sum(held) / len(held) >= 0.9
