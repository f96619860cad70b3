"""One spelling for what statements may spell in several ways.

Statements are normalised once they are valid, before they are compared or kept.
"""

from datetime import datetime
from typing import Any

from ingest.xapi.formats import parse_timestamp

Json = dict[str, Any]
RELATIONS = ("parent", "grouping", "category", "other")
MONGO_DOT = "&46;"  # how MongoDB exports write a dot in a key


def decoded_keys(statement: Json, text: str) -> Json:
    """Return a statement with `&46;` in keys read as dots (Learning Locker exports)."""
    return _decoded(statement) if MONGO_DOT in text else statement


def _decoded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key.replace(MONGO_DOT, "."): _decoded(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    return value


def normalised(statement: Json) -> Json:
    """Return a valid statement in one spelling; the given one stays as it is.

    UUIDs in lower case, timestamps in UTC with Z, context activities as arrays, a
    version where there was none.
    """
    changed = dict(statement)
    if "id" in changed:
        changed["id"] = changed["id"].lower()
    changed.setdefault("version", "1.0.0")
    if "stored" in changed:
        changed["stored"] = utc_text(changed["stored"])
    return _body(changed)


def _body(statement: Json) -> Json:
    """Normalise what statements and SubStatements share."""
    changed = dict(statement)
    if "timestamp" in changed:
        changed["timestamp"] = utc_text(changed["timestamp"])
    if "context" in changed:
        changed["context"] = _context(changed["context"])
    target = changed["object"]
    kind = target.get("objectType")
    if kind == "SubStatement":
        changed["object"] = _body(target)
    elif kind == "StatementRef":
        changed["object"] = target | {"id": target["id"].lower()}
    return changed


def _context(context: Json) -> Json:
    changed = dict(context)
    if "registration" in changed:
        changed["registration"] = changed["registration"].lower()
    if "statement" in changed:
        reference = changed["statement"]
        changed["statement"] = reference | {"id": reference["id"].lower()}
    if "contextActivities" in changed:
        changed["contextActivities"] = {
            relation: given if isinstance(given, list) else [given]
            for relation, given in changed["contextActivities"].items()
        }
    return changed


def utc_text(text: str) -> str:
    """Return a timestamp as UTC, to the microsecond where it has a fraction."""
    return spelled(parse_timestamp(text))


def spelled(moment: datetime) -> str:
    """Return naive UTC in the one spelling that Tandem writes."""
    return f"{moment.isoformat()}Z"
