"""Does every KPI that was published before still have data?"""

from typing import Any

import great_expectations.expectations as gxe

TABLE = "kpi_profile"
KEYS = ("kpi_id",)


def expectations(thresholds: dict[str, Any]) -> list[gxe.Expectation]:
    """Return what is expected of every KPI."""
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column="denominator_ratio",
            min_value=thresholds["expect_volume_ratio"],
            meta={
                "name": "kpi_volume",
                "observed": "{observed:.0%} of its base in the last snapshot",
                "wanted": "at least {wanted:.0%}",
                "compares": True,
            },
        )
    ]
