"""Live depth: reminders and excuses, and the KPIs of live sessions."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from samples.absences import CATEGORIES, PARTSTAT, draw_answers, draw_listed, is_excused
from samples.attendance import ATTENDED
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.late_withdrawals import expected_attendances
from samples.organisation_files import capacity_of
from samples.plan import Plan
from samples.polls import draw_polls
from samples.presences import Presences, counted_time, presences
from samples.simulation import Simulation
from samples.trace_truth import HOLIDAYS
from samples.watermarks import learning_known_until

HOUR = 3_600
REMINDED_SHARE, REMINDED_IN_TIME_SHARE = 0.7, 0.9


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return the tables and the KPIs of live sessions."""
    made = replace(made, attendance=expected_attendances(made))
    reminders, is_reminded = _reminders(plan, made)
    absences, absence_kpis = _absences(plan, made)
    came = presences(made)
    mode = _session_modes(made)[made.attendance.session]
    everyone = np.ones(len(mode))
    kpis = {
        **_session_kpis(plan, made),
        **_presence_kpis(came),
        "presence_depth": _presence_depth(plan, made, came),
        **_poll_kpis(plan, made, came),
        **absence_kpis,
        "reminder_coverage": truth_by_mode(mode, everyone, is_reminded),
        "invitation_acceptance": truth_by_mode(mode, everyone, _accepts(plan, made)),
        "convenient_time_rate": truth_by_mode(mode, everyone, _is_convenient(made)),
    }
    tables = {
        "reminders": reminders,
        "excused_absences": absences,
    }
    return Evidence(tables=tables, kpis=kpis)


def _session_modes(made: Simulation) -> np.ndarray:
    return np.array([made.cohorts[at].mode for at, _session in made.held])


def _accepts(plan: Plan, made: Simulation) -> np.ndarray:
    answers = draw_answers(plan, made.cohorts, made.enrolments)
    return answers.status[made.attendance.enrolment] == PARTSTAT.index("ACCEPTED")


def _is_convenient(made: Simulation) -> np.ndarray:
    """Return which expected attendances began in the learner's working hours."""
    zones = {name: ZoneInfo(name) for name in made.people.frame["time_zone"].unique()}
    names = made.people.frame["time_zone"].to_list()
    regions = made.people.frame["region"].to_list()
    found = []
    for session, enrolment in zip(
        made.attendance.session, made.attendance.enrolment, strict=True
    ):
        person = made.enrolments.person[enrolment]
        moment = datetime.fromtimestamp(made.held[session][1].starts, UTC)
        local = moment.astimezone(zones[names[person]])
        off = (*HOLIDAYS[""], *HOLIDAYS.get(regions[person], ()))
        is_off = (local.month, local.day) in off
        found.append(local.weekday() < 5 and 8 <= local.hour < 18 and not is_off)
    return np.array(found)


def _session_kpis(plan: Plan, made: Simulation) -> dict[str, Truth]:
    """Return the KPIs of sessions, planned and held."""
    seen, expected = np.unique(made.attendance.session, return_counts=True)
    mode = _session_modes(made)[seen]
    sessions = [made.held[number][1] for number in seen]
    seats = np.array([capacity_of(made.cohorts[made.held[n][0]]) for n in seen])
    # A calendar shows a move only of an occurrence of a series.
    in_time = np.array([s.actual_starts - s.starts <= 300 for s in sessions])
    known = learning_known_until(plan, made)
    due = [
        (cohort.mode, not s.is_held or (s.is_moved and len(cohort.sessions) > 1))
        for cohort in made.cohorts
        for s in cohort.sessions
        if s.starts <= known[cohort.programme]
    ]
    due_mode, is_changed = (np.array(column) for column in zip(*due, strict=True))
    is_zoom = np.array([made.cohorts[made.held[n][0]].platform == "zoom" for n in seen])
    polls = draw_polls(plan, made.cohorts, made.held, made.connections)
    return {
        "delivery_reliability": truth_by_mode(mode, np.ones(len(seen)), in_time),
        "schedule_stability": truth_by_mode(due_mode, np.ones(len(due)), is_changed),
        "seat_fill": truth_by_mode(mode, seats, expected),
        "live_tool_use": truth_by_mode(
            mode, is_zoom, np.isin(seen, polls.session) & is_zoom
        ),
    }


def _presence_kpis(came: Presences) -> dict[str, Truth]:
    own = came.is_expected
    return {
        "late_join_rate": truth_by_mode(came.mode, own, own & (came.late > 300)),
        "early_leave_rate": truth_by_mode(came.mode, own, own & (came.early > 600)),
        "walk_in_rate": truth_by_mode(came.mode, np.ones(len(own)), ~own),
        "rejoins_per_hour": truth_by_mode(came.mode, came.seconds / HOUR, came.rejoins),
    }


