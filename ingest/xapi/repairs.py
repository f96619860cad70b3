"""Named repairs of common mistakes of producers; off until tandem.toml names them.

A repair takes a parsed statement, of whatever shape, and returns a repaired copy, or
None where it has nothing to do. It invents nothing that the sender did not say: ids are
made from what the statement holds, so that the same statement is repaired the same way.
"""

import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ingest.xapi.formats import is_mailto, is_uuid
from ingest.xapi.places import activities, bodies, objects, people, property_of
from ingest.xapi.responses import BETWEEN_ITEMS
from tandem.core.errors import WrongUse

Json = dict[str, Any]

SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
ACTIVITIES = uuid5(NAMESPACE_URL, "https://tandem.example/xapi/activities")


@dataclass(frozen=True)
class Repair:
    """A repair by its name.

    Args:
        name: as in [repairs] of tandem.toml.
        defect: what is wrong, and who sends it.
        change: changes a statement in place and returns whether it did.
        is_for_valid: whether valid statements need it too.
    """

    name: str
    defect: str
    change: Callable[[Json], bool]
    is_for_valid: bool = False

    def __call__(self, statement: Json) -> Json | None:
        """Return a repaired copy, None where there is nothing to repair."""
        changed = deepcopy(statement)
        return changed if self.change(changed) else None


def chosen(names: Iterable[str]) -> tuple[Repair, ...]:
    """Return the repairs of these names, in the order in which they are applied.

    Raises:
        WrongUse: there is no repair of such a name.
    """
    wanted = set(names)
    if unknown := wanted - set(REPAIRS):
        raise WrongUse(
            f"no such repair: {', '.join(sorted(unknown))}",
            "tandem.toml [repairs]",
            f"there are {', '.join(REPAIRS)}",
        )
    return tuple(repair for name, repair in REPAIRS.items() if name in wanted)


def repaired(
    statement: Json, repairs: Iterable[Repair]
) -> tuple[Json, tuple[str, ...]]:
    """Return a statement after all these repairs, and the repairs that changed it.

    The given statement stays as it is.
    """
    applied: list[str] = []
    for repair in repairs:
        better = repair(statement)
        if better is not None:
            statement = better
            applied.append(repair.name)
    return statement, tuple(applied)


def _group_activity(statement: Json) -> bool:
    wrong = [
        activity
        for activity in activities(statement)
        if activity.get("objectType") == "GroupActivity"
    ]
    for activity in wrong:
        activity["objectType"] = "Activity"
    return bool(wrong)


def _is_activity(value: Json) -> bool:
    return value.get("objectType", "Activity") in ("Activity", "GroupActivity")


def _id_without_scheme(statement: Json) -> bool:
    wrong = [
        activity
        for activity in activities(statement)
        if _is_activity(activity)
        and isinstance(activity.get("id"), str)
        and is_uuid(activity["id"])
    ]
    for activity in wrong:
        activity["id"] = f"urn:uuid:{activity['id'].lower()}"
    return bool(wrong)


def _missing_id(statement: Json) -> bool:
    wrong = [
        activity
        for activity in activities(statement)
        if _is_activity(activity)
        and "id" not in activity
        and activity.get("definition")
    ]
    for activity in wrong:
        said = json.dumps(activity["definition"], sort_keys=True)
        activity["id"] = f"urn:uuid:{uuid5(ACTIVITIES, said)}"
    return bool(wrong)


def _equal_min_max(statement: Json) -> bool:
    is_changed = False
    for body in bodies(statement):
        score = property_of(body, "result", "score")
        if score.get("min") is not None and score["min"] == score.get("max"):
            del score["min"], score["max"]
            is_changed = True
    return is_changed


def _account_mbox(statement: Json) -> bool:
    is_changed = False
    for person in people(statement):
        account = person.get("account")
        if not isinstance(account, dict) or "mbox" not in account:
            continue
        address = account.pop("mbox")
        is_changed = True
        if account.get("homePage") and "name" in account:
            continue
        if isinstance(address, str) and is_mailto(address):
            del person["account"]
            person.setdefault("mbox", address)
    return is_changed


