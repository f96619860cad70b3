"""Interactions of a live session as statements."""

import json
from datetime import datetime

from ingest.storage.extensions import extensions
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    MESSAGE,
    POLL_QUESTION,
    POSTED,
    Interaction,
    interaction_statements,
)
from ingest.xapi.profiles.virtual_classroom import TechnicalSession, person
from ingest.xapi.validation import check_text

SESSION = TechnicalSession(
    source="zoom",
    platform="Zoom",
    key="91122233344|2026-03-16T10:00:00",
    join_key="91122233344",
    starts_at=datetime.fromisoformat("2026-03-16T10:00:00"),
    ends_at=None,
)
PERSON = person(SESSION, "Anna Maj", "anna.maj@example.org")
AT = datetime.fromisoformat("2026-03-16T10:06:34")


def statements_of(*interactions: Interaction) -> list[dict]:
    return list(interaction_statements(SESSION, list(interactions)))


def answer_at(at: datetime | None) -> dict:
    answer = Interaction(PERSON, ANSWERED, at, "poll/1/question/2", POLL_QUESTION)
    (statement,) = statements_of(answer)
    return statement


def test_an_interaction_is_a_valid_statement_with_the_room_as_parent():
    statement = answer_at(AT)
    assert check_text(json.dumps(statement)).is_valid
    assert statement["timestamp"] == "2026-03-16T10:06:34Z"
    assert statement["object"]["id"].endswith(
        f"/sessions/{SESSION.session_id}/poll/1/question/2"
    )
    (parent,) = statement["context"]["contextActivities"]["parent"]
    assert parent["id"] == SESSION.activity_id


def test_equal_interactions_get_different_ids_that_are_stable():
    message = Interaction(PERSON, POSTED, AT, "chat", MESSAGE)
    ids = [statement["id"] for statement in statements_of(message, message)]
    assert len(set(ids)) == 2
    assert ids == [statement["id"] for statement in statements_of(message, message)]


def test_an_interaction_without_a_time_gets_an_imputed_timestamp():
    statement = answer_at(None)
    assert statement["timestamp"] == "2026-03-16T10:00:00Z"
    context_extensions = statement["context"]["extensions"]
    (iri,) = [iri for iri in context_extensions if iri.endswith("/imputed")]
    assert ("context", iri) in extensions()
