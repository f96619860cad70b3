"""Rules for the values of the organisation's own tables, beyond their types."""

import csv
from functools import lru_cache
from typing import Any

from tandem.core.files import project_root

MODES = ("sync", "async", "hybrid")
ALLOWED: dict[tuple[str, str], tuple[str, ...]] = {
    ("programmes", "default_delivery_mode"): MODES,
    ("programmes", "completion_class"): (
        "attendance",
        "content",
        "assessment",
        "certificate",
    ),
    ("programmes", "legal_basis"): (
        "contract",
        "legitimate_interest",
        "legal_obligation",
        "consent",
        "none",
    ),
    ("cohorts", "delivery_mode"): MODES,
    ("phases", "delivery_mode"): MODES,
    ("activities", "role"): (
        "programme",
        "unit",
        "pre_work",
        "follow_up",
        "recording",
        "assessment",
        "final_assessment",
        "practice",
    ),
    ("enrolments", "role"): ("learner", "facilitator", "assistant"),
}
# Keys of each table: rows with the same key and different values are contradictions.
KEYS = {
    "programmes": ("programme_id",),
    "cohorts": ("cohort_id", "valid_from"),
    "phases": ("programme_id", "cohort_id", "phase_no"),
    "activities": ("activity_id", "programme_id", "cohort_id"),
    "people": ("actor", "valid_from"),
    "sessions": ("key_type", "join_key", "cohort_id"),
}
# Start and end columns: a row that ends before it begins is rejected.
SPANS = {
    "cohorts": (("starts_at", "ends_at"),),
    "phases": (("starts_at", "ends_at"),),
    "enrolments": (("enrolled_at", "withdrawn_at"), ("enrolled_at", "ends_at")),
    "people": (("hired_on", "left_at"),),
}
MINIMUM = {
    "phase_no": 1,
    "horizon_days": 1,
    "capacity": 1,
    "hours": 0,
    "weight": 0,
    "amortised_months": 1,
}


@lru_cache(maxsize=1)
def _from_seeds() -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        ("programmes", "outcome_category"): _seed("outcome_categories"),
        ("programmes", "hybrid_pattern"): _seed("hybrid_patterns"),
    }


def _seed(name: str) -> tuple[str, ...]:
    path = project_root() / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row[0] for row in list(csv.reader(file))[1:])


def check_row(table: str, row: dict[str, Any]) -> None:
    """Check one row by the rules of its table.

    Raises:
        ValueError: a value is not allowed; the message names the column, the reason
            and the allowed values.
    """
    for column, value in row.items():
        if value is None:
            continue
        key = (table, column)
        allowed = ALLOWED.get(key) or _from_seeds().get(key)
        if allowed and value not in allowed:
            raise ValueError(
                f"column {column}: {value!r} is not one of {', '.join(allowed)}"
            )
        if column in MINIMUM and value < MINIMUM[column]:
            raise ValueError(f"column {column}: {value} is less than {MINIMUM[column]}")
        if column == "attendance_threshold" and not 0 < value <= 1:
            raise ValueError(
                f"column {column}: {value:g} is no share between 0 and 1, e.g. 0.75"
            )
    _check_order(table, row)


def _check_order(table: str, row: dict[str, Any]) -> None:
    for first, last in SPANS.get(table, ()):
        begins, ends = row.get(first), row.get(last)
        if begins and ends and ends < begins:
            raise ValueError(f"column {last}: it is before {first}")