def _bbb_comma(statement: Json) -> bool:
    is_changed = False
    for body in bodies(statement):
        result = property_of(body, "result")
        answer = result.get("response")
        if not isinstance(answer, str) or "," not in answer or BETWEEN_ITEMS in answer:
            continue
        ids, choices = answer.split(","), _choices(body)
        if answer not in choices and choices.issuperset(ids):
            result["response"] = BETWEEN_ITEMS.join(ids)
            is_changed = True
    return is_changed


def _verb_as_text(statement: Json) -> bool:
    wrong = [body for body in bodies(statement) if isinstance(body.get("verb"), str)]
    for body in wrong:
        body["verb"] = {"id": body["verb"]}
    return bool(wrong)


def _bbb_names(statement: Json) -> bool:
    """Move display names to accounts of their session, so that two Annas stay two."""
    account = property_of(statement, "actor", "account")
    home, session = account.get("homePage"), _session_of(statement)
    rooms = [activity.get("id") for activity in activities(statement)]
    own = f"{home}/xapi/activities/"
    is_bbb = any(isinstance(room, str) and room.startswith(own) for room in rooms)
    if not home or not session or not is_bbb:
        return False
    account["homePage"] = f"{home}/sessions/{session}"
    return True


def _session_of(statement: Json) -> str | None:
    session = property_of(statement, "context", "extensions").get(SESSION)
    return session if isinstance(session, str) else None


def _choices(body: Json) -> set[str]:
    definition = property_of(body, "object", "definition")
    if definition.get("interactionType") not in ("choice", "sequencing"):
        return set()
    ids = [choice.get("id") for choice in objects(definition.get("choices"))]
    return {text for text in ids if isinstance(text, str)}


def _null_properties(value: object) -> bool:
    is_changed = False
    for inner in value if isinstance(value, list) else []:
        is_changed |= _null_properties(inner)
    for key, inner in list(value.items()) if isinstance(value, dict) else []:
        if inner is None:
            del value[key]
            is_changed = True
        elif key != "extensions":
            is_changed |= _null_properties(inner)
    return is_changed


def _empty_object_type(statement: Json) -> bool:
    places = [*activities(statement), *people(statement)]
    wrong = [place for place in places if place.get("objectType") == ""]
    for place in wrong:
        place.pop("objectType", None)
    return bool(wrong)


REPAIRS = {
    repair.name: repair
    for repair in (
        Repair(
            "null_properties", "null for a value that is not known", _null_properties
        ),
        Repair(
            "empty_object_type",
            "an empty objectType where the default is meant",
            _empty_object_type,
        ),
        Repair(
            "group_activity",
            "objectType GroupActivity for an Activity (Open edX)",
            _group_activity,
        ),
        Repair(
            "id_without_scheme",
            "a bare UUID as the id of an Activity (Open edX, special exams)",
            _id_without_scheme,
        ),
        Repair(
            "missing_id",
            "an Activity without id; it gets one made from its definition (Open edX)",
            _missing_id,
        ),
        Repair(
            "equal_min_max",
            "min and max of a score are equal: both are left out (Open edX)",
            _equal_min_max,
        ),
        Repair("account_mbox", "mbox inside an account (Marsha)", _account_mbox),
        Repair(
            "bbb_comma",
            "answers joined with a comma alone (BigBlueButton polls)",
            _bbb_comma,
            is_for_valid=True,
        ),
        Repair(
            "verb_as_text",
            "a verb that is a bare IRI (BigBlueButton's raised hands)",
            _verb_as_text,
        ),
        Repair(
            "bbb_names",
            "a display name as an account (BigBlueButton): an account of its session",
            _bbb_names,
            is_for_valid=True,
        ),
    )
}
