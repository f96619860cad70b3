"""When two statements of one id say the same (Communication 1.1, xAPI 1.0.3 2.3.1).

Ignored: id, authority, stored, timestamp spelling, version; verb display and activity
definitions; the order of a Group's members; the case of UUIDs and of an address's
domain; digits of a duration beyond 0.01 s. Nothing else is: PT60S is not PT1M.
"""

import hashlib
import re
from typing import Any

import rfc8785

Json = dict[str, Any]
ASSIGNED = ("id", "authority", "stored", "version")
_FRACTION = re.compile(r"([.,]\d\d)\d+(?=S$)")


def content_hash(statement: Json) -> str:
    """Return the SHA-256, in hex, of a normalised statement's meaning (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(canonical(statement))).hexdigest()


def canonical(statement: Json) -> Json:
    """Return what of a normalised statement counts when two are compared."""
    kept = {key: value for key, value in statement.items() if key not in ASSIGNED}
    return _body(kept)


def _body(statement: Json) -> Json:
    kept = dict(statement)
    kept["actor"] = _agent(kept["actor"])
    kept["verb"] = {"id": kept["verb"]["id"]}
    kept["object"] = _object(kept["object"])
    if "result" in kept:
        kept["result"] = _result(kept["result"])
    if "context" in kept:
        kept["context"] = _context(kept["context"])
    return kept


def _object(target: Json) -> Json:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return {"objectType": "Activity", "id": target["id"]}
    if kind in {"Agent", "Group"}:
        return _agent(target)
    if kind == "SubStatement":
        return _body(target)
    return target


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
    if "duration" not in result:
        return result
    return result | {"duration": _FRACTION.sub(r"\1", result["duration"])}


def _context(context: Json) -> Json:
    kept = dict(context)
    for role in ("instructor", "team"):
        if role in kept:
            kept[role] = _agent(kept[role])
    for relation, role in (("contextAgents", "agent"), ("contextGroups", "group")):
        if relation in kept:
            kept[relation] = [one | {role: _agent(one[role])} for one in kept[relation]]
    if "contextActivities" in kept:
        kept["contextActivities"] = {
            relation: [_object(activity) for activity in activities]
            for relation, activities in kept["contextActivities"].items()
        }
    return kept
