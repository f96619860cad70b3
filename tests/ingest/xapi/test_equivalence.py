import hashlib

import pytest

from ingest.xapi.normalisation import normalised
from ingest.xapi.validation import canonical, content_hash
from tests.ingest.xapi.examples import GONE, shortest, spoilt, statement

ADA = {"mbox": "mailto:ada@lms.example"}
BOB = {"mbox": "mailto:bob@lms.example"}

IGNORED = [
    {"id": GONE},
    {"id": "7e0a1f00-89ab-4cde-8f01-23456789abcd"},
    {"stored": GONE},
    {"stored": "2027-01-01T00:00:00Z"},
    {"authority": {"mbox": "mailto:other@lms.example"}},
    {"version": GONE},
    {"verb.display": {"fr": "autre"}},
    {"object.definition": GONE},
    {"object.objectType": GONE},
    {"actor.objectType": GONE},
    {"timestamp": "2026-03-01T11:00:00.123+01:00"},
    {"timestamp": "2026-03-01T10:00:00.123000Z"},
    {"context.registration": "5D0A1F00-89AB-4CDE-8F01-23456789ABCD"},
    {"context.statement.id": "6E0A1F00-89AB-4CDE-8F01-23456789ABCD"},
    {"context.contextActivities.parent": {"id": "https://lms.example/lectures/7"}},
    {"context.contextActivities.grouping": [{"id": "https://lms.example/lectures/7"}]},
    {"context.contextActivities.parent.0.definition": {"name": {"en": "L7"}}},
    {"context.instructor.mbox": "mailto:teacher@LMS.Example"},
    {"result.duration": "PT1M30.259S"},
    {"result.score.raw": 5.0},
]


@pytest.mark.parametrize("changes", IGNORED)
def test_what_a_server_may_change_changes_no_meaning(changes):
    assert content_hash(spoilt(changes)) == content_hash(statement())


DIFFERENT = [
    {"actor.account.name": "U17"},
    {"actor.account.homePage": "https://other.example"},
    {"actor.name": "Ada L."},
    {"verb.id": "https://verbs.example/asked"},
    {"object.id": "https://lms.example/questions/2"},
    {"result.success": False},
    {"result.success": GONE},
    {"result.score.raw": 6},
    {"result.response": "b[,]a"},
    {"result.duration": "PT90.25S"},
    {"result.duration": "PT1M30.24S"},
    {"result.extensions": {}},
    {"timestamp": "2026-03-01T10:00:00.124Z"},
    {"context.instructor.mbox": "mailto:Teacher@lms.example"},
    {"context.platform": "x"},
    {"context.language": "de"},
    {"context.contextActivities.parent": []},
    {"attachments.0.display": {"en": "A"}},
    {"attachments.0.sha2": "1" * 64},
]


@pytest.mark.parametrize("changes", DIFFERENT)
def test_everything_else_is_another_meaning(changes):
    assert content_hash(spoilt(changes)) != content_hash(statement())


def test_members_have_no_order():
    one = shortest(actor={"objectType": "Group", "member": [ADA, BOB]})
    other = shortest(actor={"objectType": "Group", "member": [BOB, ADA]})
    assert content_hash(one) == content_hash(other)


def test_activities_of_a_context_have_an_order():
    parents = [{"id": "https://a.example"}, {"id": "https://b.example"}]
    one = shortest(context={"contextActivities": {"parent": parents}})
    other = shortest(context={"contextActivities": {"parent": parents[::-1]}})
    assert content_hash(one) != content_hash(other)


def test_a_sub_statement_is_compared_as_a_statement():
    plan = shortest(objectType="SubStatement", timestamp="2026-03-01T11:00:00+01:00")
    again = shortest(objectType="SubStatement", timestamp="2026-03-01T10:00:00Z")
    again["verb"] = again["verb"] | {"display": {"en": "did"}}
    assert content_hash(shortest(object=plan)) == content_hash(shortest(object=again))


def test_people_related_to_a_context_are_compared_as_people():
    def related(address: str) -> dict:
        agent = {"objectType": "contextAgent", "agent": {"mbox": address}}
        return shortest(context={"contextAgents": [agent]}, version="2.0.0")

    one, other = related("mailto:a@X.example"), related("mailto:a@x.example")
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize("number", [2**53, -(2**60), 10**30])
def test_a_whole_number_beyond_double_precision_has_a_hash(number):
    result = {"extensions": {"https://ext.example/n": number}}
    assert len(content_hash(shortest(result=result))) == 64


def test_the_hash_is_that_of_the_canonical_json():
    """RFC 8785 of the shortest statement, hashed by hand with sha256sum."""
    text = (
        b'{"actor":{"mbox":"mailto:ada@lms.example","objectType":"Agent"},'
        b'"object":{"id":"https://lms.example/lectures/7","objectType":"Activity"},'
        b'"verb":{"id":"https://verbs.example/did"}}'
    )
    assert content_hash(shortest()) == hashlib.sha256(text).hexdigest()


def test_nothing_given_is_changed():
    whole = statement()
    canonical(whole)
    normalised(whole)
    assert whole == statement()


def test_a_normalised_statement_has_one_spelling():
    whole = spoilt(
        {
            "id": "0F3B1D2C-89AB-4CDE-8F01-23456789ABCD",
            "version": GONE,
            "timestamp": "2026-03-01T11:00:00.123+01:00",
            "stored": "2026-03-01 10:00:01Z",
            "context.registration": "5D0A1F00-89AB-4CDE-8F01-23456789ABCD",
            "context.statement.id": "6E0A1F00-89AB-4CDE-8F01-23456789ABCD",
            "context.extensions": {"http://lms&46;example": {"a&46;b": 1}},
            "object.definition.extensions": {"https://ext&46;example/level": None},
        }
    )
    expected = spoilt(
        {
            "version": "1.0.0",
            "timestamp": "2026-03-01T10:00:00.123000Z",
            "context.contextActivities.grouping": [
                {"id": "https://lms.example/lectures/7"}
            ],
            "context.extensions": {"http://lms.example": {"a.b": 1}},
        }
    )
    assert normalised(whole) == expected
    assert normalised(expected) == expected
    assert content_hash(normalised(whole)) == content_hash(whole)


def test_a_statement_without_version_takes_that_of_its_server():
    assert normalised(shortest(), "2.0.0")["version"] == "2.0.0"
    assert normalised(shortest(version="1.0.3"), "2.0.0")["version"] == "1.0.3"


def test_a_reference_and_a_plan_are_normalised_too():
    upper = "0F3B1D2C-89AB-4CDE-8F01-23456789ABCD"
    reference = {"objectType": "StatementRef", "id": upper}
    plan = shortest(
        objectType="SubStatement",
        object=reference,
        timestamp="2026-03-01T12:00:00+02:00",
    )
    whole = normalised(shortest(object=plan))
    assert whole["object"]["object"]["id"] == upper.lower()
    assert whole["object"]["timestamp"] == "2026-03-01T10:00:00Z"
