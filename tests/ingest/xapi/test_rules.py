"""Rule by rule: a case, and the code and path that its sender gets."""

import pytest

from ingest.xapi.validation import check
from tests.ingest.xapi.examples import (
    GONE,
    shortest,
    spoilt,
    statement,
    sub_statement,
)

ADA = {"mbox": "mailto:ada@lms.example"}
BOB = {"objectType": "Agent", "openid": "https://people.example/bob"}
GROUP = {"objectType": "Group", "member": [ADA, BOB]}
REFERENCE = {
    "objectType": "StatementRef",
    "id": "0f3b1d2c-89ab-4cde-8f01-23456789abcd",
}
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
DEFINITION = "object.definition"
SCORE = "result.score"
ATTACHMENT = "attachments.0"

BROKEN = [
    # the whole: what is needed, what is allowed, null, types
    ({"actor": GONE}, "property.missing", "$.actor"),
    ({"verb": GONE}, "property.missing", "$.verb"),
    ({"object": GONE}, "property.missing", "$.object"),
    ({"actor": None}, "property.null", "$.actor"),
    ({"extra": 1}, "property.unknown", "$.extra"),
    ({"Actor": ADA}, "property.unknown", "$.Actor"),
    ({"actor": "Ada"}, "property.type", "$.actor"),
    ({"object": []}, "property.type", "$.object"),
    ({"id": 7}, "property.type", "$.id"),
    ({"id": ""}, "format.uuid", "$.id"),
    ({"timestamp": 1_772_359_200}, "property.type", "$.timestamp"),
    ({"timestamp": ""}, "format.timestamp", "$.timestamp"),
    ({"timestamp": "2026-03-01"}, "format.timestamp", "$.timestamp"),
    ({"timestamp": "2026-03-01T10:00:00-00:00"}, "format.timestamp", "$.timestamp"),
    ({"stored": "yesterday"}, "format.timestamp", "$.stored"),
    ({"version": 1.0}, "property.type", "$.version"),
    ({"version": "0.9.9"}, "statement.version", "$.version"),
    ({"version": "1.1.0"}, "statement.version", "$.version"),
    # actor
    ({"actor": {}}, "agent.identifier.none", "$.actor"),
    ({"actor": {"name": "Ada"}}, "agent.identifier.none", "$.actor"),
    ({"actor.mbox": "mailto:a@b.c"}, "agent.identifier.several", "$.actor"),
    ({"actor.objectType": "agent"}, "object_type", "$.actor.objectType"),
    ({"actor.objectType": ""}, "object_type", "$.actor.objectType"),
    ({"actor.objectType": 1}, "object_type", "$.actor.objectType"),
    ({"actor.objectType": ["Agent"]}, "object_type", "$.actor.objectType"),
    ({"actor.objectType": "Activity"}, "object_type", "$.actor.objectType"),
    ({"actor.name": 1}, "property.type", "$.actor.name"),
    ({"actor.name": None}, "property.null", "$.actor.name"),
    ({"actor.Name": "Ada"}, "property.unknown", "$.actor.Name"),
    ({"actor.member": []}, "property.unknown", "$.actor.member"),
    ({"actor": {"mbox": "ada@lms.example"}}, "format.mbox", "$.actor.mbox"),
    ({"actor": {"mbox": ["mailto:a@b.c"]}}, "property.type", "$.actor.mbox"),
    ({"actor": {"mbox_sha1sum": "a" * 39}}, "format.sha1", "$.actor.mbox_sha1sum"),
    ({"actor": {"openid": "bob"}}, "format.iri", "$.actor.openid"),
    ({"actor.account": "u17"}, "property.type", "$.actor.account"),
    ({"actor.account.homePage": GONE}, "property.missing", "$.actor.account.homePage"),
    ({"actor.account.name": GONE}, "property.missing", "$.actor.account.name"),
    ({"actor.account.name": 17}, "property.type", "$.actor.account.name"),
    ({"actor.account.homePage": "lms"}, "format.iri", "$.actor.account.homePage"),
    ({"actor.account.mbox": "x"}, "property.unknown", "$.actor.account.mbox"),
    ({"actor": {"objectType": "Group"}}, "group.members", "$.actor.member"),
    ({"actor": GROUP | {"member": []}}, "group.members", "$.actor.member"),
    ({"actor": GROUP | {"member": ADA}}, "property.type", "$.actor.member"),
    ({"actor": GROUP | {"member": ["Ada"]}}, "property.type", "$.actor.member[0]"),
    (
        {"actor": GROUP | {"member": [ADA, {"name": "Bob"}]}},
        "agent.identifier.none",
        "$.actor.member[1]",
    ),
    (
        {"actor": GROUP | {"member": [GROUP]}},
        "object_type",
        "$.actor.member[0].objectType",
    ),
    (
        {"actor": GROUP | ADA | {"openid": "https://x.example"}},
        "agent.identifier.several",
        "$.actor",
    ),
    # verb
    ({"verb": "did"}, "property.type", "$.verb"),
    ({"verb": {}}, "property.missing", "$.verb.id"),
    ({"verb.id": "did"}, "format.iri", "$.verb.id"),
    ({"verb.display": "did"}, "property.type", "$.verb.display"),
    ({"verb.display": {"en": 2}}, "property.type", "$.verb.display.en"),
    ({"verb.display": {"en": None}}, "property.null", "$.verb.display.en"),
    (
        {"verb.display": {"a12345": "did"}},
        "format.language",
        "$.verb.display.a12345",
    ),
    ({"verb.name": "did"}, "property.unknown", "$.verb.name"),
    # activity
    ({"object.id": GONE}, "property.missing", "$.object.id"),
    ({"object.id": "questions/1"}, "format.iri", "$.object.id"),
    ({"object.objectType": "activity"}, "object_type", "$.object.objectType"),
    ({"object.objectType": "GroupActivity"}, "object_type", "$.object.objectType"),
    ({"object.objectType": {}}, "object_type", "$.object.objectType"),
    ({"object.name": "x"}, "property.unknown", "$.object.name"),
    ({DEFINITION: []}, "property.type", "$.object.definition"),
    ({f"{DEFINITION}.Type": "x"}, "property.unknown", "$.object.definition.Type"),
    ({f"{DEFINITION}.type": "x"}, "format.iri", "$.object.definition.type"),
    ({f"{DEFINITION}.moreInfo": "x"}, "format.iri", "$.object.definition.moreInfo"),
    (
        {f"{DEFINITION}.name": {"en us": "x"}},
        "format.language",
        '$.object.definition.name["en us"]',
    ),
    (
        {f"{DEFINITION}.extensions": {"level": 1}},
        "format.iri",
        "$.object.definition.extensions.level",
    ),
    (
        {f"{DEFINITION}.extensions": None},
        "property.null",
        "$.object.definition.extensions",
    ),
    # interactions
    (
        {f"{DEFINITION}.interactionType": GONE},
        "activity.interaction_type",
        "$.object.definition.interactionType",
    ),
    (
        {f"{DEFINITION}.interactionType": "Choice"},
        "activity.interaction_type",
        "$.object.definition.interactionType",
    ),
    (
        {f"{DEFINITION}.correctResponsesPattern": "a"},
        "property.type",
        "$.object.definition.correctResponsesPattern",
    ),
    (
        {f"{DEFINITION}.correctResponsesPattern": [1]},
        "property.type",
        "$.object.definition.correctResponsesPattern[0]",
    ),
    (
        {f"{DEFINITION}.choices": {"id": "a"}},
        "property.type",
        "$.object.definition.choices",
    ),
    (
        {f"{DEFINITION}.choices.1": {"description": {}}},
        "property.missing",
        "$.object.definition.choices[1].id",
    ),
    (
        {f"{DEFINITION}.choices.1.id": 2},
        "property.type",
        "$.object.definition.choices[1].id",
    ),
    (
        {f"{DEFINITION}.choices.1.id": "a"},
        "activity.component_ids",
        "$.object.definition.choices",
    ),
    (
        {f"{DEFINITION}.choices.1.text": "b"},
        "property.unknown",
        "$.object.definition.choices[1].text",
    ),
    # result
    ({"result": []}, "property.type", "$.result"),
    ({"result.success": "true"}, "property.type", "$.result.success"),
    ({"result.completion": 1}, "property.type", "$.result.completion"),
    ({"result.response": 5}, "property.type", "$.result.response"),
    ({"result.duration": 90}, "property.type", "$.result.duration"),
    ({"result.duration": "P4W1D"}, "format.duration", "$.result.duration"),
    ({"result.duration": ""}, "format.duration", "$.result.duration"),
    ({"result.extensions": []}, "property.type", "$.result.extensions"),
    ({"result.extra": {}}, "property.unknown", "$.result.extra"),
    ({SCORE: 5}, "property.type", "$.result.score"),
    ({f"{SCORE}.raw": "5"}, "property.type", "$.result.score.raw"),
    ({f"{SCORE}.raw": True}, "property.type", "$.result.score.raw"),
    ({f"{SCORE}.raw": None}, "property.null", "$.result.score.raw"),
    ({f"{SCORE}.Raw": 5}, "property.unknown", "$.result.score.Raw"),
    ({f"{SCORE}.scaled": 1.00001}, "score.scaled", "$.result.score.scaled"),
    ({f"{SCORE}.scaled": -1.00001}, "score.scaled", "$.result.score.scaled"),
    ({f"{SCORE}.max": 0, f"{SCORE}.raw": 0}, "score.range", "$.result.score"),
    ({f"{SCORE}.min": 11}, "score.range", "$.result.score"),
    ({f"{SCORE}.raw": 10.5}, "score.range", "$.result.score"),
    ({f"{SCORE}.raw": -0.5}, "score.range", "$.result.score"),
    ({SCORE: {"raw": 11, "max": 10}}, "score.range", "$.result.score"),
    ({SCORE: {"raw": -1, "min": 0}}, "score.range", "$.result.score"),
    ({f"{SCORE}.raw": 10**400}, "property.number", "$.result.score.raw"),
    (
        {"result.extensions": {"https://ext.example/n": [{"a": float("inf")}]}},
        "property.number",
        '$.result.extensions["https://ext.example/n"][0].a',
    ),
    # context
    ({"context": "x"}, "property.type", "$.context"),
    ({"context.registration": "x"}, "format.uuid", "$.context.registration"),
    ({"context.instructor": {}}, "agent.identifier.none", "$.context.instructor"),
    ({"context.team": ADA}, "context.team", "$.context.team.objectType"),
    (
        {"context.team.objectType": GONE},
        "context.team",
        "$.context.team.objectType",
    ),
    ({"context.revision": 3}, "property.type", "$.context.revision"),
    ({"context.language": "a12345"}, "format.language", "$.context.language"),
    ({"context.language": ""}, "format.language", "$.context.language"),
    (
        {"context.statement.objectType": GONE},
        "property.missing",
        "$.context.statement.objectType",
    ),
    ({"context.statement.id": "x"}, "format.uuid", "$.context.statement.id"),
    (
        {"context.contextActivities.Parent": []},
        "property.unknown",
        "$.context.contextActivities.Parent",
    ),
    (
        {"context.contextActivities.parent": "x"},
        "property.type",
        "$.context.contextActivities.parent",
    ),
    (
        {"context.contextActivities.parent.0.id": "x"},
        "format.iri",
        "$.context.contextActivities.parent[0].id",
    ),
    (
        {"context.contextActivities.grouping.objectType": "GroupActivity"},
        "object_type",
        "$.context.contextActivities.grouping.objectType",
    ),
    (
        {"context.contextActivities.other": [None]},
        "property.type",
        "$.context.contextActivities.other[0]",
    ),
    ({"object": BOB}, "context.activity_only", "$.context.revision"),
    # authority
    ({"authority": {}}, "agent.identifier.none", "$.authority"),
    ({"authority": GROUP | {"member": [ADA]}}, "authority.group", "$.authority"),
    ({"authority": GROUP | {"member": [ADA] * 3}}, "authority.group", "$.authority"),
    ({"authority": GROUP | ADA}, "authority.group", "$.authority"),
    # attachments
    ({"attachments": {}}, "property.type", "$.attachments"),
    *(
        ({f"{ATTACHMENT}.{name}": GONE}, "property.missing", f"$.attachments[0].{name}")
        for name in ("usageType", "display", "contentType", "length", "sha2")
    ),
    ({f"{ATTACHMENT}.usageType": "x"}, "format.iri", "$.attachments[0].usageType"),
    ({f"{ATTACHMENT}.fileUrl": "x"}, "format.iri", "$.attachments[0].fileUrl"),
    ({f"{ATTACHMENT}.length": "12"}, "property.type", "$.attachments[0].length"),
    ({f"{ATTACHMENT}.length": True}, "property.type", "$.attachments[0].length"),
    ({f"{ATTACHMENT}.length": 1.5}, "property.type", "$.attachments[0].length"),
    ({f"{ATTACHMENT}.sha2": 5}, "property.type", "$.attachments[0].sha2"),
    (
        {f"{ATTACHMENT}.contentType": "text"},
        "format.media_type",
        "$.attachments[0].contentType",
    ),
    (
        {f"{ATTACHMENT}.description": {"en": 1}},
        "property.type",
        "$.attachments[0].description.en",
    ),
    (
        {f"{ATTACHMENT}.usageType": SIGNATURE},
        "attachment.signature",
        "$.attachments[0].contentType",
    ),
]


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize(("changes", "code", "path"), BROKEN)
def test_a_broken_rule_is_named_with_its_place(changes, code, path, version):
    found = check(spoilt(changes), version)
    assert (found[0].code, found[0].path) == (code, path)


