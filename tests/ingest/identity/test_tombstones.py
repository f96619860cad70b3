"""Which words of a rejected payload name a person who was erased."""

import json

import pytest

from ingest.identity.tombstones import names_erased, tombstones_of

SECRET = b"a-secret-for-tests-only"


def named(agent: dict, payload: str) -> bool:
    marks = frozenset(tombstones_of(SECRET, [agent]))
    return names_erased(SECRET, marks, payload)


def account(name: str) -> dict:
    return {"account": {"homePage": "https://hr.example", "name": name}}


@pytest.mark.parametrize(
    ("name", "is_named"), [("ann", False), ("anna", True), ("anna7", True)]
)
def test_an_account_name_is_looked_for_from_four_letters_on(name: str, is_named: bool):
    assert named(account(name), f"row 7; {name}; passed") is is_named


@pytest.mark.parametrize(
    ("name", "is_named"), [("Sousa", False), ("Ana Sousa", True), ("Ana M Sousa", True)]
)
def test_a_name_is_looked_for_if_it_has_more_than_one_word(name: str, is_named: bool):
    assert named({"name": name}, f"7,{name},passed") is is_named


@pytest.mark.parametrize(
    "payload",
    [
        "mailto:ana@corp.example",
        "(ana@corp.example)",
        "7;ANA@corp.example;passed",
        "seen: ana@corp.example.",
        "https://lms.example/?user=ana%40corp.example",
        json.dumps({"who": ["ana@corp.example"]}),
        json.dumps({"ana@corp.example": {"passed": True}}),
    ],
)
def test_an_address_is_found_wherever_it_is_written(payload: str):
    assert named({"mbox": "mailto:ana@corp.example"}, payload)
    assert not named({"mbox": "mailto:ben@corp.example"}, payload)


def test_a_number_in_json_may_be_an_account_name():
    assert named(account("4711"), json.dumps({"roll": 4711}))
    assert not named(account("true"), json.dumps({"roll": True}).replace("true", "1"))


def test_an_openid_is_looked_for():
    openid = "https://ana.openid.example"
    assert named({"openid": openid}, f"7,{openid},passed")


def test_nothing_is_named_where_nobody_was_erased():
    assert not names_erased(SECRET, frozenset(), "mailto:ana@corp.example")


def test_another_secret_finds_nobody():
    marks = frozenset(tombstones_of(b"another", [account("anna")]))
    assert not names_erased(SECRET, marks, "anna")
