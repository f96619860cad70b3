"""The tables of the schema compared that stand beside the comparison of modes."""

from datetime import timedelta
from typing import Any

from comparison.benchmarks import programme_benchmarks
from comparison.changes import programme_changes
from comparison.placebo import placebo_results
from comparison.reading import Evidence, current_thresholds
from comparison.timing import cohorts_of
from comparison.windows import Window, last_complete, months_later
from tandem.core.settings import Settings

YEAR = 4  # quarters


def further_tables(
    evidence: Evidence, settings: Settings
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table by its name.

    Args:
        evidence: the marts.
        settings: thresholds.
    """
    thresholds = current_thresholds(settings)
    margin = float(settings.vars["margin"])
    found = {
        "fct_programme_changes": programme_changes(evidence, thresholds, margin),
        "fct_programme_benchmarks": [],
        "fct_placebo_results": [],
    }
    year = _last_year(evidence)
    if year is None:
        return found
    cohorts = cohorts_of(evidence.life_table)
    found["fct_programme_benchmarks"] = programme_benchmarks(
        evidence, cohorts, year, thresholds
    )
    found["fct_placebo_results"] = placebo_results(evidence, year, thresholds)
    return found


def _last_year(evidence: Evidence) -> Window | None:
    """Return the four quarters that end with the last complete one."""
    quarters = evidence.cells["period_start_date"].drop_nulls().unique().to_list()
    if evidence.known_until is None:
        return None
    last = last_complete(quarters, evidence.known_until)
    if last is None:
        return None
    end = months_later(last, 3) - timedelta(days=1)
    return Window(months_later(last, -3 * (YEAR - 1)), end, YEAR)
