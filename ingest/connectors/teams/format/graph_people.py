"""Who a Graph attendance record is about."""

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
    """Return a person by address, by account of a tenant, else of this session alone.

    Args:
        session: the meeting.
        record: one attendance record.
        shared: names that several guests of the meeting go by; a guest's id, which is
            of this meeting only, keeps those apart.
    """
    identity = _identity(record)
    name = text_of(identity.get("displayName"))
    address = next((one for one in _addresses(record, identity) if "@" in one), None)
    if address:
        return person(session, name, principal_address(address))
    own, tenant = text_of(identity.get("id")), text_of(identity.get("tenantId"))
    if own and tenant:
        account = {"homePage": f"{TENANTS}/{tenant}", "name": own}
        return {"objectType": "Agent", "account": account}
    anonymous = text_of(record.get("registrationId")) or text_of(record.get("id"))
    called = f"{name} ({own or anonymous})" if name in shared else name
    return person(session, called or own or anonymous or "unknown", None)


def shared_names(records: list[dict[str, Any]]) -> frozenset[str]:
    """Return the names that several records without an account go by."""
    unnamed = [record for record in records if not _has_account(record)]
    names = Counter(text_of(_identity(one).get("displayName")) for one in unnamed)
    return frozenset(name for name, count in names.items() if name and count > 1)


def _has_account(record: dict[str, Any]) -> bool:
    identity = _identity(record)
    has_tenant = bool(identity.get("id") and identity.get("tenantId"))
    return has_tenant or any("@" in one for one in _addresses(record, identity))


def _addresses(record: dict[str, Any], identity: dict[str, Any]) -> list[str]:
    fields = (record.get("emailAddress"), identity.get("userPrincipalName"))
    registered = object_in(record.get("externalRegistrationInformation"))
    return [*map(text_of, fields), text_of(registered.get("registrationEmail"))]


def _identity(record: dict[str, Any]) -> dict[str, Any]:
    """Return the identity itself, which some answers wrap by its kind (user, guest)."""
    identity = object_in(record.get("identity"))
    if "displayName" in identity or "id" in identity:
        return identity
    inside = (one for one in identity.values() if isinstance(one, dict))
    return next(inside, {})
