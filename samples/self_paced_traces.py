"""Searches, questions, posts, badges and leaderboards, beside visits to content.

Each is planted within a minute or so of a visit, so that no day becomes active by it.
Programmes differ in who reports them: by their place in the list, statements, the
organisation's tables, or nobody.
"""

import polars as pl

from samples.activities import BASE
from samples.catalogue import programmes
from samples.forum_traces import plant_posts
from samples.learning_statements import named_object
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.statements import ADL
from samples.table_rows import EnrolledRows, local_moment
from samples.traces import Traces, add_statement, by_statement, live_shares

LAST_DAYS = 5  # what takes up to three days to show is over by the last one
SEARCH_SHARE, QUESTION_SHARE, BADGE_SHARE, LEADERBOARD_SHARE = 0.05, 0.06, 0.4, 0.03
NO_RESULT_SHARE, ANSWERED_SHARE, ESCALATED_SHARE = 0.15, 0.85, 0.2
SEARCHED_BEFORE_MS, ASKED_AFTER_MS = 40_000, 20_000
SEARCHED = "https://w3id.org/xapi/acrossx/verbs/searched"
REQUESTED = "http://activitystrea.ms/request"
EARNED = "http://id.tincanapi.com/verb/earned"
RESULT_COUNT = "https://tandem.example/xapi/extensions/result-count"
SEARCH_TYPE = "https://w3id.org/xapi/acrossx/activities/search-engine"
PROMPT_TYPE = "https://tandem.example/xapi/activity-types/prompt"
BADGE_TYPE = "http://activitystrea.ms/schema/1.0/badge"
LEADERBOARD_TYPE = "https://tandem.example/xapi/activity-types/leaderboard"
VIEWED = "http://id.tincanapi.com/verb/viewed"
LEADERBOARD_CATEGORIES = ("skill_drilling",)
BADGE_CATEGORIES = ("high_volume", "decision_making")


def plant_traces(plan: Plan, made: Simulation, visits: pl.DataFrame) -> Traces:
    """Plant all of them beside visits (as of `recorded_visits`)."""
    traces = Traces(tables={"searches": [], "tutor_questions": [], "forum_posts": []})
    before_end = visits.filter(
        pl.col("last") + 10 * 60_000 < _left(plan, made).gather(visits["enrolment"]),
        pl.col("last") < (plan.cut_off - LAST_DAYS * DAY) * 1_000,
    )
    _plant_searches(plan, made, before_end, traces)
    _plant_questions(plan, made, before_end, traces)
    plant_posts(plan, made, before_end, traces)
    _plant_badges(plan, made, before_end, traces)
    _plant_leaderboards(plan, made, before_end, traces)
    return traces


def has_tutor(programme: int) -> bool:
    """Whether a programme has an AI tutor."""
    return programme % 3 != 2


def _left(plan: Plan, made: Simulation) -> pl.Series:
    return pl.Series(made.outcomes.active_until(plan.cut_off) * 1_000)


