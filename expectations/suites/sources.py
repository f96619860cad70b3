"""Does each source deliver as usual, and are its statements usable?"""

from typing import Any

import great_expectations.expectations as gxe

TABLE = "source_profile"
KEYS = ("source",)

# column -> (expectation, var of its limit, words for the share)
SHARES = {
    "undated_share": (
        "statements_dated",
        "expect_undated_share",
        "of statements carry no time",
    ),
    "future_share": (
        "statements_not_in_future",
        "expect_future_share",
        "of statements are dated after they were landed",
    ),
    "rejected_share": (
        "statements_accepted",
        "expect_rejected_share",
        "of statements were rejected",
    ),
    "unmatched_share": (
        "people_matched",
        "expect_unmatched_share",
        "of people are unknown to the organisation",
    ),
}


def expectations(thresholds: dict[str, Any]) -> list[gxe.Expectation]:
    """Return what is expected of every source."""
    silence = gxe.ExpectColumnValuesToBeBetween(
        column="silent_gaps",
        max_value=thresholds["expect_silent_gaps"],
        meta={
            "name": "source_not_silent",
            "observed": "silent for {observed:.1f} times its usual gap",
            "wanted": "at most {wanted:g} times",
        },
    )
    volume = gxe.ExpectColumnValuesToBeBetween(
        column="statement_count_ratio",
        min_value=thresholds["expect_volume_ratio"],
        meta={
            "name": "source_volume",
            "observed": "{observed:.0%} of the statements of the last snapshot",
            "wanted": "at least {wanted:.0%}",
            "compares": True,
        },
    )
    shares = [
        gxe.ExpectColumnValuesToBeBetween(
            column=column,
            max_value=thresholds[limit],
            meta={
                "name": name,
                "observed": "{observed:.1%} " + words,
                "wanted": "at most {wanted:.1%}",
            },
        )
        for column, (name, limit, words) in SHARES.items()
    ]
    return [silence, volume, *shares]
