"""Statements that areas add to the learning platform's own, one JSON text each."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from samples.activities import BASE, Activity, cohort_iri
from samples.catalogue import programmes
from samples.simulation import Simulation
from samples.statement_parts import CMI5
from samples.statements import CATEGORY_CMI5, LMS

OWN = "https://tandem.example/xapi"
STORED_AFTER_MS = 2_000


def activity_object(activity: Activity) -> dict:
    """Return an activity as the object of a statement."""
    definition = {"name": {"en": activity.name}, "type": activity.activity_type}
    return named_object(activity.iri, definition)


def named_object(iri: str, definition: dict) -> dict:
    """Return an activity with any definition as the object of a statement."""
    return {"objectType": "Activity", "id": iri, "definition": definition}


def statement_of(
    made: Simulation,
    enrolment: int,
    at: int,
    verb: str,
    thing: dict,
    *,
    statement_id: str,
    session: str | None = None,
    result: dict | None = None,
    parents: Sequence[str] = (),
) -> str:
    """Return a statement of the learner of an enrolment.

    Args:
        made: the sample.
        enrolment: the row of the enrolment.
        at: when, in UTC milliseconds; it is stored two seconds later.
        verb: the IRI of the verb.
        thing: the object.
        statement_id: its id.
        session: id of a session of cmi5, if it belongs to one.
        result: its result, if any.
        parents: IRIs of what its object is part of.
    """
    groups = made.enrolments
    person = made.people.frame["lms_id"][int(groups.person[enrolment])]
    cohort = made.cohorts[int(groups.cohort[enrolment])]
    programme = programmes()[cohort.programme]

    related: dict[str, list] = {
        "grouping": [
            {"id": f"{BASE}/programmes/{programme.programme_id}"},
            {"id": cohort_iri(cohort)},
        ]
    }
    if parents:
        related["parent"] = [{"id": iri} for iri in parents]
    context: dict[str, object] = {
        "registration": groups.registration[enrolment],
        "contextActivities": related,
        "platform": "Example LMS",
    }
    if session:
        related["category"] = [CATEGORY_CMI5]
        context["extensions"] = {f"{CMI5}/extensions/sessionid": session}
    body = {
        "id": statement_id,
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": LMS, "name": person},
        },
        "verb": {"id": verb, "display": {"en": verb.rsplit("/", 1)[1]}},
        "object": thing,
        "context": context,
        "timestamp": _moment(at),
        "stored": _moment(at + STORED_AFTER_MS),
        "version": "1.0.3",
    }
    if result:
        body["result"] = result
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _moment(at: int) -> str:
    text = datetime.fromtimestamp(at / 1_000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
