"""Which records are incomplete, contradict themselves or repeat others, and how many?

All of them are reported. Three kinds have a limit, above which a reader is wrong rather
than a record; the others are the way that some sources are.
"""

from typing import Any

import great_expectations.expectations as gxe
import polars as pl

TABLE = "record_profile"
KEYS = ("finding",)

WORDS = {
    "withdrawn_undated": "withdrawn enrolments have no day of withdrawal",
    "withdrawal_of_others": "other enrolments have a day of withdrawal",
    "enrolment_undated": "enrolments have no date",
    "enrolment_dated_by_cohort": (
        "enrolments have no date of their own, and count from their cohort's first day"
    ),
    "earlier_attempts": "enrolments follow earlier attempts",
    "several_enrolments": "learners have more than one enrolment",
    "result_unscored": "results have no score",
    "result_carried_over": "results are carried over from an earlier enrolment",
}


def expectations(thresholds: dict[str, Any]) -> list[gxe.Expectation]:
    """Return what is expected of every kind of record with a limit."""
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column="limited_share",
            max_value=thresholds["expect_faulty_record_share"],
            meta={
                "name": "records_complete",
                "observed": "{observed:.1%} of the records that it concerns",
                "wanted": "at most {wanted:.1%}",
            },
        )
    ]


def report(profile: pl.DataFrame) -> tuple[str, ...]:
    """Return a line for each kind of record that there is any of.

    Args:
        profile: finding, record_count and total_count.
    """
    rows = profile.filter(pl.col("record_count") > 0).sort("finding")
    return tuple(
        f"{row['record_count']:,} of {row['total_count']:,} {WORDS[row['finding']]}"
        for row in rows.iter_rows(named=True)
    )
