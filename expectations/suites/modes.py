"""Is every delivery mode still present, and do its enrolments have dates?"""

from typing import Any

import great_expectations.expectations as gxe

TABLE = "mode_profile"
KEYS = ("delivery_mode",)


def expectations(thresholds: dict[str, Any]) -> list[gxe.Expectation]:
    """Return what is expected of every delivery mode."""
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column="enrolment_count_ratio",
            min_value=thresholds["expect_mode_ratio"],
            meta={
                "name": "mode_not_vanished",
                "observed": "{observed:.0%} of the enrolments of the last snapshot",
                "wanted": "at least {wanted:.0%}",
                "compares": True,
            },
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="undated_share",
            max_value=thresholds["expect_enrolled_at_null_share"],
            meta={
                "name": "enrolments_dated",
                "observed": "{observed:.1%} of enrolments have no date",
                "wanted": "at most {wanted:.1%}",
            },
        ),
    ]
