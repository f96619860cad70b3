"""Rules about people: Agents, Groups, authority, team (2.4.2, 2.4.6, 2.4.9)."""

from ingest.xapi import formats, rules
from ingest.xapi.findings import Found, Place, add
from ingest.xapi.shapes import (
    Json,
    check_properties,
    formatted,
    iri,
    list_of,
    nothing,
    object_of,
    string,
)

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")

account = object_of({"homePage": iri, "name": string}, ("homePage", "name"))

_AGENT = {
    "objectType": nothing,
    "name": string,
    "mbox": formatted(formats.is_mailto, rules.MAILTO),
    "mbox_sha1sum": formatted(formats.is_sha1, rules.SHA1),
    "openid": iri,
    "account": account,
}


def agent(value: object, place: Place, found: Found) -> None:
    """Check an Agent: exactly one identifier, no members."""
    if not _is_object(value, place, found):
        return
    if value.get("objectType", "Agent") != "Agent":
        add(found, rules.OBJECT_TYPE, (place, "objectType"), "wanted Agent")
        return
    check_properties(value, place, found, _AGENT)
    _one_identifier(value, place, found)


def group(value: object, place: Place, found: Found) -> None:
    """Check a Group: at most one identifier, and members where there is none."""
    if not _is_object(value, place, found):
        return
    if value.get("objectType") != "Group":
        add(found, rules.OBJECT_TYPE, (place, "objectType"), "wanted Group")
        return
    check_properties(value, place, found, _GROUP)
    if any(name in value for name in IDENTIFIERS):
        _one_identifier(value, place, found)
    elif not value.get("member"):
        add(found, rules.GROUP_MEMBERS, (place, "member"))


_GROUP = _AGENT | {"member": list_of(agent)}


def agent_or_group(value: object, place: Place, found: Found) -> None:
    """Check an Agent or a Group by its objectType; an Agent where it has none."""
    if not _is_object(value, place, found):
        return
    kind = value.get("objectType", "Agent")
    if kind == "Group":
        group(value, place, found)
    elif kind == "Agent":
        agent(value, place, found)
    else:
        add(found, rules.OBJECT_TYPE, (place, "objectType"), "wanted Agent or Group")


def team(value: object, place: Place, found: Found) -> None:
    """Check a team, which must state that it is a Group."""
    if not _is_object(value, place, found):
        return
    if value.get("objectType") != "Group":
        add(found, rules.TEAM, (place, "objectType"))
        return
    group(value, place, found)


def authority(value: object, place: Place, found: Found) -> None:
    """Check an authority: an Agent, or an anonymous Group of exactly two Agents."""
    agent_or_group(value, place, found)
    if type(value) is not dict or value.get("objectType") != "Group":
        return
    members = value.get("member")
    is_pair = isinstance(members, list) and len(members) == 2
    if not is_pair or any(name in value for name in IDENTIFIERS):
        add(found, rules.AUTHORITY, place)


def _is_object(value: object, place: Place, found: Found) -> bool:
    if type(value) is dict:
        return True
    add(found, rules.TYPE, place, "wanted an Agent or Group")
    return False


def _one_identifier(value: Json, place: Place, found: Found) -> None:
    given = [name for name in IDENTIFIERS if name in value]
    if not given:
        add(found, rules.IFI_NONE, place)
    elif len(given) > 1:
        add(found, rules.IFI_SEVERAL, place, ", ".join(given))
