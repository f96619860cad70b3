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
WHO = person(SESSION, "Anna Maj", "anna.maj@example.org")
AT = datetime.fromisoformat("2026-03-16T10:06:34")


def made(*found: Interaction) -> list[dict]:
    return list(interaction_statements(SESSION, list(found)))


def test_each_is_a_valid_statement_with_the_room_as_parent():
    (one,) = made(Interaction(WHO, ANSWERED, AT, "poll/1/question/2", POLL_QUESTION))
    assert check_text(json.dumps(one)).is_valid
    assert one["timestamp"] == "2026-03-16T10:06:34Z"
    assert one["object"]["id"].endswith(
        f"/sessions/{SESSION.session_id}/poll/1/question/2"
    )
    (parent,) = one["context"]["contextActivities"]["parent"]
    assert parent["id"] == SESSION.activity_id


def test_alike_ones_are_told_apart_and_keep_their_ids():
    message = Interaction(WHO, POSTED, AT, "chat", MESSAGE)
    first = [one["id"] for one in made(message, message)]
    assert len(set(first)) == 2
    assert first == [one["id"] for one in made(message, message)]


def test_a_time_that_nobody_printed_is_marked_as_supplied():
    (one,) = made(Interaction(WHO, ANSWERED, None, "poll/1/question/1", POLL_QUESTION))
    assert one["timestamp"] == "2026-03-16T10:00:00Z"
    (iri,) = [iri for iri in one["context"]["extensions"] if iri.endswith("/imputed")]
    assert ("context", iri) in extensions()