def _presence_depth(plan: Plan, made: Simulation, came: Presences) -> Truth:
    """Return the hours connected of the hours of session for everyone expected."""
    excused = is_excused(plan, made.cohorts, made.enrolments, made.attendance)
    session = made.attendance.session
    offered = ~excused * _seconds_offered(plan, made)[session]
    modes = np.concatenate([_session_modes(made)[session], came.mode])
    connected = came.is_expected * came.seconds
    return truth_by_mode(
        modes,
        np.concatenate([offered, np.zeros(len(connected))]) / HOUR,
        np.concatenate([np.zeros(len(offered)), connected]) / HOUR,
    )


def _seconds_offered(plan: Plan, made: Simulation) -> np.ndarray:
    """Return how long each held session counts.

    A report of polls says how long the meeting was in whole minutes, rounded up.
    """
    polled = set(draw_polls(plan, made.cohorts, made.held, made.connections).session)
    seconds = []
    for number, (_at, session) in enumerate(made.held):
        starts, ends = counted_time(made, number)
        if number in polled:
            length = session.actual_ends - session.actual_starts
            ends = session.actual_starts + -(-length // 60) * 60
        seconds.append(min(ends, session.ends) - starts)
    return np.array(seconds)


def _poll_kpis(plan: Plan, made: Simulation, came: Presences) -> dict[str, Truth]:
    """Return who answered polls, and who took part at all."""
    polls = draw_polls(plan, made.cohorts, made.held, made.connections)
    answered = set(zip(polls.session, polls.person, polls.question, strict=True))
    spans = {
        (session, question): (at.min(), at.max())
        for session, question in {
            *zip(polls.session.tolist(), polls.question.tolist(), strict=True)
        }
        if len(
            at := polls.at[(polls.session == session) & (polls.question == question)]
        )
    }
    asked, answers = np.zeros(len(came.mode)), np.zeros(len(came.mode))
    for n, (session, person) in enumerate(
        zip(came.session.tolist(), came.person.tolist(), strict=True)
    ):
        for question in (0, 1):
            first, last = spans.get((session, question), (0, -1))
            if last >= first and came.joined[n] <= last and came.left[n] >= first:
                asked[n] += 1
                answers[n] += (session, person, question) in answered
    status = made.attendance.status == ATTENDED
    base = status & np.isin(made.attendance.session, polls.session)
    people = made.enrolments.person[made.attendance.enrolment]
    spoke = {(session, person) for session, person, _question in answered}
    took_part = np.array(
        [pair in spoke for pair in zip(made.attendance.session, people, strict=True)]
    )
    mode = _session_modes(made)[made.attendance.session]
    return {
        "poll_response_rate": truth_by_mode(came.mode, asked, answers),
        "participation_rate": truth_by_mode(mode, base, base & took_part),
    }


def _absences(
    plan: Plan, made: Simulation
) -> tuple[list[dict[str, object]], dict[str, Truth]]:
    """Return the absences that the organisation excuses, and how many are excused."""
    attendance, enrolments = made.attendance, made.enrolments
    listed = draw_listed(plan, enrolments, attendance)
    excused = is_excused(plan, made.cohorts, enrolments, attendance)
    programme = enrolments.programme[attendance.enrolment]
    mode = _session_modes(made)[attendance.session]
    has_excuses = np.isin(programme, programme[excused])
    emails = made.people.frame["email"].to_list()
    rows: list[dict[str, object]] = []
    for n in np.flatnonzero(listed >= 0).tolist():
        at, session = made.held[attendance.session[n]]
        rows.append(
            {
                "email": emails[enrolments.person[attendance.enrolment[n]]],
                "cohort_id": made.cohorts[at].cohort_id,
                "session_starts_at": _utc(session.starts),
                "category": CATEGORIES[listed[n]],
            }
        )
    return rows, {"excused_rate": truth_by_mode(mode, has_excuses, excused)}


def _reminders(
    plan: Plan, made: Simulation
) -> tuple[list[dict[str, object]], np.ndarray]:
    """Return the reminders sent, and which expected attendances had one in time."""
    rng = plan.stream("reminders")
    count = len(made.attendance.session)
    is_sent = rng.random(count) < REMINDED_SHARE
    is_in_time = is_sent & (rng.random(count) < REMINDED_IN_TIME_SHARE)
    hours = np.where(is_in_time, 24, 72)
    emails = made.people.frame["email"].to_list()
    rows: list[dict[str, object]] = []
    for n in np.flatnonzero(is_sent).tolist():
        at, session = made.held[made.attendance.session[n]]
        person = made.enrolments.person[made.attendance.enrolment[n]]
        rows.append(
            {
                "email": emails[person],
                "cohort_id": made.cohorts[at].cohort_id,
                "session_starts_at": _utc(session.starts),
                "sent_at": _utc(session.starts - int(hours[n]) * HOUR),
            }
        )
    return rows, is_in_time


def _utc(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
