"""xAPI statements of interactions in a live session: polls, questions, chat, hands.

A statement records who did what to which object, and when. Typed text (messages,
questions, free-text answers) is not part of a statement unless a connector puts it into
`result`, where the collection policy decides whether it is kept.
Profile: Gaia-X virtual classroom; the classroom is the parent of the object.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.xapi.ids import statement_id
from ingest.xapi.profiles.virtual_classroom import (
    CLASSROOM,
    CLASSROOM_TYPE,
    SESSION,
    Agent,
    TechnicalSession,
    fingerprint,
)

ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
ASKED = "http://adlnet.gov/expapi/verbs/asked"
POSTED = "https://w3id.org/xapi/acrossx/verbs/posted"
REACTED = f"{CLASSROOM}/verbs/reacted"
UNREACTED = f"{CLASSROOM}/verbs/unreacted"

POLL_QUESTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
QUESTION = "http://adlnet.gov/expapi/activities/question"
MESSAGE = "https://w3id.org/xapi/acrossx/activities/message"


@dataclass(frozen=True)
class Interaction:
    """One interaction of one person in a session.

    `at` is naive UTC, None where the source gives no time; `target` is unique in the
    session (`poll/1/question/2`); `verb` and `target_type` are IRIs from the seeds.
    """

    actor: Agent
    verb: str
    at: datetime | None
    target: str
    target_type: str
    result: dict[str, Any] | None = None


def interaction_statements(
    session: TechnicalSession, found: list[Interaction]
) -> Iterator[dict[str, Any]]:
    """Yield a statement for each interaction; its id is the same in every report.

    Interactions with equal person, verb, target and time get an ordinal in their id.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for one in found:
        at = f"{one.at.isoformat()}Z" if one.at else ""
        key = (fingerprint(one.actor), one.verb, one.target, at)
        ordinal = str(seen[key])
        seen[key] += 1
        yield _statement(session, one, at, (*key, ordinal))


def _statement(
    session: TechnicalSession, one: Interaction, at: str, key: tuple[str, ...]
) -> dict[str, Any]:
    category = {
        "id": CLASSROOM,
        "definition": {"type": "http://adlnet.gov/expapi/activities/profile"},
    }
    room = {"id": session.activity_id, "definition": {"type": CLASSROOM_TYPE}}
    context: dict[str, Any] = {
        "platform": session.platform,
        "contextActivities": {"category": [category], "parent": [room]},
        "extensions": {SESSION: session.session_id},
    }
    if session.host:
        context["instructor"] = session.host
    statement: dict[str, Any] = {
        "id": statement_id(session.source, session.key, "interaction", *key),
        "actor": one.actor,
        "verb": {"id": one.verb},
        "object": {
            "objectType": "Activity",
            "id": f"{session.activity_id}/sessions/{session.session_id}/{one.target}",
            "definition": {"type": one.target_type},
        },
        "context": context,
    }
    # Without a time of its own an interaction gets the session's start, marked as
    # imputed; without any timestamp it would be dated by the time of its landing.
    fallback = session.starts_at or session.ends_at
    if timestamp := at or (f"{fallback.isoformat()}Z" if fallback else ""):
        statement["timestamp"] = timestamp
    if not at and timestamp:
        context["extensions"]["https://tandem.example/xapi/extensions/imputed"] = True
    if one.result:
        statement["result"] = one.result
    return statement
