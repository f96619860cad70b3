"""Rules about contexts, objects and whole statements (2.4, 2.4.4, 2.4.6)."""

from functools import partial

from ingest.xapi import formats, rules
from ingest.xapi.activities import activity
from ingest.xapi.agents import agent, agent_or_group, authority, group, team
from ingest.xapi.findings import Found, Place, Rule, add
from ingest.xapi.outcomes import attachments, result
from ingest.xapi.shapes import (
    Check,
    Json,
    check_properties,
    exactly,
    extensions,
    formatted,
    iri,
    language,
    language_map,
    list_of,
    object_of,
    string,
    timestamp,
    uuid,
)

VOIDED = "http://adlnet.gov/expapi/verbs/voided"

verb = object_of({"id": iri, "display": language_map}, ("id",))


statement_ref = object_of(
    {"objectType": exactly("StatementRef"), "id": uuid}, ("objectType", "id")
)


def _activities(value: object, place: Place, found: Found) -> None:
    """Check one Activity, or an array of them."""
    (list_of(activity) if type(value) is list else activity)(value, place, found)


_context_activities = object_of(
    dict.fromkeys(("parent", "grouping", "category", "other"), _activities)
)


def _relevant_types(value: object, place: Place, found: Found) -> None:
    if type(value) is not list or not value:
        add(found, rules.RELEVANT_TYPES, place)
        return
    list_of(iri)(value, place, found)


def _related(name: str, kind: str, check: Check) -> Check:
    properties = {
        "objectType": exactly(kind),
        name: check,
        "relevantTypes": _relevant_types,
    }
    return list_of(object_of(properties, ("objectType", name)))


def _broken(rule: Rule) -> Check:
    """Make a check for a property that is not allowed at its place."""

    def check(_value: object, place: Place, found: Found) -> None:
        add(found, rule, place)

    return check


_CONTEXT: dict[str, Check] = {
    "registration": uuid,
    "instructor": agent_or_group,
    "team": team,
    "contextActivities": _context_activities,
    "revision": string,
    "platform": string,
    "language": language,
    "statement": statement_ref,
    "extensions": extensions,
}
_CONTEXT_1 = _CONTEXT | dict.fromkeys(
    ("contextAgents", "contextGroups"), _broken(rules.FROM_2)
)
_CONTEXT_2 = _CONTEXT | {
    "contextAgents": _related("agent", "contextAgent", agent),
    "contextGroups": _related("group", "contextGroup", group),
}


REQUIRED = ("actor", "verb", "object")


def statement_of(*, is_2: bool) -> Check:
    """Make the check of a whole statement of xAPI 1.0.x or 2.0."""
    shared: dict[str, Check] = {
        "actor": agent_or_group,
        "verb": verb,
        "result": result,
        "context": object_of(_CONTEXT_2 if is_2 else _CONTEXT_1),
        "timestamp": timestamp,
        "attachments": attachments,
    }
    own = {
        "id": uuid,
        "object": _object_of({"SubStatement": _sub_statement(shared)}),
        "stored": timestamp,
        "authority": authority,
        "version": formatted(partial(formats.is_version, is_2=is_2), rules.VERSION),
    }
    return _body_of(shared | own, rules.JSON_OBJECT)


def _sub_statement(shared: dict[str, Check]) -> Check:
    forbidden = _broken(rules.SUB_STATEMENT_PROPERTY)
    own = {"objectType": exactly("SubStatement"), "object": _object_of({})}
    not_its_own = dict.fromkeys(("id", "stored", "version", "authority"), forbidden)
    return _body_of(shared | own | not_its_own, rules.TYPE)


def _body_of(properties: dict[str, Check], unless_object: Rule) -> Check:
    def check(value: object, place: Place, found: Found) -> None:
        if type(value) is not dict:
            add(found, unless_object, place)
            return
        check_properties(value, place, found, properties, REQUIRED)
        _check_together(value, place, found)

    return check


def _object_of(more: dict[str, Check]) -> Check:
    """Make the check of an object: its objectType decides which."""
    kinds = {
        "Activity": activity,
        "Agent": agent,
        "Group": group,
        "StatementRef": statement_ref,
    } | more

    def check(value: object, place: Place, found: Found) -> None:
        if type(value) is not dict:
            add(found, rules.TYPE, place, "wanted an object")
            return
        kind = value.get("objectType", "Activity")
        if kind == "SubStatement" and kind not in kinds:
            add(found, rules.NESTED_SUB_STATEMENT, place)
        elif type(kind) is not str or kind not in kinds:
            add(found, rules.OBJECT_TYPE, (place, "objectType"))
        else:
            kinds[kind](value, place, found)

    return check


def _check_together(value: Json, place: Place, found: Found) -> None:
    """Check what one property requires of another."""
    target, context, meant = map(value.get, ("object", "context", "verb"))
    kind = target.get("objectType", "Activity") if type(target) is dict else None
    if type(context) is dict and kind is not None and kind != "Activity":
        for name in ("revision", "platform"):
            if name in context:
                add(found, rules.ACTIVITY_ONLY, ((place, "context"), name))
    voids = type(meant) is dict and meant.get("id") == VOIDED
    if voids and kind != "StatementRef":
        add(found, rules.VOIDING, (place, "object"))
