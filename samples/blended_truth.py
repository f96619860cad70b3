"""What the KPIs of blended designs must be, by what was drawn."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from samples.blended_base import Attendance, BlendedBase, Use
from samples.catalogue import Programme
from samples.events import CODE
from samples.evidence import Truth, truth_by_mode
from samples.plan import DAY
from samples.roster_files import ZONE

HANDOFF, FOLLOW_UP, PULL, GRACE, NOTICE = (n * DAY for n in (14, 30, 7, 2, 2))
LIVE = {
    "leadership",
    "complex_skill",
    "cohort_identity",
    "decision_making",
    "high_stakes",
    "cohort_credential",
}
BY_LEARNERS = (
    "launched",
    "initialized",
    "terminated",
    "video_initialized",
    "video_played",
    "video_paused",
    "video_terminated",
)
Moments = Mapping[int, float]  # by enrolment
Phase = tuple[float | None, bool]  # when it was reached, whether it is met
Row = tuple[int, float, float]  # enrolment, what it adds to denominator and numerator


def truth_of(
    base: BlendedBase,
    looked_up: set[tuple[int, int]],
    posted: Moments,
    due: Moments,
) -> dict[str, Truth]:
    """Return the KPIs of blended designs.

    Args:
        base: what was drawn.
        looked_up: enrolment and start of the session after which a handbook was opened.
        posted: when an enrolment posted in its forum.
        due: when the units of an enrolment are due, where they are.
    """
    rows = {
        "handoff_rate": _handoffs(base),
        "prework_readiness": _readiness(base),
        "postwork_completion": _follow_ups(base),
        "sequence_completion": _sequences(base),
        "milestone_adherence": _adherence(base),
        "milestone_pull": _pulls(base),
        "reference_use_between": _references(base, looked_up),
        "community_participation": _communities(base, posted),
        "design_fidelity": _fidelity(base),
        "phase_survival": _survival(base),
        "on_pace_share": [*_live_milestones(base), *_due_units(base, due)],
    }
    return {kpi_id: _summed(base, found) for kpi_id, found in rows.items()}


def _summed(base: BlendedBase, rows: Iterable[Row]) -> Truth:
    columns = np.array(list(rows), dtype=float).reshape(-1, 3).T
    return truth_by_mode(
        base.mode[columns[0].astype(int)], denominator=columns[1], numerator=columns[2]
    )


def _blended(base: BlendedBase) -> list[Attendance]:
    return [row for row in base.attendances if base.is_hybrid(row.enrolment)]


def _handoffs(base: BlendedBase) -> Iterable[Row]:
    for row in _blended(base):
        uses = base.used(row.enrolment, "follow_up")
        until = row.ends + HANDOFF
        if not (uses and row.is_attended) or until > base.known_until[row.enrolment]:
            continue
        starts = [use.started for use in uses if use]
        if not starts or min(starts) >= row.ends:
            yield row.enrolment, 1, bool(starts) and min(starts) <= until


def _readiness(base: BlendedBase) -> Iterable[Row]:
    enrolled_at = base.made.enrolments.enrolled_at
    for row in _blended(base):
        uses = base.used(row.enrolment, "pre_work")
        is_early = enrolled_at[row.enrolment] <= row.starts - NOTICE
        if uses and row.ordinal == 0 and is_early:
            yield row.enrolment, 1, _are_done(uses, row.starts)


def _follow_ups(base: BlendedBase) -> Iterable[Row]:
    for row in _blended(base):
        uses = base.used(row.enrolment, "follow_up")
        until = row.ends + FOLLOW_UP
        if uses and row.is_attended and until <= base.known_until[row.enrolment]:
            yield row.enrolment, 1, _are_done(uses, until)


def _are_done(uses: list[Use | None], until: float = np.inf) -> bool:
    ends = [use.finished if use else None for use in uses]
    return all(end is not None and end <= until for end in ends)


def _rated(base: BlendedBase) -> list[int]:
    hybrid = [base.is_hybrid(at) for at in range(len(base.mode))]
    return np.flatnonzero(base.is_rated & np.array(hybrid)).tolist()


def _sequences(base: BlendedBase) -> Iterable[Row]:
    for at in _rated(base):
        if base.programme(at).has_prework:
            parts = [*base.used(at, "pre_work"), *base.used(at, "follow_up")]
            yield at, 1, _are_done(parts) and at in base.attended


def _live_milestones(base: BlendedBase) -> Iterable[Row]:
    for row in base.attendances:
        is_due = row.ends + GRACE <= base.known_until[row.enrolment]
        if is_due and base.is_running(row.enrolment, row.ends):
            yield row.enrolment, 1, row.is_attended


def _adherence(base: BlendedBase) -> Iterable[Row]:
    for at, base_count, hit in _live_milestones(base):
        if base.is_hybrid(at) and base.pattern(at) == "self_study_milestones":
            yield at, base_count, hit


def _due_units(base: BlendedBase, due: Moments) -> Iterable[Row]:
    for at, moment in due.items():
        is_due = moment + GRACE <= base.known_until[at]
        if is_due and base.is_running(at, moment):
            yield at, 1, _are_done(base.used(at, "unit"), moment + GRACE)


def _pulls(base: BlendedBase) -> Iterable[Row]:
    starts: dict[int, list[int]] = {}
    for at, session in base.made.held:
        starts.setdefault(at, []).append(max(session.starts, session.actual_starts))
    for at in _rated(base):
        if base.pattern(at) == "self_study_milestones":
            uses = base.used(at, "unit")
            ends = [use.finished for use in uses if use and use.finished]
            own = starts.get(int(base.made.enrolments.cohort[at]), [])
            pulled = [any(s - PULL <= end <= s for s in own) for end in ends]
            yield at, len(ends), sum(pulled)


def _references(base: BlendedBase, looked_up: set[tuple[int, int]]) -> Iterable[Row]:
    own = [r for r in _blended(base) if base.activities(r.enrolment, "reference")]
    own.sort(key=lambda row: (row.enrolment, row.starts))
    for row, following in pairwise(own):
        is_next = row.enrolment == following.enrolment
        if is_next and row.is_attended and following.is_attended:
            key = (row.enrolment, row.session.starts)
            yield row.enrolment, 1, key in looked_up


def _quarter(seconds: float, zone: object) -> tuple[int, int]:
    moment = datetime.fromtimestamp(seconds, zone)  # type: ignore[arg-type]
    return moment.year, (moment.month - 1) // 3


def _communities(base: BlendedBase, posted: Moments) -> Iterable[Row]:
    people = base.made.people.frame["time_zone"].to_list()
    person = base.made.enrolments.person
    kinds = [CODE[kind] for kind in BY_LEARNERS]
    rows = base.made.events.filter(pl.col("kind").is_in(kinds))
    active = set()
    for at, moment in rows.select("enrolment", "at").iter_rows():
        if base.is_hybrid(at) and base.pattern(at) == "micro_community":
            zone = ZoneInfo(people[person[at]])
            active.add((at, _quarter(moment / 1_000, zone)))
    for at, quarter in sorted(active):
        if quarter < _quarter(float(base.known_until[at]), ZONE):
            ends = [row.ends for row in base.attended.get(at, [])]
            ends += [posted[at]] if at in posted else []
            yield at, 1, quarter in {_quarter(end, ZONE) for end in ends}


def _phases(base: BlendedBase, at: int) -> list[Phase]:
    """Return when each phase was reached, and whether it is met, in order."""
    live = base.attended.get(at, [])
    session = (min((row.starts for row in live), default=None), bool(live))
    if base.programme(at).has_prework:
        return [
            _self_paced(base.used(at, "pre_work")),
            session,
            _self_paced(base.used(at, "follow_up")),
        ]
    return [_self_paced(base.used(at, "unit")), session]


def _self_paced(uses: list[Use | None]) -> Phase:
    return min((use.started for use in uses if use), default=None), _are_done(uses)


def _started(base: BlendedBase) -> Iterable[tuple[int, list[Phase]]]:
    for at in _rated(base):
        if base.is_started[at]:
            yield at, _phases(base, at)


def _fidelity(base: BlendedBase) -> Iterable[Row]:
    for at, phases in _started(base):
        if base.pattern(at) != "micro_community":
            moments = [moment for moment, is_met in phases if is_met and moment]
            is_whole = len(moments) == len(phases)
            yield at, 1, is_whole and moments == sorted(moments)


def _survival(base: BlendedBase) -> Iterable[Row]:
    for at, phases in _started(base):
        yield at, len(phases), sum(moment is not None for moment, _is_met in phases)


def accepted_modes(programme: Programme) -> set[str]:
    """Return the delivery modes that the reference list accepts for a programme."""
    if programme.is_onboarding or programme.second_category:
        return {"hybrid"}
    if programme.category.slug in LIVE:
        return {"sync", "hybrid"}
    return {"async"}
