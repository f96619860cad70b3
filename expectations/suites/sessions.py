"""Is every live session counted once, or do sessions of one room or title overlap?"""

from typing import Any

import great_expectations.expectations as gxe

TABLE = "session_profile"
KEYS = ("source",)


def expectations(thresholds: dict[str, Any]) -> list[gxe.Expectation]:
    """Return what is expected of the live sessions of every source."""
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column="overlapping_session_share",
            max_value=thresholds["expect_overlapping_session_share"],
            meta={
                "name": "sessions_do_not_overlap",
                "observed": "{observed:.1%} of live sessions overlap with another one "
                "of the same room or title",
                "wanted": "at most {wanted:.1%}",
            },
        )
    ]
