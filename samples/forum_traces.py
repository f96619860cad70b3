"""Posts, questions to people and replies, beside visits to content."""

import numpy as np
import polars as pl

from samples.activities import BASE
from samples.catalogue import programmes
from samples.learning_statements import named_object
from samples.plan import Plan
from samples.simulation import Simulation
from samples.statements import ADL
from samples.table_rows import EnrolledRows, local_moment
from samples.traces import Traces, add_statement, by_statement, live_shares

POST_SHARE, REPLIED_SHARE, ASKED_SHARE = 0.05, 0.7, 0.4
POSTED_AFTER_MS = 30_000
POSTED = "https://w3id.org/xapi/acrossx/verbs/posted"
REPLIED = "http://id.tincanapi.com/verb/replied"
POST_TYPE = "http://id.tincanapi.com/activitytype/forum-topic"


def plant_posts(
    plan: Plan, made: Simulation, visits: pl.DataFrame, traces: Traces
) -> None:
    """Post or ask after some visits; the next other learner may reply.

    The learner is of the same programme, and replies after the own next visit.
    """
    rng = plan.stream("posts")
    ordered = visits.with_columns(
        programme=pl.Series(made.enrolments.programme).gather(visits["enrolment"])
    ).sort("programme", "last", "enrolment", "visit")
    rows = ordered.select("programme", "enrolment", "last").rows()
    person = made.enrolments.person
    draw = rng.random(len(rows))
    for number in np.flatnonzero(
        draw < live_shares(made, ordered, POST_SHARE)
    ).tolist():
        programme, enrolment, last = rows[number]
        is_replied = rng.random() < REPLIED_SHARE
        is_question = bool(rng.random() < ASKED_SHARE)
        later = rows[number + 1] if number + 1 < len(rows) else (-1, -1, -1)
        is_replied &= (
            later[0] == programme
            and person[later[1]] != person[enrolment]
            and later[2] > last
        )
        at = last + POSTED_AFTER_MS
        reply = (later[1], later[2] + POSTED_AFTER_MS + 1_000) if is_replied else None
        if by_statement(programme):
            _add_post(made, traces, rng, number, enrolment, at, is_question, reply)
        else:
            _list_post(made, traces, enrolment, at, is_question, reply)


def _add_post(
    made: Simulation,
    traces: Traces,
    rng: np.random.Generator,
    number: int,
    enrolment: int,
    at: int,
    is_question: bool,
    reply: tuple[int, int] | None,
) -> None:
    """Add the statements of a post or question, and of the reply to it."""
    programme = int(made.enrolments.programme[enrolment])
    topic = f"{BASE}/forum/{programmes()[programme].programme_id}/{number}"
    thing = named_object(topic, {"type": POST_TYPE})
    verb = ADL + "asked" if is_question else POSTED
    add_statement(made, traces, rng, enrolment, at, verb, thing)
    if reply:
        add_statement(made, traces, rng, *reply, REPLIED, thing)
        traces.replies.append(reply)
        traces.contacts.append((enrolment, *reply))
    post = {"enrolment": enrolment, "at": at, "replied_at": reply and reply[1]}
    if is_question:
        traces.asked.append(post | {"programme": programme, "is_own": True})
    else:
        traces.posts.append(post)


def _list_post(
    made: Simulation,
    traces: Traces,
    enrolment: int,
    at: int,
    is_question: bool,
    reply: tuple[int, int] | None,
) -> None:
    """Add a post or question, and the reply to it, to the organisation's table."""
    who, rows = EnrolledRows(made), traces.tables["forum_posts"]
    at -= at % 1_000
    replied_at = reply[1] - reply[1] % 1_000 if reply else None
    rows.append(
        who.start(enrolment)
        | {
            "posted_at": local_moment(at // 1_000),
            "kind": "question" if is_question else "post",
            "replied_at": local_moment(replied_at // 1_000) if replied_at else "",
        }
    )
    post = {"enrolment": enrolment, "at": at, "replied_at": replied_at}
    traces.posts.append(post)
    if is_question:
        programme = int(made.enrolments.programme[enrolment])
        traces.asked.append(post | {"programme": programme, "is_own": False})
    if reply and replied_at:
        moment = local_moment(replied_at // 1_000)
        rows.append(who.start(reply[0]) | {"posted_at": moment, "kind": "reply"})
        traces.replies.append((reply[0], replied_at))
