"""Recordings of live sessions: what is published, who catches up, who watches again.

The learning platform shows the recordings of blended cohorts with preparation and a
follow-up. Of live cohorts the organisation lists who watched.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import polars as pl

from samples.attendance import ATTENDED, NO_SHOW
from samples.catalogue import MODES
from samples.events import CODE
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.late_withdrawals import expected_attendances
from samples.learning_sessions import recorded_events
from samples.organisation_files import is_to_be_recorded
from samples.plan import DAY, Plan
from samples.presences import counted_time
from samples.simulation import Simulation
from samples.table_rows import EnrolledRows, Row
from samples.watermarks import activity_known_until, learning_known_until

HOUR = 3_600
RECORDED_SHARE, TRANSCRIPT_SHARE, MEAN_HOURS_TO_PUBLISH = 0.85, 0.7, 30
WATCHED_SHARES = {NO_SHOW: 0.45, ATTENDED: 0.15}
AGAIN_SHARE, MEAN_DAYS_TO_WATCH, WATCH_DAYS = 0.2, 9, 28
CAUGHT_UP_SHARE, REVISIT_SECONDS = 0.25, 120
PLAYED = ("video_paused", "video_completed", "video_terminated")


@dataclass(frozen=True)
class Recording:
    """The recording of a held session that was to be recorded; moments in UTC s."""

    session: int
    mode: int
    published: int
    is_published: bool
    is_over: bool
    has_transcript: bool
    ended: int


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return recordings, who watched them, and the KPIs that follow."""
    made = replace(made, attendance=expected_attendances(made))
    found = _recordings(plan, made)
    published = {r.session: r for r in found if r.is_published}
    views, watched = _listed_views(plan, made, published)
    watched |= _played(plan, made, published)
    return Evidence(
        tables={
            "recordings": [_row(made, r) for r in published.values()],
            "recording_views": views,
        },
        kpis=_of_recordings(found) | _of_uses(plan, made, published, watched),
    )


def _recordings(plan: Plan, made: Simulation) -> list[Recording]:
    rng = plan.stream("recordings of sessions")
    known = learning_known_until(plan, made)
    attended = set(made.attendance.session.tolist())
    found = []
    for number, (at, _session) in enumerate(made.held):
        cohort = made.cohorts[at]
        draws, hours = rng.random(2), rng.exponential(MEAN_HOURS_TO_PUBLISH)
        if not is_to_be_recorded(cohort) or number not in attended:
            continue
        ended, until = counted_time(made, number)[1], known[cohort.programme]
        published = ended + HOUR + int(hours * HOUR)
        found.append(
            Recording(
                session=number,
                mode=cohort.mode,
                published=published,
                is_published=bool(draws[0] < RECORDED_SHARE and published <= until),
                is_over=bool(ended + 48 * HOUR <= until),
                has_transcript=bool(draws[1] < TRANSCRIPT_SHARE),
                ended=ended,
            )
        )
    return found


def _row(made: Simulation, recording: Recording) -> Row:
    at, session = made.held[recording.session]
    has_transcript = "yes" if recording.has_transcript else "no"
    return {
        "cohort_id": made.cohorts[at].cohort_id,
        "session_starts_at": _utc(session.starts),
        "published_at": _utc(recording.published),
        "has_transcript": has_transcript,
        "is_searchable": has_transcript,
    }


def _of_recordings(found: list[Recording]) -> dict[str, Truth]:
    mode = np.array([r.mode for r in found])
    is_published = np.array([r.is_published for r in found])
    is_over = np.array([r.is_over for r in found])
    in_time = np.array([r.published <= r.ended + 48 * HOUR for r in found])
    transcript = np.array([r.has_transcript for r in found])
    return {
        "recorded_rate": truth_by_mode(mode, np.ones(len(mode)), is_published),
        "recording_published_in_48h": truth_by_mode(
            mode, is_over, is_over & is_published & in_time
        ),
        "transcript_rate": truth_by_mode(mode, is_published, is_published & transcript),
    }


