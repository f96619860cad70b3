"""What is accepted although a validator somewhere refuses it, or with a warning."""

import pytest

from ingest.xapi.validation import check
from tests.ingest.xapi.examples import GONE, shortest, spoilt, sub_statement

ADA = {"mbox": "mailto:ada@lms.example"}
COURSE = "course-v1:MOOC+00002+session01"
DEFINITION = "object.definition"

ACCEPTED = [
    {"id": "12345678-1234-5678-1234-567812345678"},
    {"id": "0F3B1D2C-89AB-4CDE-8F01-23456789ABCD"},
    {"object.id": COURSE},
    {"context.contextActivities": {}},
    {"context.contextActivities.parent": {"id": COURSE}},
    {"context.contextActivities.parent": []},
    {"context": {}},
    {"result": {}},
    {"result.score": {}},
    {"result.score": {"raw": 11, "min": 0}},
    {"result.score.scaled": -1},
    {"result.score.scaled": 1.0},
    {"result.duration": "P1DT12H36M0.12567S"},
    {"result.response": ""},
    {"verb.display": GONE},
    {"verb.display": {}},
    {"verb.display": {"und": ""}},
    {DEFINITION: {}},
    {f"{DEFINITION}.choices": []},
    {f"{DEFINITION}.choices.1": {"id": ""}},
    {f"{DEFINITION}.extensions": {}},
    {f"{DEFINITION}.extensions": {"https://x.example": "", "urn:y": None}},
    {"actor": {"objectType": "Group", "member": [ADA]} | ADA},
    {"actor": {"objectType": "Group"} | ADA},
    {"actor.account.name": ""},
    {"authority": {"objectType": "Group", "member": [ADA, ADA]}},
    {"timestamp": "2099-01-01T00:00:00Z"},
    {"timestamp": "2026-03-01 10:00:00+01:00"},
    {"version": "1.0"},
    {"version": "1.0.9"},
    {"attachments": []},
    {"attachments.0.fileUrl": GONE},
    {"attachments.0.sha2": "A" * 128},
]


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize("changes", ACCEPTED)
def test_what_the_text_allows_is_accepted(changes, version):
    assert check(spoilt(changes), version) == []


def test_a_sub_statement_may_have_attachments():
    attachment = {
        "usageType": "https://lms.example/essay",
        "display": {},
        "contentType": "text/plain",
        "length": 0,
        "sha2": "0" * 64,
    }
    assert check(sub_statement(attachments=[attachment])) == []


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        (
            {f"{DEFINITION}.interactionType": "likert"},
            "activity.component_list",
            "$.object.definition.choices",
        ),
        (
            {f"{DEFINITION}.interactionType": "other"},
            "activity.component_list",
            "$.object.definition.choices",
        ),
        ({"attachments.0.sha2": "abc"}, "format.sha2", "$.attachments[0].sha2"),
        ({"timestamp": "2026-03-01T10:00"}, "format.timestamp.zone", "$.timestamp"),
    ],
)
def test_a_should_of_the_standard_gives_a_warning_only(changes, code, path):
    found = check(spoilt(changes))
    assert [(f.code, f.path, f.severity) for f in found] == [(code, path, "warning")]


@pytest.mark.parametrize(
    ("kind", "lists"),
    [
        ("choice", ["choices"]),
        ("sequencing", ["choices"]),
        ("likert", ["scale"]),
        ("matching", ["source", "target"]),
        ("performance", ["steps"]),
        ("true-false", []),
        ("fill-in", []),
        ("long-fill-in", []),
        ("numeric", []),
        ("other", []),
    ],
)
def test_each_interaction_has_its_component_lists(kind, lists):
    definition = {"interactionType": kind} | {name: [{"id": "1"}] for name in lists}
    target = {"id": COURSE, "definition": definition}
    assert check(shortest(object=target)) == []
