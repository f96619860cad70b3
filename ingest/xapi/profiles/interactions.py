"""xAPI statements of interactions in a live session: polls, questions, chat, hands.

A statement records who did what to which object, and when. Typed text (messages,
questions, free-text answers) is not part of a statement unless a connector puts it into
`result`, where the collection policy decides whether it is kept.
Profile: Gaia-X virtual classroom; the classroom is the parent of the object.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.xapi.ids import statement_id
from ingest.xapi.profiles.virtual_classroom import (
    CLASSROOM,
    CLASSROOM_TYPE,
    OWN,
    Agent,
    TechnicalSession,
    classroom_context,
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
    session: TechnicalSession, interactions: Iterable[Interaction]
) -> Iterator[dict[str, Any]]:
    """Yield a statement for each interaction; its id is the same in every report.

    Interactions with equal person, verb, target and time get an ordinal in their id.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for interaction in interactions:
        at = f"{interaction.at.isoformat()}Z" if interaction.at else ""
        key = (fingerprint(interaction.actor), interaction.verb, interaction.target, at)
        ordinal = str(seen[key])
        seen[key] += 1
        yield _statement(session, interaction, at, (*key, ordinal))


def _statement(
    session: TechnicalSession, interaction: Interaction, at: str, key: tuple[str, ...]
) -> dict[str, Any]:
    context = classroom_context(session)
    room = {"id": session.activity_id, "definition": {"type": CLASSROOM_TYPE}}
    context["contextActivities"]["parent"] = [room]
    in_session = f"{session.activity_id}/sessions/{session.session_id}"
    statement: dict[str, Any] = {
        "id": statement_id(session.source, session.key, "interaction", *key),
        "actor": interaction.actor,
        "verb": {"id": interaction.verb},
        "object": {
            "objectType": "Activity",
            "id": f"{in_session}/{interaction.target}",
            "definition": {"type": interaction.target_type},
        },
        "context": context,
    }
    # Without a time of its own an interaction gets the session's start, marked as
    # imputed; without any timestamp it would be dated by the time of its landing.
    fallback = session.starts_at or session.ends_at
    if timestamp := at or (f"{fallback.isoformat()}Z" if fallback else ""):
        statement["timestamp"] = timestamp
    if not at and timestamp:
        context["extensions"][f"{OWN}/imputed"] = True
    if interaction.result:
        statement["result"] = interaction.result
    return statement