BROKEN_OBJECTS = [
    ({"objectType": "Agent"}, "agent.identifier.none", "$.object"),
    (ADA, "property.unknown", "$.object.mbox"),
    ({"objectType": "Group"}, "group.members", "$.object.member"),
    (REFERENCE | {"id": "x"}, "format.uuid", "$.object.id"),
    ({"objectType": "StatementRef"}, "property.missing", "$.object.id"),
    (REFERENCE | {"definition": {}}, "property.unknown", "$.object.definition"),
    ({"objectType": "statementRef"}, "object_type", "$.object.objectType"),
]


@pytest.mark.parametrize(("target", "code", "path"), BROKEN_OBJECTS)
def test_an_object_is_judged_as_what_it_says_it_is(target, code, path):
    found = check(shortest(object=target))
    assert (found[0].code, found[0].path) == (code, path)


BROKEN_SUB_STATEMENTS = [
    ({"actor": {}}, "agent.identifier.none", "$.object.actor"),
    ({"verb": None}, "property.null", "$.object.verb"),
    ({"id": REFERENCE["id"]}, "sub_statement.property", "$.object.id"),
    ({"stored": "2026-01-01T00:00:00Z"}, "sub_statement.property", "$.object.stored"),
    ({"version": "1.0.3"}, "sub_statement.property", "$.object.version"),
    ({"authority": ADA}, "sub_statement.property", "$.object.authority"),
    (
        {"object": shortest(objectType="SubStatement")},
        "sub_statement.nested",
        "$.object.object",
    ),
    ({"timestamp": "soon"}, "format.timestamp", "$.object.timestamp"),
    ({"result": {"success": "no"}}, "property.type", "$.object.result.success"),
    (
        {"object": REFERENCE, "context": {"platform": "x"}},
        "context.activity_only",
        "$.object.context.platform",
    ),
]


