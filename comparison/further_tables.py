"""The tables of the schema compared that stand beside the comparison of modes."""

from typing import Any

from comparison.changes import programme_changes
from comparison.reading import Evidence, current_thresholds
from tandem.core.settings import Settings


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
    return {
        "fct_programme_changes": programme_changes(evidence, thresholds, margin),
    }
