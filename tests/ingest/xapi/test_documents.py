"""What is wrong with a text before it is a statement."""

import json

import pytest

from ingest.xapi.validation import check_text
from tests.ingest.xapi.examples import shortest, statement

START = '{"actor":{"mbox":"mailto:a@b.example"},"verb":{"id":"http://v.example"},'
VALID = START + '"object":{"id":"http://o.example"}}'


def named(text: str | bytes) -> tuple[str, str]:
    findings = check_text(text)
    assert findings.statement is None
    assert findings.reason
    return findings.code, findings.path


def with_extension(value: str) -> str:
    return VALID[:-1] + f',"context":{{"extensions":{{"http://e.example":{value}}}}}}}'


def test_a_valid_text_gives_its_statement():
    whole = statement()
    for text in (json.dumps(whole), json.dumps(whole).encode()):
        findings = check_text(text)
        assert findings.is_valid
        assert findings.statement == whole
        assert (findings.errors, findings.warnings) == ((), ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json.syntax"),
        ("nothing", "json.syntax"),
        (VALID[:-1], "json.syntax"),
        (VALID + VALID, "json.syntax"),
        (with_extension("NaN"), "json.syntax"),
        (with_extension("-Infinity"), "json.syntax"),
        (with_extension('"\x00"'), "json.syntax"),
        (with_extension("'a'"), "json.syntax"),
        ("[]", "json.object"),
        ('"text"', "json.object"),
        ("null", "json.object"),
        (VALID.encode("utf-16"), "json.encoding"),
        (VALID.encode()[:-1] + b"\xff}", "json.encoding"),
        (with_extension("[" * 200 + "]" * 200), "json.depth"),
        (with_extension('{"a":' * 200 + "1" + "}" * 200), "json.depth"),
        ("[" * 100_000, "json.depth"),
        (with_extension(r'"\ud83d"'), "json.surrogate"),
        (with_extension('"\ud83d"'), "json.surrogate"),
        (with_extension(r'"\udE00\uD83D"'), "json.surrogate"),
    ],
)
def test_a_text_that_no_stage_could_keep_is_refused(text, code):
    assert named(text) == (code, "$")


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 400])
def test_a_number_beyond_double_precision_is_refused(number):
    place = '$.context.extensions["http://e.example"]'
    assert named(with_extension(number)) == ("property.number", place)


@pytest.mark.parametrize(
    "value",
    [
        r'"\ud83d\ude00 \u00e4 \u0000"',
        '"\U0001f600 ä"',
        "null",
        "[null,{},[],0.1,-0,1e-400,12345678901234567890,true]",
        "[" * 60 + "]" * 60,
        "[" + ",".join(["[]"] * 500) + "]",
    ],
)
def test_an_extension_may_hold_any_value(value):
    assert check_text(with_extension(value)).is_valid


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (VALID[:-1] + ',"actor":{}}', "$.actor"),
        (START + '"object":{"id":"http://a.b","id":"http://a.b"}}', "$.object.id"),
        (
            VALID[:-1] + ',"attachments":[{},{"length":1,"length":1}]}',
            "$.attachments[1].length",
        ),
        (
            with_extension('{"a":1,"a":1}'),
            '$.context.extensions["http://e.example"].a',
        ),
    ],
)
def test_a_repeated_property_is_named_with_its_place(text, path):
    assert named(text) == ("json.duplicate", path)


def test_keys_with_an_encoded_dot_are_decoded():
    extensions = {"http://xapi&46;lms&46;example/version": {"a&46;b": "c&46;d"}}
    text = json.dumps(shortest(context={"extensions": extensions}))
    decoded = {"http://xapi.lms.example/version": {"a.b": "c&46;d"}}
    for findings in (check_text(text), check_text(text.encode())):
        assert findings.statement["context"]["extensions"] == decoded


def test_a_record_of_learning_lockers_database_is_the_statement_in_it():
    record = {"_id": {"$oid": "5f"}, "hash": "ab", "statement": shortest()}
    assert check_text(json.dumps(record)).statement == shortest()


def test_a_statement_with_a_property_of_that_name_is_refused():
    spoilt = shortest(statement=shortest())
    assert [f.code for f in check_text(json.dumps(spoilt)).errors] == [
        "property.unknown"
    ]


def test_a_warning_refuses_nothing():
    findings = check_text(json.dumps(shortest(timestamp="2026-03-01T10:00:00")))
    assert findings.is_valid
    assert [warning.code for warning in findings.warnings] == ["format.timestamp.zone"]


def test_a_quoted_value_is_short_and_on_one_line():
    findings = check_text(json.dumps(shortest(id="line\n" * 100)))
    assert "\n" not in findings.reason
    assert len(findings.reason) < 200
