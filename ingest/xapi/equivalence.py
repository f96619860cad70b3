"""Whether two statements of one id are equivalent (1.0.3 Data 2.3.1, Comm. 1.1).

Ignored: id, authority, stored and version; verb display and activity definitions; how
an instant, a UUID or the domain of an address is spelt; the order of a Group's members;
one Activity or an array of one; an objectType that is the default anyway; digits of a
duration beyond 0.01 s. Nothing else is: PT60S is not PT1M.
"""

import hashlib
import re
from typing import Any

import rfc8785

from ingest.xapi.normalisation import as_arrays, utc_text, with_dots

Json = dict[str, Any]
ASSIGNED = frozenset(["id", "authority", "stored", "version"])
EXACT = 2**53 - 1  # the largest whole number that RFC 8785 represents
_FRACTION = re.compile(r"([.,][0-9]{2})[0-9]+(?=S$)")


def content_hash(statement: Json) -> str:
    """Return the SHA-256, in hex, of a valid statement's meaning (RFC 8785)."""
    meaning = canonical(statement)
    try:
        text = rfc8785.dumps(meaning)
    except rfc8785.IntegerDomainError:
        text = rfc8785.dumps(_as_doubles(meaning))
    return hashlib.sha256(text).hexdigest()


def _as_doubles(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _as_doubles(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_doubles(inner) for inner in value]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_whole and abs(value) > EXACT else value


def canonical(statement: Json) -> Json:
    """Return the part of a valid statement that counts when two are compared.

    The result is a statement but for what is ignored; its canonical form is itself.
    """
    return _body({k: v for k, v in statement.items() if k not in ASSIGNED})


def _body(statement: Json) -> Json:
    kept = dict(statement)
    kept["actor"] = _agent(kept["actor"])
    kept["verb"] = {"id": kept["verb"]["id"]}
    kept["object"] = _object(kept["object"])
    if "timestamp" in kept:
        kept["timestamp"] = utc_text(kept["timestamp"])
    if "result" in kept:
        kept["result"] = _result(kept["result"])
    if "context" in kept:
        kept["context"] = _context(kept["context"])
    return kept


def _object(target: Json) -> Json:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return {"objectType": "Activity", "id": target["id"]}
    if kind == "StatementRef":
        return {"objectType": kind, "id": target["id"].lower()}
    if kind == "SubStatement":
        return _body(target)
    return _agent(target)


def _agent(agent: Json) -> Json:
    kept = {"objectType": "Agent"} | agent
    if "mbox" in kept:
        local, _at, domain = kept["mbox"].rpartition("@")
        kept["mbox"] = f"{local}@{domain.lower()}"
    if "mbox_sha1sum" in kept:
        kept["mbox_sha1sum"] = kept["mbox_sha1sum"].lower()
    if "member" in kept:
        members = [_agent(member) for member in kept["member"]]
        kept["member"] = sorted(members, key=rfc8785.dumps)
    return kept


def _result(result: Json) -> Json:
    kept = with_dots(result)
    if "duration" not in kept:
        return kept
    return kept | {"duration": _FRACTION.sub(r"\1", kept["duration"])}


def _context(context: Json) -> Json:
    kept = dict(with_dots(context))
    if "registration" in kept:
        kept["registration"] = kept["registration"].lower()
    if "statement" in kept:
        kept["statement"] = _object(kept["statement"])
    for role in ("instructor", "team"):
        if role in kept:
            kept[role] = _agent(kept[role])
    for relation, role in (("contextAgents", "agent"), ("contextGroups", "group")):
        if relation in kept:
            kept[relation] = [
                activity | {role: _agent(activity[role])} for activity in kept[relation]
            ]
    if "contextActivities" in kept:
        kept["contextActivities"] = {
            relation: [_object(activity) for activity in activities]
            for relation, activities in as_arrays(kept["contextActivities"]).items()
        }
    return kept
