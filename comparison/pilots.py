"""Pilots: what would answer a comparison that could not be made, kept in advance.

A plan is a proposal that a person has kept before the data arrived. It says which
programmes to run in both modes, in how many cohorts of how many people, from when to
when, and which difference that can detect. Modes are given to the cohorts of each
programme at random, as many to each. It names one KPI; its verdict is on that alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

import numpy as np

from tandem.core.errors import WarehouseProblem

FORMAT = 1  # of a kept plan; a change of its fields or of what they mean is another


@dataclass(frozen=True)
class PilotPlan:
    """A randomised pilot of one KPI.

    Attributes:
        plan_id: names the question and the start.
        kpi_id, outcome_category, mode_a, mode_b: the question.
        because: the verdict that could not be given.
        design: "paired": programmes are the units; "cohorts": cohorts of a few
            programmes are.
        programmes: that run in both modes.
        cohorts_per_mode: of each programme.
        people_per_cohort: that each cohort should have, at least.
        first_start, last_start: days between which all cohorts start.
        answer_date: from which on the data answer, if sources deliver in time.
        detectable: the difference that the pilot detects with a power of 80 %.
        is_scatter_seen: whether that follows from scatter seen in the data.
        margin: largest difference that changes no decision, in the KPI's unit.
        known_until: last day that the data covered when the plan was made.
        seed: of the random assignment.
        assignments: programme_id, number of its cohort in order of start, mode.
    """

    plan_id: str
    kpi_id: str
    outcome_category: str
    mode_a: str
    mode_b: str
    because: str
    design: str
    programmes: tuple[str, ...]
    cohorts_per_mode: int
    people_per_cohort: int
    first_start: date
    last_start: date
    answer_date: date
    detectable: float
    is_scatter_seen: bool
    margin: float
    known_until: date
    seed: int
    assignments: tuple[tuple[str, int, str], ...]

    @property
    def question(self) -> tuple[str, str, str, str]:
        """What identifies the comparison that it answers."""
        return self.kpi_id, self.outcome_category, self.mode_a, self.mode_b

    def to_json(self) -> dict[str, Any]:
        """Return the plan as values that JSON has, with the version of its format."""
        return {"format": FORMAT} | {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "PilotPlan":
        """Return the plan that `to_json` wrote.

        The first plans had no version: their format is 1.

        Raises:
            WarehouseProblem: it has another format, or not the fields of this one.
        """
        written = values.get("format", 1)
        values = {name: value for name, value in values.items() if name != "format"}
        named = {field.name for field in fields(PilotPlan)}
        if written != FORMAT or set(values) != named:
            what = f"a kept pilot has the format {written!r}, and this release {FORMAT}"
            if written == FORMAT:
                what = "a kept pilot has other fields than its format"
            raise WarehouseProblem(
                what,
                str(values.get("plan_id", "journal.sqlite")),
                "use the release of Tandem that kept it, or a later one",
            )
        days = ("first_start", "last_start", "answer_date", "known_until")
        assigned = ((name, int(n), mode) for name, n, mode in values["assignments"])
        read = {
            **values,
            **{name: date.fromisoformat(values[name]) for name in days},
            "programmes": tuple(values["programmes"]),
            "assignments": tuple(assigned),
        }
        return PilotPlan(**read)


@dataclass(frozen=True)
class Overlap:
    """Two pilots that would give cohorts of the same programmes modes of their own.

    Attributes:
        other: the pilot that was kept before.
        programmes: in both.
        until: last day on which the other one's cohorts start.
    """

    other: str
    programmes: tuple[str, ...]
    until: date


def overlaps(plan: PilotPlan, kept: Sequence[PilotPlan]) -> list[Overlap]:
    """Return the kept pilots that contradict a plan.

    They start cohorts of a shared programme in the same days, and do not give each of
    them the same mode.

    Args:
        plan: a proposal.
        kept: the plans in the journal.
    """
    found = []
    for other in kept:
        apart = (
            other.last_start < plan.first_start or plan.last_start < other.first_start
        )
        shared = sorted(set(plan.programmes) & set(other.programmes))
        if apart or other.plan_id == plan.plan_id or not shared:
            continue
        mine, others = (
            {row for row in each.assignments if row[0] in shared}
            for each in (plan, other)
        )
        if mine != others:
            found.append(Overlap(other.plan_id, tuple(shared), other.last_start))
    return found


def registered(
    plans: Sequence[PilotPlan],
    question: tuple[str, str, str, str],
    period_start: date,
    period_end: date,
) -> bool:
    """Return whether a comparison was planned before its data arrived.

    Args:
        plans: those kept.
        question: KPI, outcome category, mode a and mode b.
        period_start: first day of the comparison's period.
        period_end: last day. A plan registers a comparison whose period holds the day
            on which the time of its last cohort is over.
    """
    return any(
        plan.question == question
        and period_start <= plan.answer_date - timedelta(days=1) <= period_end
        and plan.known_until < plan.first_start
        for plan in plans
    )


def assignments(
    programmes: Sequence[str], modes: tuple[str, str], cohorts: int, seed: int
) -> tuple[tuple[str, int, str], ...]:
    """Return which cohort of each programme runs in which mode, at random.

    Each programme has the same number of cohorts in both modes, so that nothing about a
    programme can favour one.

    Args:
        programmes: that run in both modes.
        modes: the two modes.
        cohorts: of each programme in each mode.
        seed: of the random numbers; the same seed gives the same list.

    Returns:
        programme_id, number of the cohort in order of start (from 1), mode.
    """
    chance = np.random.default_rng(seed)
    found = []
    for name in programmes:
        drawn = chance.permuted(np.repeat(np.array(modes), cohorts))
        found += [(name, n, str(mode)) for n, mode in enumerate(drawn, start=1)]
    return tuple(found)
