"""The person of a Graph attendance record."""

from collections import Counter
from typing import Any

from ingest.connectors.teams.format.people import principal_address
from ingest.parsing.json_files import object_in, text_of
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession, person

TENANTS = "https://login.microsoftonline.com"


def actor_of(
    session: TechnicalSession,
    record: dict[str, Any],
    shared: frozenset[str] = frozenset(),
) -> Agent:
    """Return a person by address, by tenant account, else by name in this session only.

    Args:
        session: the meeting.
        record: one attendance record.
        shared: display names of several guests of the meeting; the id of the guest,
            valid in this meeting only, is appended to them.
    """
    identity = _identity(record)
    name = text_of(identity.get("displayName"))
    addresses = _addresses(record, identity)
    address = next((text for text in addresses if "@" in text), None)
    if address:
        return person(session, name, principal_address(address))
    user_id, tenant = text_of(identity.get("id")), text_of(identity.get("tenantId"))
    if user_id and tenant:
        account = {"homePage": f"{TENANTS}/{tenant}", "name": user_id}
        return {"objectType": "Agent", "account": account}
    record_id = text_of(record.get("registrationId")) or text_of(record.get("id"))
    guest_id = user_id or record_id
    shown_name = f"{name} ({guest_id})" if name in shared else name
    return person(session, shown_name or guest_id or "unknown", None)


def identifier_of(record: dict[str, Any]) -> str:
    """Return a text by which a record's person is compared with those of others."""
    identity = _identity(record)
    addresses = _addresses(record, identity)
    address = next((text for text in addresses if "@" in text), None)
    if address:
        return principal_address(address).casefold()
    names = (identity.get("id"), record.get("registrationId"), record.get("id"))
    return next(filter(None, map(text_of, names)), "") or " ".join(
        text_of(identity.get("displayName")).casefold().split()
    )


def shared_names(records: list[dict[str, Any]]) -> frozenset[str]:
    """Return the display names that several records without an account have."""
    guests = [record for record in records if not _has_account(record)]
    names = Counter(text_of(_identity(guest).get("displayName")) for guest in guests)
    return frozenset(name for name, count in names.items() if name and count > 1)


def _has_account(record: dict[str, Any]) -> bool:
    identity = _identity(record)
    has_tenant = bool(identity.get("id") and identity.get("tenantId"))
    return has_tenant or any("@" in text for text in _addresses(record, identity))


def _addresses(record: dict[str, Any], identity: dict[str, Any]) -> list[str]:
    fields = (record.get("emailAddress"), identity.get("userPrincipalName"))
    registered = object_in(record.get("externalRegistrationInformation"))
    return [*map(text_of, fields), text_of(registered.get("registrationEmail"))]


def _identity(record: dict[str, Any]) -> dict[str, Any]:
    """Return the identity, which some responses nest under its kind (user, guest)."""
    identity = object_in(record.get("identity"))
    if "displayName" in identity or "id" in identity:
        return identity
    nested = (value for value in identity.values() if isinstance(value, dict))
    return next(nested, {})