def _listed_views(
    plan: Plan, made: Simulation, published: dict[int, Recording]
) -> tuple[list[Row], dict[tuple[int, int], tuple[float, float]]]:
    """Return views of recordings of live cohorts, and what was watched in time.

    What was watched is, by session and enrolment, seconds and share of the session.
    """
    rng = plan.stream("views of recordings")
    who = EnrolledRows(made)
    rows: list[Row] = []
    watched: dict[tuple[int, int], tuple[float, float]] = {}
    for session, enrolment, status in _expected(made):
        if session not in published or MODES[published[session].mode] != "sync":
            continue
        recording = published[session]
        starts, ends = counted_time(made, session)
        count = 1 + (rng.random() < AGAIN_SHARE)
        if rng.random() >= WATCHED_SHARES.get(status, 0.1):
            continue
        seconds, moment = 0, recording.published
        for _view in range(count):
            moment += HOUR + int(rng.exponential(MEAN_DAYS_TO_WATCH) * DAY)
            minutes = int(rng.integers(1, 60))
            if moment > plan.cut_off:
                break
            rows.append(
                {
                    "email": who.start(enrolment)["email"],
                    "cohort_id": who.start(enrolment)["cohort_id"],
                    "session_starts_at": _utc(made.held[session][1].starts),
                    "viewed_at": _utc(moment),
                    "minutes": minutes,
                }
            )
            if moment <= recording.published + WATCH_DAYS * DAY:
                seconds += minutes * 60
                watched[session, enrolment] = (seconds, seconds / (ends - starts))
    return rows, watched


def _played(
    plan: Plan, made: Simulation, published: dict[int, Recording]
) -> dict[tuple[int, int], tuple[float, float]]:
    """Return what was played of recordings that the learning platform shows.

    Each view plays a recording from its beginning, so the longest view has all that
    was watched. A view that the player reports no end of shows nothing.
    """
    is_recording = pl.Series([a.role == "recording" for a in made.activities])
    length = np.array([a.minutes * 60 for a in made.activities])
    of_cohorts: dict[int, list[int]] = {}
    for session in published:
        of_cohorts.setdefault(made.held[session][0], []).append(session)
    session_of = {at: own[0] for at, own in of_cohorts.items() if len(own) == 1}
    events = recorded_events(plan, made).filter(pl.col("activity") >= 0)
    own = events.filter(is_recording.gather(events["activity"]))
    ended = pl.col("kind").is_in([CODE[kind] for kind in PLAYED])
    views = own.group_by("enrolment", "activity", maintain_order=True).agg(
        first=pl.col("at").min(), seconds=pl.col("seconds").filter(ended).max()
    )
    found = {}
    for enrolment, activity, first, seconds in views.iter_rows():
        session = session_of.get(int(made.enrolments.cohort[enrolment]))
        if session is None:
            continue
        until = published[session].published + WATCH_DAYS * DAY
        if first <= until * 1_000:
            reached = min(seconds or 0, length[activity])
            found[session, enrolment] = (reached, reached / length[activity])
    return found


def _of_uses(
    plan: Plan,
    made: Simulation,
    published: dict[int, Recording],
    watched: dict[tuple[int, int], tuple[float, float]],
) -> dict[str, Truth]:
    """Return who caught up and who watched again, where views are known at all."""
    known = activity_known_until(plan, made)
    programme = made.enrolments.programme
    reported = {int(programme[enrolment]) for _session, enrolment in watched}
    rows: list[tuple[int, int, bool, bool]] = []
    for session, enrolment, status in _expected(made):
        own = int(programme[enrolment])
        recording = published.get(session)
        if recording is None or own not in reported:
            continue
        if recording.published + WATCH_DAYS * DAY <= known[own]:
            seconds, share = watched.get((session, enrolment), (0, 0))
            rows.append(
                (
                    recording.mode,
                    status,
                    share >= CAUGHT_UP_SHARE,
                    seconds >= REVISIT_SECONDS,
                )
            )
    mode, status, caught_up, went_back = (np.array(c) for c in zip(*rows, strict=True))
    was_absent, was_there = status == NO_SHOW, status == ATTENDED
    return {
        "catch_up_rate": truth_by_mode(mode, was_absent, was_absent & caught_up),
        "recording_revisit_rate": truth_by_mode(mode, was_there, was_there & went_back),
    }


def _expected(made: Simulation) -> list[tuple[int, int, int]]:
    """Return session, enrolment and status of expected attendances, by the files.

    Whom no file of a session names counts as absent.
    """
    attendance = made.attendance
    is_unmatched = made.enrolments.is_unmatched[attendance.enrolment]
    status = np.where(is_unmatched, NO_SHOW, attendance.status)
    columns = (attendance.session, attendance.enrolment, status)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _utc(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
