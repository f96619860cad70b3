"""Normalise what statements may spell in several ways.

Statements are normalised once they are valid, before they are compared or kept.
"""

from datetime import datetime
from typing import Any

from ingest.xapi.formats import parse_timestamp

Json = dict[str, Any]
MONGO_DOT = "&46;"  # how MongoDB exports write a dot in a key


WRAPPER = "statement"  # the key of the statement in Learning Locker's database
ESSENTIAL = {"actor", "verb", "object"}


def unwrapped(value: Json) -> Json:
    """Return the statement inside a record of Learning Locker's database.

    A statement has no property `statement`, and a record none of a statement's own.
    """
    if not isinstance(value, dict):
        return value
    inner = value.get(WRAPPER)
    return inner if isinstance(inner, dict) and not ESSENTIAL & set(value) else value


def decoded_keys(statement: Json, text: bytes | str) -> Json:
    """Return a statement with `&46;` in keys read as dots (Learning Locker exports).

    Args:
        statement: a JSON object.
        text: what it was parsed from, which says quickly whether there is anything.
    """
    mark = MONGO_DOT.encode() if isinstance(text, bytes) else MONGO_DOT
    return _decoded(statement) if mark in text else statement


def _decoded(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {key.replace(MONGO_DOT, "."): _decoded(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    return value


def normalised(statement: Json, version: str = "1.0.0") -> Json:
    """Return a normalised copy of a valid statement.

    UUIDs in lower case, timestamps in UTC with Z, context activities as arrays, dots in
    the keys of extensions, a version where there was none.

    Args:
        statement: a valid statement.
        version: what a statement without a version is.
    """
    changed = dict(statement)
    if "id" in changed:
        changed["id"] = changed["id"].lower()
    changed.setdefault("version", version)
    if "stored" in changed:
        changed["stored"] = utc_text(changed["stored"])
    return _body(changed)


def _body(statement: Json) -> Json:
    """Normalise the properties that statements and SubStatements share."""
    changed = dict(statement)
    if "timestamp" in changed:
        changed["timestamp"] = utc_text(changed["timestamp"])
    if "result" in changed:
        changed["result"] = with_dots(changed["result"])
    if "context" in changed:
        changed["context"] = _context(with_dots(changed["context"]))
    changed["object"] = _object(changed["object"])
    return changed


def _object(target: Json) -> Json:
    kind = target.get("objectType")
    if kind == "SubStatement":
        return _body(target)
    if kind == "StatementRef":
        return target | {"id": target["id"].lower()}
    if "definition" in target:
        return target | {"definition": with_dots(target["definition"])}
    return target


def with_dots(value: Json) -> Json:
    """Return a result, context or definition with dots in the keys of extensions."""
    if "extensions" not in value:
        return value
    given = value["extensions"]
    if not any(MONGO_DOT in key for key in given):
        return value
    return value | {"extensions": _decoded(given)}


def _context(context: Json) -> Json:
    changed = dict(context)
    if "registration" in changed:
        changed["registration"] = changed["registration"].lower()
    if "statement" in changed:
        changed["statement"] = _object(changed["statement"])
    if "contextActivities" in changed:
        arrays = as_arrays(changed["contextActivities"])
        changed["contextActivities"] = {
            relation: [_object(activity) for activity in activities]
            for relation, activities in arrays.items()
        }
    return changed


def as_arrays(context_activities: Json) -> dict[str, list[Json]]:
    """Return context activities with an array in every relation (2.4.6.2)."""
    return {
        relation: given if isinstance(given, list) else [given]
        for relation, given in context_activities.items()
    }


def utc_text(text: str) -> str:
    """Return a timestamp as UTC, to the microsecond where it has a fraction."""
    return spelled(parse_timestamp(text))


def spelled(moment: datetime) -> str:
    """Return naive UTC in the format that Tandem writes."""
    return f"{moment.isoformat()}Z"
