"""What was drawn, as KPIs of blended designs ask for it. Moments are UTC seconds."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from samples.absences import is_excused
from samples.activities import Activity
from samples.attendance import ATTENDED, NO_SHOW
from samples.catalogue import MODES, Programme, programmes
from samples.cohorts import Cohort, Session
from samples.events import CODE
from samples.failed_launches import failed_launches
from samples.learning_sessions import recorded_events, recorded_visits
from samples.plan import Plan
from samples.simulation import Simulation
from samples.watermarks import activity_known_until

ENDINGS = ("completed", "passed", "video_completed")


@dataclass(frozen=True)
class Use:
    """First use of an activity, and when it was finished, if at all."""

    started: float
    finished: float | None


@dataclass(frozen=True)
class Attendance:
    """One expected learner of one held session."""

    enrolment: int
    session: Session
    is_attended: bool
    ordinal: int  # of the session among those held of its cohort

    @property
    def starts(self) -> int:
        """From when it counts: the plan, or later if the room opened later."""
        return max(self.session.starts, self.session.actual_starts)

    @property
    def ends(self) -> int:
        """Until when it counts: the plan, or earlier if the room closed earlier."""
        return min(self.session.ends, self.session.actual_ends)


class BlendedBase:
    """Enrolments with their uses, attendances and cohorts."""

    def __init__(self, plan: Plan, made: Simulation) -> None:
        self._plan = plan
        self.made = made
        self.mode = made.enrolments.mode

    def cohort(self, enrolment: int) -> Cohort:
        """Return the cohort of an enrolment."""
        return self.made.cohorts[self.made.enrolments.cohort[enrolment]]

    def programme(self, enrolment: int) -> Programme:
        """Return the programme of an enrolment."""
        return programmes()[self.made.enrolments.programme[enrolment]]

    def is_hybrid(self, enrolment: int) -> bool:
        """Whether an enrolment is in a blended cohort."""
        return MODES[self.mode[enrolment]] == "hybrid"

    def pattern(self, enrolment: int) -> str:
        """Return the pattern of the programme of an enrolment."""
        return self.programme(enrolment).category.hybrid_pattern

    @cached_property
    def own_activities(self) -> dict[tuple[str, str], list[int]]:
        """Indices of activities by programme and role."""
        found: dict[tuple[str, str], list[int]] = {}
        for at, activity in enumerate(self.made.activities):
            found.setdefault(_key(activity), []).append(at)
        return found

    def activities(self, enrolment: int, role: str) -> list[int]:
        """Return the activities of a role in the programme of an enrolment."""
        key = (self.programme(enrolment).programme_id, role)
        return self.own_activities.get(key, [])

    @cached_property
    def uses(self) -> dict[tuple[int, int], Use]:
        """The use of each activity by each enrolment that turned to it."""
        rows = self.made.events.filter(
            (pl.col("visit") >= 0) & (pl.col("kind") != CODE["experienced"])
        ).select("enrolment", "activity", "kind", "at")
        visits = recorded_visits(recorded_events(self._plan, self.made))
        failed, _statements = failed_launches(self._plan, self.made, visits)
        launches = failed.select(
            "enrolment",
            "activity",
            kind=pl.lit(CODE["launched"], dtype=pl.Int16),
            at="at",
        )
        ends = pl.col("kind").is_in([CODE[kind] for kind in ENDINGS])
        found = (
            pl.concat([rows, launches])
            .group_by("enrolment", "activity")
            .agg(started=pl.col("at").min(), finished=pl.col("at").filter(ends).min())
        )
        return {
            (enrolment, activity): Use(
                started / 1_000, finished / 1_000 if finished is not None else None
            )
            for enrolment, activity, started, finished in found.iter_rows()
        }

    def used(self, enrolment: int, role: str) -> list[Use | None]:
        """Return the uses of all activities of a role, None where there was none."""
        own = self.activities(enrolment, role)
        return [self.uses.get((enrolment, at)) for at in own]

    @cached_property
    def _is_reported(self) -> np.ndarray:
        """Whether the file of a session names the learner; else it shows nobody."""
        enrolments = self.made.enrolments
        return ~enrolments.is_unmatched[self.made.attendance.enrolment]

    @cached_property
    def attendances(self) -> list[Attendance]:
        """All expected attendances without excuse, a learner's in order of time."""
        made = self.made
        ordinal: dict[int, int] = {}
        of_cohort: dict[int, int] = {}
        for number, (cohort, _session) in enumerate(made.held):
            ordinal[number] = of_cohort.get(cohort, 0)
            of_cohort[cohort] = ordinal[number] + 1
        attended = self._is_reported & (made.attendance.status == ATTENDED)
        rows = zip(
            made.attendance.enrolment.tolist(),
            made.attendance.session.tolist(),
            attended.tolist(),
            is_excused(
                self._plan, made.cohorts, made.enrolments, made.attendance
            ).tolist(),
            strict=True,
        )
        return [
            Attendance(enrolment, made.held[at][1], is_attended, ordinal[at])
            for enrolment, at, is_attended, has_excuse in rows
            if not has_excuse
        ]

    @cached_property
    def attended(self) -> dict[int, list[Attendance]]:
        """The sessions that each enrolment attended."""
        found: dict[int, list[Attendance]] = {}
        for row in self.attendances:
            if row.is_attended:
                found.setdefault(row.enrolment, []).append(row)
        return found

    @cached_property
    def known_until(self) -> np.ndarray:
        """Up to when all activity of each enrolment's programme is known."""
        until = activity_known_until(self._plan, self.made)
        return until[self.made.enrolments.programme]

    @cached_property
    def is_rated(self) -> np.ndarray:
        """Whether the time of each enrolment is over and it was not waived."""
        enrolments = self.made.enrolments
        is_over = enrolments.anchor + enrolments.horizon <= self.known_until
        return is_over & (self.made.outcomes.waived_at < 0)

    @cached_property
    def is_started(self) -> np.ndarray:
        """Whether there is anything that a learner did."""
        found = np.zeros(len(self.mode), dtype=bool)
        found[[enrolment for enrolment, _activity in self.uses]] = True
        came = self._is_reported & (self.made.attendance.status != NO_SHOW)
        found[self.made.attendance.enrolment[came]] = True
        return found

    def is_running(self, enrolment: int, moment: float) -> bool:
        """Whether an enrolment was neither waived nor withdrawn at a moment."""
        outcomes, enrolments = self.made.outcomes, self.made.enrolments
        gone = outcomes.withdrawn_at[enrolment]
        return bool(
            outcomes.waived_at[enrolment] < 0
            and (gone < 0 or gone > moment)
            and enrolments.enrolled_at[enrolment] <= moment
        )


def _key(activity: Activity) -> tuple[str, str]:
    return activity.programme_id, activity.role
