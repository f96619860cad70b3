"""Replace every person in a statement by a key, in each place that xAPI allows."""

from collections.abc import Callable
from typing import Any

from ingest.identity.pseudonyms import Agent, pseudonymous

Json = dict[str, Any]
KeyOf = Callable[[Agent], str | None]


def replace_people(statement: Json, key_of: KeyOf) -> Json:
    """Return a valid statement with pseudonyms for people.

    Actor, object, instructor, team, authority, members, contextAgents, contextGroups,
    and all of these in a sub-statement. Names are dropped.
    """
    shown = dict(statement)
    for place in ("actor", "authority"):
        if place in shown:
            shown[place] = _person(shown[place], key_of)
    if "object" in shown:
        shown["object"] = _object(shown["object"], key_of)
    if "context" in shown:
        shown["context"] = _context(shown["context"], key_of)
    return shown


def _person(agent: Agent, key_of: KeyOf) -> Agent:
    key = key_of(agent)
    shown = pseudonymous(agent, key) if key else {"objectType": "Group"}
    if "member" in agent:
        shown["member"] = [_person(member, key_of) for member in agent["member"]]
    return shown


def _object(target: Json, key_of: KeyOf) -> Json:
    kind = target.get("objectType")
    if kind in {"Agent", "Group"}:
        return _person(target, key_of)
    if kind == "SubStatement":
        return replace_people(target, key_of)
    return target


def _context(context: Json, key_of: KeyOf) -> Json:
    shown = dict(context)
    for place in ("instructor", "team"):
        if place in shown:
            shown[place] = _person(shown[place], key_of)
    for place, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        if place in shown:
            shown[place] = [
                entry | {inner: _person(entry[inner], key_of)} for entry in shown[place]
            ]
    return shown
