"""Pilots of a warehouse: those that could be run, and those that are kept."""

from datetime import date
from typing import Any

import duckdb

from comparison.pilot_proposals import Defaults, proposals
from comparison.pilots import PilotPlan
from comparison.reading import current_thresholds, read_evidence
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home
from tandem.core.settings import Settings

COMPARISONS = """
select
    kpi_id, outcome_category, period_end_date, trailing_quarters, mode_a, mode_b,
    verdict
from compared.fct_mode_comparisons
order by all
"""
PILOTS = "select plan_id, status, sentence from compared.fct_pilots order by plan_id"


def propose(home: Home, settings: Settings, after: date) -> list[PilotPlan]:
    """Return the pilots that the warehouse's comparisons call for.

    Args:
        home: whose warehouse.
        settings: thresholds and defaults.
        after: pilots start in a quarter that begins after this day, and after the last
            day that the data cover.

    Raises:
        WarehouseProblem: there is no warehouse, or nothing was compared in it yet.
    """
    evidence = read_evidence(home)
    rows = _rows(home, COMPARISONS)
    if evidence.known_until is None:
        return []
    return proposals(
        evidence,
        rows,
        current_thresholds(settings),
        Defaults.of(settings.vars),
        max(after, evidence.known_until),
    )


def standing(home: Home) -> dict[str, tuple[str, str]]:
    """Return status and sentence of each plan that was compared, by plan_id.

    Raises:
        WarehouseProblem: nothing was compared yet.
    """
    found = _rows(home, PILOTS)
    return {row["plan_id"]: (row["status"], row["sentence"]) for row in found}


def _rows(home: Home, query: str) -> list[dict[str, Any]]:
    next_step = "run `tandem compare`"
    if not home.warehouse.exists():
        raise WarehouseProblem("there is no warehouse", str(home.warehouse), next_step)
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            return connection.sql(query).pl().to_dicts()
    except duckdb.CatalogException as error:
        raise WarehouseProblem(
            "nothing was compared yet", str(home.warehouse), next_step
        ) from error