def _plant_searches(
    plan: Plan, made: Simulation, visits: pl.DataFrame, traces: Traces
) -> None:
    """Search shortly before some launches."""
    rng = plan.stream("searches")
    launched = visits.filter(pl.col("launched").is_not_null())
    draw = rng.random(launched.height)
    enrolled = made.enrolments.enrolled_at
    who = EnrolledRows(made)
    search = named_object(f"{BASE}/search", {"type": SEARCH_TYPE})
    for row in launched.filter(pl.Series(draw < SEARCH_SHARE)).iter_rows(named=True):
        enrolment, at = row["enrolment"], row["launched"] - SEARCHED_BEFORE_MS
        count = 0 if rng.random() < NO_RESULT_SHARE else int(rng.integers(1, 9))
        if at < enrolled[enrolment] * 1_000:
            continue
        if by_statement(int(made.enrolments.programme[enrolment])):
            result = {"extensions": {RESULT_COUNT: count}}
            add_statement(
                made, traces, rng, enrolment, at, SEARCHED, search, result=result
            )
            traces.searches.append(
                {"enrolment": enrolment, "at": at, "count": count, "is_own": True}
            )
            continue
        at -= at % 1_000
        is_opened, dwell = count > 0 and rng.random() < 0.8, int(rng.integers(5, 90))
        start = who.start(enrolment)
        opened_at = at + 15_000 if is_opened else None
        traces.tables["searches"].append(
            {
                "email": start["email"],
                "programme_id": start["programme_id"],
                "searched_at": local_moment(at // 1_000),
                "result_count": count,
                "opened_at": local_moment(opened_at // 1_000) if opened_at else "",
                "dwell_seconds": dwell if opened_at else "",
            }
        )
        traces.searches.append(
            {
                "enrolment": enrolment,
                "at": at,
                "count": count,
                "is_own": False,
                "opened_at": opened_at,
                "dwell_ms": dwell * 1_000 if opened_at else None,
            }
        )


def _plant_questions(
    plan: Plan, made: Simulation, visits: pl.DataFrame, traces: Traces
) -> None:
    """Ask the AI tutor shortly after some visits."""
    rng = plan.stream("questions to the tutor")
    draw = rng.random(visits.height)
    who = EnrolledRows(made)
    for number, row in enumerate(
        visits.filter(
            pl.Series(draw < live_shares(made, visits, QUESTION_SHARE))
        ).iter_rows(named=True)
    ):
        enrolment, at = row["enrolment"], row["last"] + ASKED_AFTER_MS
        programme = int(made.enrolments.programme[enrolment])
        answered, escalated = (
            bool(rng.random() < ANSWERED_SHARE),
            bool(rng.random() < ESCALATED_SHARE),
        )
        if not has_tutor(programme):
            continue
        if by_statement(programme):
            prompt = named_object(f"{BASE}/tutor/turns/{number}", {"type": PROMPT_TYPE})
            add_statement(made, traces, rng, enrolment, at, ADL + "asked", prompt)
            if answered:
                add_statement(
                    made, traces, rng, enrolment, at + 4_000, ADL + "answered", prompt
                )
            if escalated:
                add_statement(
                    made, traces, rng, enrolment, at + 9_000, REQUESTED, prompt
                )
        else:
            at -= at % 1_000
            start = who.start(enrolment)
            traces.tables["tutor_questions"].append(
                {
                    "email": start["email"],
                    "programme_id": start["programme_id"],
                    "asked_at": local_moment(at // 1_000),
                    "is_answered": "yes" if answered else "no",
                    "is_escalated": "yes" if escalated else "no",
                }
            )
        traces.questions.append(
            {
                "enrolment": enrolment,
                "programme": programme,
                "at": at,
                "is_own": by_statement(programme),
                "is_answered": answered,
                "is_escalated": escalated,
            }
        )


def _plant_badges(
    plan: Plan, made: Simulation, visits: pl.DataFrame, traces: Traces
) -> None:
    """Award a badge after the last visit of some learners of two categories."""
    rng = plan.stream("badges")
    last = visits.group_by("enrolment").agg(pl.col("last").max()).sort("enrolment")
    for enrolment, at in last.rows():
        programme = programmes()[int(made.enrolments.programme[enrolment])]
        is_awarded = rng.random() < BADGE_SHARE
        if programme.category.slug in BADGE_CATEGORIES and is_awarded:
            badge = named_object(
                f"{BASE}/badges/{programme.programme_id}", {"type": BADGE_TYPE}
            )
            add_statement(
                made, traces, rng, enrolment, at + 60_000, EARNED, badge, False
            )
            traces.badges.append((enrolment, at + 60_000))


def _plant_leaderboards(
    plan: Plan, made: Simulation, visits: pl.DataFrame, traces: Traces
) -> None:
    """Look at the leaderboard after some visits, in programmes that have one."""
    rng = plan.stream("leaderboards")
    draw = rng.random(visits.height) < LEADERBOARD_SHARE
    for enrolment, last in (
        visits.filter(pl.Series(draw)).select("enrolment", "last").rows()
    ):
        programme = programmes()[int(made.enrolments.programme[enrolment])]
        if programme.category.slug in LEADERBOARD_CATEGORIES:
            board = named_object(
                f"{BASE}/leaderboards/{programme.programme_id}",
                {"type": LEADERBOARD_TYPE},
            )
            add_statement(made, traces, rng, enrolment, last + 45_000, VIEWED, board)
