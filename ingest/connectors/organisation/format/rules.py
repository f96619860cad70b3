"""Rules for the values of the organisation's own tables, beyond their types."""

import csv
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from ingest.storage.organisation_tables import Column, organisation_tables
from tandem.core.files import project_root
from tandem.core.seeds import seed_rows


def key_of(table: str) -> tuple[str, ...]:
    """Return the columns that tell rows apart; rows with one key must be equal."""
    if table == "sessions":
        return ("key_type", *organisation_tables()[table].key)
    return organisation_tables()[table].key


def check_row(table: str, row: dict[str, Any]) -> None:
    """Check one row by the rules of its table.

    Args:
        table: the name of the table.
        row: the typed values by the columns' names in a file.

    Raises:
        ValueError: a value is not allowed; the message names the column, the reason
            and the allowed values.
    """
    declared = organisation_tables()[table]
    for column in declared.columns:
        value = row.get(column.name)
        if value is not None:
            _check_allowed(column, value)
            _check_bounds(column, value)
    for first, last in declared.spans:
        begins, ends = row.get(first), row.get(last)
        if begins and ends and _is_before(ends, begins):
            raise ValueError(f"column {last}: it is before {first}")
    if declared.needs_one_of and all(
        row.get(name) is None for name in declared.needs_one_of
    ):
        raise ValueError(
            f"columns {', '.join(declared.needs_one_of)}: fill one of them"
        )
    if table == "plans":
        _check_planned_share(row)


def _check_planned_share(row: dict[str, Any]) -> None:
    """Refuse a plan of a share that is no share: 85 would be read as 8500 %.

    Only a share counts enrolments: those of any other KPI cannot be planned.
    """
    planned, kpi_id = row.get("planned_value"), row.get("kpi_id")
    for name in ("planned_completions", "planned_enrolments"):
        if row.get(name) is not None and kpi_id and kpi_id not in _shares():
            raise ValueError(
                f"column {name}: {kpi_id} is no share of enrolments: plan its value"
            )
    if planned is not None and kpi_id in _shares() and not 0 <= planned <= 1:
        raise ValueError(
            f"column planned_value: {planned:g} is no share between 0 and 1, which "
            f"{kpi_id} is: write 0.85 for 85 %"
        )


@lru_cache(maxsize=1)
def _shares() -> frozenset[str]:
    return frozenset(
        row["kpi_id"] for row in seed_rows("kpis") if row["unit"] == "share"
    )


def _is_before(first: date, second: date) -> bool:
    """Return whether a moment or day is before another; a day is all of that day."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first < second
    return _day(first) < _day(second)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def allowed_values(column: Column) -> tuple[str, ...]:
    """Return the values that a column may have; none listed: any."""
    return _first_column(column.allowed_in) if column.allowed_in else column.allowed


@lru_cache
def _first_column(seed: str) -> tuple[str, ...]:
    path = project_root() / "seeds" / f"{seed}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(row[0] for row in list(csv.reader(file))[1:])


def _check_allowed(column: Column, value: object) -> None:
    allowed = allowed_values(column)
    if allowed and value not in allowed:
        raise ValueError(
            f"column {column.name}: {value!r} is not one of {', '.join(allowed)}"
        )


def _check_bounds(column: Column, value: float) -> None:
    if column.above is not None and not column.above < value <= (column.maximum or 1):
        raise ValueError(
            f"column {column.name}: {value:g} is no share between 0 and 1, e.g. 0.75"
        )
    if column.minimum is not None and value < column.minimum:
        raise ValueError(
            f"column {column.name}: {value:g} is less than {column.minimum:g}"
        )
    if column.maximum is not None and value > column.maximum:
        raise ValueError(
            f"column {column.name}: {value:g} is more than {column.maximum:g}"
        )
