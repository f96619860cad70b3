"""Pilot plans in the journal: kept by a person, judged by `tandem compare`."""

from datetime import datetime
from typing import TYPE_CHECKING

from tandem.core.files import Home

if TYPE_CHECKING:
    from comparison.pilots import PilotPlan

KIND = "pilot_plan"


def kept_plans(home: Home) -> list["PilotPlan"]:
    """Return the plans that were kept, oldest first."""
    from comparison.pilots import PilotPlan
    from tandem.core import journal

    if not home.journal.exists():
        return []
    return [
        PilotPlan.from_json(entry["payload"])
        for entry in journal.read(home.journal, KIND)
    ]


def keep(home: Home, plan: "PilotPlan", role: str, reason: str, at: datetime) -> None:
    """Append a plan to the journal.

    Args:
        home: whose journal.
        plan: a proposal.
        role: of whoever keeps it.
        reason: why it is run.
        at: when, with a time zone.
    """
    from tandem.core import journal

    entry = journal.Entry(role, KIND, plan.plan_id, plan.to_json(), reason)
    journal.append(home.journal, [entry], at)
