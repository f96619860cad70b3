"""Does every rate change by no more than programmes do between two snapshots?"""

from typing import Any

import great_expectations.expectations as gxe

TABLE = "rate_profile"
KEYS = ("kpi_id", "delivery_mode", "period_start_date")


def expectations(thresholds: dict[str, Any]) -> list[gxe.Expectation]:
    """Return what is expected of every watched rate with a large enough base."""
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column="rate_change",
            max_value=thresholds["expect_rate_change"],
            meta={
                "name": "rate_steady",
                "observed": "moved {observed:.0%} against the last snapshot",
                "wanted": "at most {wanted:.0%}",
                "compares": True,
            },
        )
    ]
