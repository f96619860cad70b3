"""Searches, questions to an AI tutor, posts and badges, beside visits to content.

Each is planted within a minute or so of a visit, so that no day becomes active by it.
Programmes differ in who reports them: by their place in the list, statements, the
organisation's tables, or nobody.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from samples.activities import BASE
from samples.catalogue import programmes
from samples.enrolments import uuids
from samples.learning_statements import named_object, statement_of
from samples.plan import DAY, Plan
from samples.simulation import Simulation
from samples.statements import ADL
from samples.table_rows import EnrolledRows, Row, local_moment

LAST_DAYS = 5  # what takes up to three days to show is over by the last one
SEARCH_SHARE, QUESTION_SHARE, POST_SHARE, BADGE_SHARE = 0.05, 0.06, 0.05, 0.4
NO_RESULT_SHARE, ANSWERED_SHARE, ESCALATED_SHARE, REPLIED_SHARE = 0.15, 0.85, 0.2, 0.7
SEARCHED_BEFORE_MS, ASKED_AFTER_MS, POSTED_AFTER_MS = 40_000, 20_000, 30_000
SEARCHED = "https://w3id.org/xapi/acrossx/verbs/searched"
POSTED = "https://w3id.org/xapi/acrossx/verbs/posted"
REPLIED = "http://id.tincanapi.com/verb/replied"
REQUESTED = "http://activitystrea.ms/request"
EARNED = "http://id.tincanapi.com/verb/earned"
RESULT_COUNT = "https://tandem.example/xapi/extensions/result-count"
SEARCH_TYPE = "https://w3id.org/xapi/acrossx/activities/search-engine"
PROMPT_TYPE = "https://tandem.example/xapi/activity-types/prompt"
POST_TYPE = "http://id.tincanapi.com/activitytype/forum-topic"
BADGE_TYPE = "http://activitystrea.ms/schema/1.0/badge"
BADGE_CATEGORIES = ("high_volume", "decision_making")


@dataclass
class Traces:
    """What was planted; moments are UTC milliseconds.

    Attributes:
        statements: JSON texts.
        tables: rows of the organisation's tables.
        acts: enrolment and moment of each statement that is learning activity.
        searches: enrolment, at, result_count, opened_at, dwell_ms (of tables only).
        questions: enrolment, at, is_answered, is_escalated (null where not reported).
        posts: enrolment, at, replied_at (null for none); replies follow as acts only.
        replies: enrolment and moment of each reply.
        badges: enrolment and moment.
    """

    statements: list[str] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    acts: list[tuple[int, int]] = field(default_factory=list)
    searches: list[dict] = field(default_factory=list)
    questions: list[dict] = field(default_factory=list)
    posts: list[dict] = field(default_factory=list)
    replies: list[tuple[int, int]] = field(default_factory=list)
    badges: list[tuple[int, int]] = field(default_factory=list)


def plant_traces(plan: Plan, made: Simulation, visits: pl.DataFrame) -> Traces:
    """Plant all of them beside visits (as of `recorded_visits`)."""
    traces = Traces(tables={"searches": [], "tutor_questions": []})
    before_end = visits.filter(
        pl.col("last") + 10 * 60_000 < _left(plan, made).gather(visits["enrolment"]),
        pl.col("last") < (plan.cut_off - LAST_DAYS * DAY) * 1_000,
    )
    _plant_searches(plan, made, before_end, traces)
    _plant_questions(plan, made, before_end, traces)
    _plant_posts(plan, made, before_end, traces)
    _plant_badges(plan, made, before_end, traces)
    return traces


def by_statement(programme: int) -> bool:
    """Whether statements report the searches and questions of a programme."""
    return programme % 2 == 0


def has_tutor(programme: int) -> bool:
    """Whether a programme has an AI tutor."""
    return programme % 3 != 2


def _left(plan: Plan, made: Simulation) -> pl.Series:
    return pl.Series(made.outcomes.active_until(plan.cut_off) * 1_000)


def _tell(
    made: Simulation,
    traces: Traces,
    rng: np.random.Generator,
    enrolment: int,
    at: int,
    verb: str,
    thing: dict,
    is_activity: bool = True,
    result: dict | None = None,
) -> None:
    """Add a statement, and what it says of the learner's activity."""
    statement_id = uuids(rng, 1)[0]
    traces.statements.append(
        statement_of(
            made,
            enrolment,
            at,
            verb,
            thing,
            statement_id=statement_id,
            result=result,
        )
    )
    if is_activity:
        traces.acts.append((enrolment, at))


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
            _tell(made, traces, rng, enrolment, at, SEARCHED, search, result=result)
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
        visits.filter(pl.Series(draw < QUESTION_SHARE)).iter_rows(named=True)
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
            _tell(made, traces, rng, enrolment, at, ADL + "asked", prompt)
            if answered:
                _tell(
                    made, traces, rng, enrolment, at + 4_000, ADL + "answered", prompt
                )
            if escalated:
                _tell(made, traces, rng, enrolment, at + 9_000, REQUESTED, prompt)
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


def _plant_posts(
    plan: Plan, made: Simulation, visits: pl.DataFrame, traces: Traces
) -> None:
    """Post after some visits; the next other learner of the programme may reply."""
    rng = plan.stream("posts")
    ordered = visits.with_columns(
        programme=pl.Series(made.enrolments.programme).gather(visits["enrolment"])
    ).sort("programme", "last", "enrolment", "visit")
    rows = ordered.select("programme", "enrolment", "last").rows()
    person = made.enrolments.person
    for number in np.flatnonzero(rng.random(len(rows)) < POST_SHARE).tolist():
        programme, enrolment, last = rows[number]
        at = last + POSTED_AFTER_MS
        topic = f"{BASE}/forum/{programmes()[programme].programme_id}/{number}"
        thing = named_object(topic, {"type": POST_TYPE})
        _tell(made, traces, rng, enrolment, at, POSTED, thing)
        reply = None
        is_replied = rng.random() < REPLIED_SHARE
        later = rows[number + 1] if number + 1 < len(rows) else (-1, -1, -1)
        if (
            is_replied
            and later[0] == programme
            and person[later[1]] != person[enrolment]
            and later[2] > last
        ):
            reply = later[2] + POSTED_AFTER_MS + 1_000
            _tell(made, traces, rng, later[1], reply, REPLIED, thing)
            traces.replies.append((later[1], reply))
        traces.posts.append({"enrolment": enrolment, "at": at, "replied_at": reply})


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
            _tell(made, traces, rng, enrolment, at + 60_000, EARNED, badge, False)
            traces.badges.append((enrolment, at + 60_000))
