from copy import deepcopy

import pytest

from ingest.xapi.repairs import REPAIRS, SESSION, chosen, repaired
from ingest.xapi.validation import check
from tandem.core.errors import WrongUse
from tests.ingest.xapi.examples import shortest, spoilt, sub_statement

GUID = "0F3B1D2C-89AB-4CDE-8F01-23456789ABCD"
URN = "urn:uuid:0f3b1d2c-89ab-4cde-8f01-23456789abcd"
HOME = "https://lms.example"
ADA = {"mbox": "mailto:ada@lms.example"}


def parents(*activities: dict) -> dict:
    return shortest(context={"contextActivities": {"parent": list(activities)}})


def poll(response: str) -> dict:
    choices = [{"id": "0"}, {"id": "1"}, {"id": "2,3"}]
    definition = {"interactionType": "choice", "choices": choices}
    target = {"id": "https://lms.example/polls/1", "definition": definition}
    return shortest(object=target, result={"response": response})


def in_room(server, home_page):
    """Return a statement about a room of a server, by somebody known as Anna."""
    return shortest(
        actor={"account": {"homePage": home_page, "name": "Anna"}},
        object={"id": f"{server}/xapi/activities/{GUID}"},
        context={"extensions": {SESSION: GUID}},
    )


REPAIRED = [
    (
        "group_activity",
        shortest(object={"objectType": "GroupActivity", "id": "http://o.example"}),
        shortest(object={"objectType": "Activity", "id": "http://o.example"}),
    ),
    (
        "group_activity",
        parents(
            {"id": "http://a.example"}, {"objectType": "GroupActivity", "id": "x:y"}
        ),
        parents({"id": "http://a.example"}, {"objectType": "Activity", "id": "x:y"}),
    ),
    (
        "id_without_scheme",
        shortest(object={"id": GUID}),
        shortest(object={"id": URN}),
    ),
    ("id_without_scheme", parents({"id": GUID}), parents({"id": URN})),
    (
        "equal_min_max",
        shortest(result={"score": {"min": 0, "max": 0, "raw": 0, "scaled": 0}}),
        shortest(result={"score": {"raw": 0, "scaled": 0}}),
    ),
    (
        "equal_min_max",
        sub_statement(result={"score": {"min": 1, "max": 1.0}}),
        sub_statement(result={"score": {}}),
    ),
    (
        "account_mbox",
        shortest(actor={"account": {"homePage": HOME, "name": "u", "mbox": "a@b.c"}}),
        shortest(actor={"account": {"homePage": HOME, "name": "u"}}),
    ),
    (
        "account_mbox",
        shortest(context={"instructor": {"account": ADA}}),
        shortest(context={"instructor": ADA}),
    ),
    (
        "account_mbox",
        shortest(actor={"objectType": "Group", "member": [{"account": ADA}]}),
        shortest(actor={"objectType": "Group", "member": [ADA]}),
    ),
    ("bbb_comma", poll("0,1"), poll("0[,]1")),
    (
        "verb_as_text",
        shortest(verb="https://w3id.org/xapi/virtual-classroom/verbs/reacted"),
        shortest(verb={"id": "https://w3id.org/xapi/virtual-classroom/verbs/reacted"}),
    ),
    (
        "bbb_names",
        in_room("https://bbb.example", "https://bbb.example"),
        in_room("https://bbb.example", f"https://bbb.example/sessions/{GUID}"),
    ),
    (
        "null_properties",
        shortest(result={"score": None, "extensions": {"http://e.example": None}}),
        shortest(result={"extensions": {"http://e.example": None}}),
    ),
    (
        "empty_object_type",
        shortest(actor=ADA | {"objectType": ""}),
        shortest(actor=ADA),
    ),
]


@pytest.mark.parametrize(("name", "given", "expected"), REPAIRED)
def test_a_repair_corrects_its_defect(name, given, expected):
    before = deepcopy(given)
    assert REPAIRS[name](given) == expected
    assert given == before
    assert check(expected) == []
    if not REPAIRS[name].is_for_valid:
        assert check(given) != []


UNTOUCHED = [
    ("group_activity", shortest(object={"objectType": "groupactivity", "id": "x:y"})),
    ("id_without_scheme", shortest(object={"id": "lectures/7"})),
    ("id_without_scheme", shortest(object={"objectType": "StatementRef", "id": GUID})),
    ("missing_id", shortest(object={"objectType": "Activity"})),
    ("missing_id", shortest(object=ADA)),
    ("equal_min_max", shortest(result={"score": {"min": 0, "max": 1}})),
    ("equal_min_max", shortest(result={"score": {"min": None, "max": None}})),
    ("bbb_comma", poll("2,3")),
    ("bbb_names", in_room("https://bbb.example", "https://lms.example")),
    ("bbb_names", shortest(actor={"account": {"homePage": HOME, "name": "u"}})),
    ("bbb_comma", poll("0,7")),
    ("bbb_comma", poll("0[,]1")),
    ("bbb_comma", shortest(result={"response": "yes, of course"})),
]


@pytest.mark.parametrize(("name", "given"), UNTOUCHED)
def test_a_repair_leaves_alone_what_it_cannot_know(name, given):
    assert REPAIRS[name](given) is None


@pytest.mark.parametrize("repair", REPAIRS.values(), ids=REPAIRS)
def test_a_repair_leaves_a_good_statement_alone(repair):
    assert repair(spoilt({})) is None
    assert repair(sub_statement()) is None


def test_an_activity_without_id_gets_the_same_one_each_time():
    definition = {"type": "http://adlnet.gov/expapi/activities/course"}
    first = REPAIRS["missing_id"](shortest(object={"definition": definition}))
    again = REPAIRS["missing_id"](shortest(object={"definition": dict(definition)}))
    other = REPAIRS["missing_id"](
        shortest(object={"definition": definition | {"name": {"en": "Other"}}})
    )
    assert check(first) == []
    assert first == again
    assert first["object"]["id"] != other["object"]["id"]


def test_repairs_that_are_switched_on_are_applied_in_turn_and_named():
    given = shortest(
        object={"objectType": "GroupActivity", "id": GUID}, result={"score": None}
    )
    repairs = chosen(["id_without_scheme", "group_activity", "null_properties"])
    after, names = repaired(given, repairs)
    assert after == shortest(object={"objectType": "Activity", "id": URN}, result={})
    assert names == ("null_properties", "group_activity", "id_without_scheme")


def test_no_repair_is_made_that_is_not_switched_on():
    given = shortest(object={"objectType": "GroupActivity", "id": GUID})
    assert repaired(given, chosen([])) == (given, ())


def test_a_repair_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(WrongUse, match="no such repair: magic") as error:
        chosen(["magic", "bbb_comma"])
    assert "group_activity" in error.value.one_line()