@pytest.mark.parametrize(("changes", "code", "path"), BROKEN_SUB_STATEMENTS)
def test_a_sub_statement_is_judged_as_a_statement(changes, code, path):
    found = check(sub_statement(**changes))
    assert (found[0].code, found[0].path) == (code, path)


def test_a_sub_statement_needs_its_own_actor_verb_and_object():
    found = check(shortest(object={"objectType": "SubStatement"}))
    assert [finding.path for finding in found] == [
        "$.object.actor",
        "$.object.verb",
        "$.object.object",
    ]


def test_only_a_reference_can_be_voided():
    voiding = shortest(verb={"id": VOIDED})
    assert [(f.code, f.path) for f in check(voiding)] == [
        ("voiding.object", "$.object")
    ]
    assert check(voiding | {"object": REFERENCE}) == []


def test_the_platform_of_a_statement_about_a_plan_is_refused():
    found = check(sub_statement() | {"context": {"platform": "x"}})
    assert [(f.code, f.path) for f in found] == [
        ("context.activity_only", "$.context.platform")
    ]


def test_every_broken_rule_of_a_statement_is_found():
    found = check({"id": "x", "verb": {"id": "did", "Display": {}}})
    assert [(f.code, f.path) for f in found] == [
        ("format.uuid", "$.id"),
        ("format.iri", "$.verb.id"),
        ("property.unknown", "$.verb.Display"),
        ("property.missing", "$.actor"),
        ("property.missing", "$.object"),
    ]
    assert "did you mean display?" in found[2].message


@pytest.mark.parametrize("version", [None, "1.0.3", "2.0"])
def test_a_statement_that_keeps_every_rule_has_no_findings(version):
    assert check(statement(), version) == []


def test_every_rule_states_its_source_and_what_to_correct():
    for changes, _code, _path in BROKEN:
        for finding in check(spoilt(changes)):
            assert finding.reference
            assert finding.message
            assert finding.severity in {"error", "warning"}
