"""Plans of the fiscal year: what is planned for programmes, and how far it is away.

Every second programme is planned for. In turn, more is planned than its year so far
gives, less, and as much: the first must not be ahead, the second not behind.
"""

from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np

from samples.catalogue import programmes
from samples.core_evidence import finished_in_time, is_rated
from samples.evidence import Evidence
from samples.plan import FISCAL_YEAR_START_MONTH, Plan
from samples.simulation import Simulation
from samples.table_rows import Row

PLANNED = 2  # every second programme
AWAY = 0.25  # of a share: far enough to be clear from about fifty enrolments on
KINDS = {"behind": AWAY, "ahead": -AWAY, "on_plan": 0.0}
LEAST, MOST = 0.05, 0.98
OF_ALL = {"attendance_rate": 0.8, "withdrawal_rate": 0.05}


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return the plans of the fiscal year of the last whole quarter."""
    found = planted_plans(plan, made)
    year = found["fiscal_year"]
    rows: list[Row] = [
        {
            "kpi_id": "completion_rate",
            "fiscal_year": year,
            "programme_id": programme_id,
            "planned_value": each["planned"],
        }
        for programme_id, each in found["programmes"].items()
    ]
    rows.append(
        {
            "kpi_id": "completion_rate",
            "fiscal_year": year,
            "planned_value": found["organisation"]["planned"],
            "planned_enrolments": found["organisation"]["planned_enrolments"],
        }
    )
    rows += [
        {"kpi_id": kpi_id, "fiscal_year": year, "planned_value": value}
        for kpi_id, value in OF_ALL.items()
    ]
    return Evidence({"plans": rows})


def planted_plans(plan: Plan, made: Simulation) -> dict[str, Any]:
    """Return what is planned, and on which side of the plan the year so far is.

    Returns:
        fiscal_year; programmes by id, each with `planned`, `side` (behind, ahead or
        on_plan), and `finished` of `rated` enrolments of the year so far; and the same
        of the organisation, which is planned to do as it did.
    """
    start = fiscal_year_start(plan.quarter_starts[-2])
    begins = int(datetime.combine(start, time.min, UTC).timestamp())
    over = made.enrolments.anchor + made.enrolments.horizon
    rated = is_rated(plan, made) & (over >= begins)
    finished = rated & finished_in_time(made)
    of_programmes: dict[str, dict[str, Any]] = {}
    planned_for = [n for n in range(len(programmes())) if n % PLANNED == 0]
    for place, number in enumerate(planned_for):
        own = made.enrolments.programme == number
        base = int(rated[own].sum())
        if not base:
            continue
        side = list(KINDS)[place % len(KINDS)]
        share = float(finished[own].sum()) / base
        of_programmes[programmes()[number].programme_id] = {
            "planned": _planned(share, KINDS[side]),
            "side": side,
            "finished": int(finished[own].sum()),
            "rated": base,
        }
    whole = int(rated.sum())
    return {
        "fiscal_year": start.year,
        "programmes": of_programmes,
        "organisation": {
            "planned": _planned(float(finished.sum()) / max(whole, 1), 0.0),
            "planned_enrolments": 2 * max(whole, 1),
            "side": "on_plan",
            "finished": int(finished.sum()),
            "rated": whole,
        },
    }


def fiscal_year_start(day: date) -> date:
    """Return the first day of the fiscal year of a day."""
    year = day.year if day.month >= FISCAL_YEAR_START_MONTH else day.year - 1
    return date(year, FISCAL_YEAR_START_MONTH, 1)


def _planned(share: float, away: float) -> float:
    return round(float(np.clip(share + away, LEAST, MOST)), 2)
