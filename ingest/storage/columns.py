"""The typed columns of raw.statements, lifted from one pseudonymised statement."""

from datetime import datetime
from typing import Any

from ingest.storage.extensions import PLACES, column_value, extensions
from ingest.storage.person_columns import PEOPLE
from ingest.xapi.formats import parse_duration, parse_timestamp

Json = dict[str, Any]
SCORES = ("scaled", "raw", "min", "max")
KINDS = {
    "Agent": "agent",
    "Group": "group",
    "StatementRef": "statement_ref",
    "SubStatement": "sub_statement",
}


def columns_of(statement: Json) -> Json:
    """Return the values of raw.statements that the statement itself decides.

    Times are naive UTC. A statement without timestamp takes its `stored`; without
    either occurred_at is None. Absent values are None, never a default.
    """
    result, context = statement.get("result", {}), statement.get("context", {})
    stored_at = _moment(statement.get("stored"))
    return (
        _actor_columns(statement["actor"])
        | _object_columns(statement["object"])
        | _result_columns(result)
        | _context_columns(context)
        | _extension_columns(statement)
        | {
            "statement_id": _lower(statement.get("id")),
            "version": statement.get("version"),
            "verb_id": statement["verb"]["id"],
            "stored_at": stored_at,
            "occurred_at": _moment(statement.get("timestamp")) or stored_at,
        }
    )


def _actor_columns(actor: Json) -> Json:
    is_group = actor.get("objectType") == "Group"
    key = key_in(actor)
    kind = "anonymous_group" if is_group and key is None else None
    return {
        "actor_key": key,
        "actor_kind": kind or ("group" if is_group else "agent"),
    }


def key_in(agent: Json | None) -> str | None:
    """Return the key that a pseudonymous Agent or Group shows, None without one."""
    account = (agent or {}).get("account", {})
    return account.get("name") if account.get("homePage") == PEOPLE else None


def _object_columns(target: Json) -> Json:
    kind = KINDS.get(target.get("objectType", "Activity"), "activity")
    definition = target.get("definition", {}) if kind == "activity" else {}
    object_id = key_in(target) if kind in {"agent", "group"} else target.get("id")
    return {
        "object_id": _lower(object_id) if kind == "statement_ref" else object_id,
        "object_kind": kind,
        "activity_type": definition.get("type"),
        "activity_name": _preferred(definition.get("name")),
    }


def _preferred(names: dict[str, str] | None) -> str | None:
    """Return a name in English where there is one, else in the first language."""
    if not names:
        return None
    english = [tag for tag in names if tag.split("-")[0].lower() == "en"]
    return names[min(english or names)]


def _result_columns(result: Json) -> Json:
    score = result.get("score", {})
    numbers = {f"score_{name}": _number(score.get(name)) for name in SCORES}
    duration = result.get("duration")
    return numbers | {
        "success": result.get("success"),
        "completion": result.get("completion"),
        "response": result.get("response"),
        "duration_seconds": parse_duration(duration) if duration else None,
    }


def _context_columns(context: Json) -> Json:
    activities = context.get("contextActivities", {})
    return {
        "registration": _lower(context.get("registration")),
        "language": context.get("language"),
        "platform": context.get("platform"),
        "instructor_key": key_in(context.get("instructor")),
        "team_key": key_in(context.get("team")),
    } | {
        f"{place}_ids": _ids(activities.get(place))
        for place in ("parent", "grouping", "category")
    }


def _ids(found: Json | list[Json] | None) -> list[str] | None:
    """Return activity ids in order; one activity and a list of one are the same."""
    if found is None:
        return None
    return [
        activity["id"] for activity in ([found] if isinstance(found, dict) else found)
    ]


def _extension_columns(statement: Json) -> Json:
    holders = {
        "result": statement.get("result", {}),
        "context": statement.get("context", {}),
        "definition": statement["object"].get("definition", {}),
    }
    columns: Json = {}
    for place in PLACES:
        for iri, value in sorted(holders[place].get("extensions", {}).items()):
            extension = extensions().get((place, iri))
            if extension and extension.column_name:
                lifted = column_value(extension, value)
                if columns.get(extension.column_name) is None:
                    columns[extension.column_name] = lifted
    return columns


def _moment(text: str | None) -> datetime | None:
    return parse_timestamp(text) if text else None


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None
