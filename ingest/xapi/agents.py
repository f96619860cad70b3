"""Rules about people: Agents, Groups, authority, team (2.4.2, 2.4.6, 2.4.9)."""

from ingest.xapi import formats, rules
from ingest.xapi.findings import Finding, Found
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


def agent(value: object, path: str, found: Found) -> None:
    """Check an Agent: exactly one identifier, no members."""
    if not _is_object(value, path, found):
        return
    if value.get("objectType", "Agent") != "Agent":
        found.append(Finding(rules.OBJECT_TYPE, f"{path}.objectType", "wanted Agent"))
        return
    check_properties(value, path, found, _AGENT)
    _one_identifier(value, path, found)


def group(value: object, path: str, found: Found) -> None:
    """Check a Group: at most one identifier, and members where there is none."""
    if not _is_object(value, path, found):
        return
    if value.get("objectType") != "Group":
        found.append(Finding(rules.OBJECT_TYPE, f"{path}.objectType", "wanted Group"))
        return
    check_properties(value, path, found, _GROUP)
    if any(name in value for name in IDENTIFIERS):
        _one_identifier(value, path, found)
    elif not value.get("member"):
        found.append(Finding(rules.GROUP_MEMBERS, f"{path}.member"))


_GROUP = _AGENT | {"member": list_of(agent)}


def agent_or_group(value: object, path: str, found: Found) -> None:
    """Check whichever of the two objectType says; an Agent where it says nothing."""
    if not _is_object(value, path, found):
        return
    kind = value.get("objectType", "Agent")
    if kind == "Group":
        group(value, path, found)
    elif kind == "Agent":
        agent(value, path, found)
    else:
        found.append(
            Finding(rules.OBJECT_TYPE, f"{path}.objectType", "wanted Agent or Group")
        )


def team(value: object, path: str, found: Found) -> None:
    """Check a team, which says that it is a Group."""
    if not _is_object(value, path, found):
        return
    if value.get("objectType") != "Group":
        found.append(Finding(rules.TEAM, f"{path}.objectType"))
        return
    group(value, path, found)


def authority(value: object, path: str, found: Found) -> None:
    """Check an authority: an Agent, or an anonymous Group of exactly two Agents."""
    agent_or_group(value, path, found)
    if type(value) is not dict or value.get("objectType") != "Group":
        return
    members = value.get("member")
    is_pair = isinstance(members, list) and len(members) == 2
    if not is_pair or any(name in value for name in IDENTIFIERS):
        found.append(Finding(rules.AUTHORITY, path))


def _is_object(value: object, path: str, found: Found) -> bool:
    if type(value) is dict:
        return True
    found.append(Finding(rules.TYPE, path, "wanted an Agent or Group"))
    return False


def _one_identifier(value: Json, path: str, found: Found) -> None:
    given = [name for name in IDENTIFIERS if name in value]
    if not given:
        found.append(Finding(rules.IFI_NONE, path))
    elif len(given) > 1:
        found.append(Finding(rules.IFI_SEVERAL, path, ", ".join(given)))
