"""What 2.0 adds: context agents and groups, and its own version."""

import pytest

from ingest.xapi.validation import check
from tests.ingest.xapi.examples import shortest, sub_statement

ADA = {"mbox": "mailto:ada@lms.example"}
GROUP = {"objectType": "Group", "member": [ADA]}
TYPES = ["https://roles.example/tutor"]
AGENT = {"objectType": "contextAgent", "agent": ADA, "relevantTypes": TYPES}
TEAM = {"objectType": "contextGroup", "group": GROUP, "relevantTypes": TYPES}


def without(whole: dict, name: str) -> dict:
    return {key: value for key, value in whole.items() if key != name}


@pytest.mark.parametrize(
    "context",
    [
        {"contextAgents": [AGENT, AGENT]},
        {"contextGroups": [TEAM]},
        {"contextAgents": [without(AGENT, "relevantTypes")]},
        {"contextGroups": [without(TEAM, "relevantTypes")]},
    ],
)
def test_related_people_are_accepted_from_2_0_on(context):
    assert check(shortest(context=context), "2.0") == []
    assert check(sub_statement(context=context), "2.0") == []
    (found,) = check(shortest(context=context), "1.0.3")
    assert found.code == "context.from_2"


@pytest.mark.parametrize(
    ("name", "value", "code", "path"),
    [
        ("contextAgents", AGENT, "property.type", ""),
        ("contextAgents", [ADA], "property.unknown", "[0].mbox"),
        (
            "contextAgents",
            [AGENT | {"objectType": "Agent"}],
            "object_type",
            "[0].objectType",
        ),
        (
            "contextAgents",
            [without(AGENT, "objectType")],
            "property.missing",
            "[0].objectType",
        ),
        ("contextAgents", [without(AGENT, "agent")], "property.missing", "[0].agent"),
        (
            "contextAgents",
            [AGENT | {"agent": {}}],
            "agent.identifier.none",
            "[0].agent",
        ),
        (
            "contextAgents",
            [AGENT | {"agent": GROUP}],
            "object_type",
            "[0].agent.objectType",
        ),
        (
            "contextAgents",
            [AGENT | {"relevantTypes": []}],
            "context.relevant_types",
            "[0].relevantTypes",
        ),
        (
            "contextAgents",
            [AGENT | {"relevantTypes": "x:y"}],
            "context.relevant_types",
            "[0].relevantTypes",
        ),
        (
            "contextAgents",
            [AGENT | {"relevantTypes": ["tutor"]}],
            "format.iri",
            "[0].relevantTypes[0]",
        ),
        (
            "contextGroups",
            [TEAM | {"objectType": "contextgroup"}],
            "object_type",
            "[0].objectType",
        ),
        (
            "contextGroups",
            [TEAM | {"group": ADA}],
            "object_type",
            "[0].group.objectType",
        ),
        (
            "contextGroups",
            [TEAM | {"group": {"objectType": "Group"}}],
            "group.members",
            "[0].group.member",
        ),
        (
            "contextGroups",
            [TEAM | {"relevantTypes": []}],
            "context.relevant_types",
            "[0].relevantTypes",
        ),
    ],
)
def test_related_people_have_their_rules(name, value, code, path):
    found = check(shortest(context={name: value}), "2.0.0")
    assert (found[0].code, found[0].path) == (code, f"$.context.{name}{path}")
    found = check(sub_statement(context={name: value}), "2.0.0")
    assert (found[0].code, found[0].path) == (code, f"$.object.context.{name}{path}")


def test_a_statement_is_judged_by_its_own_version_where_nothing_else_is_said():
    context = {"contextAgents": [AGENT]}
    assert check(shortest(context=context, version="2.0.0")) == []
    assert check(shortest(context=context))[0].code == "context.from_2"


@pytest.mark.parametrize("own", ["1.0", "1.0.3", "2.0", "2.0.0"])
def test_a_receiver_of_2_0_takes_statements_of_both(own):
    assert check(shortest(version=own), "2.0") == []


def test_a_receiver_of_1_0_takes_none_of_2_0():
    (found,) = check(shortest(version="2.0.0"), "1.0.3")
    assert (found.code, found.path) == ("statement.version", "$.version")
