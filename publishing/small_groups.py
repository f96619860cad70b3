"""The last check before tables are written: no count of people below k."""

import polars as pl

from publishing.comparisons import ARMS, LEFT_OUT, LEFT_OUT_REASONS
from publishing.database_files import Tables
from tandem.core.errors import NotPublished

COUNTS_OF_PEOPLE = {
    "kpi_cells": ("learner_count",),
    "programmes": ("enrolment_count",),
    "mode_mix": ("enrolment_count",),
    "plan_status": ("learner_count",),
    "programme_cohorts": ("learner_count",),
    "break_even": ("enrolment_count_a", "enrolment_count_b"),
    "life_curves": ("at_risk",),
    "blended_steps": ("enrolment_count",),
    "programme_steps": ("enrolment_count",),
    "programme_funnels": ("enrolment_count",),
    "prework_attendance": ("seat_count",),
}
# A delivery mode without people has an arm of 0, which identifies nobody.
COUNTS_OR_NOBODY = {
    "kpi_waterfall": ("row_count",),
    "mode_comparisons": (*ARMS, LEFT_OUT, *LEFT_OUT_REASONS),
}


def check_small_groups(tables: Tables, k: int) -> None:
    """Refuse tables that show a count of people below k, whichever code made them.

    Raises:
        NotPublished: a table shows such a count.
    """
    for name, columns in (*COUNTS_OF_PEOPLE.items(), *COUNTS_OR_NOBODY.items()):
        least = 1 if name in COUNTS_OR_NOBODY else 0
        for column in columns:
            small = tables[name].filter(pl.col(column).is_between(least, k - 1)).height
            if small:
                raise NotPublished(
                    f"privacy_small_groups: {small} counts below {k}",
                    f"pub.{name}.{column}",
                    "this is a defect and cannot be accepted",
                )
