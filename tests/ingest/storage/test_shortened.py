"""Statements are kept without the ids that have a column, and read back whole."""

import pytest

from ingest.identity.secret import content_key
from ingest.storage.canonical import text_hash
from tests.conftest import KEY

SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
ID = "00000001-0000-4000-8000-000000000000"
SAID = "select statement, text_hash, short_statement from raw.statements"


@pytest.mark.parametrize(
    "session", ["1", "", "a", '"', "\x02", "\\u0001", ID, "erased"]
)
@pytest.mark.parametrize("registration", [None, ID, ID.replace("8000", "9000")])
def test_a_statement_reads_back_letter_by_letter(
    statement, write, land, ask, session, registration
):
    context = {"extensions": {SESSION: session}, "registration": registration}
    if registration is None:
        del context["registration"]
    land(write("a.ndjson", [statement(1, context=context)]))
    ((text, hashed, kept),) = ask(SAID)
    assert text_hash(text, content_key(KEY.encode())) == hashed
    assert ID not in kept


def test_a_registration_is_kept_once(statement, write, land, ask):
    registration = ID.replace("8000", "9000")
    land(write("a.ndjson", [statement(1, context={"registration": registration})]))
    ((text, _hash, kept),) = ask(SAID)
    assert registration in text
    assert registration not in kept
