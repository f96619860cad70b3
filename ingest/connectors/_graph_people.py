"""Who a Graph attendance record is about."""

from typing import Any

from ingest.connectors._classroom import Agent, TechnicalSession, person
from ingest.connectors._json_files import object_in, text_of
from ingest.connectors._teams_people import principal_address

TENANTS = "https://login.microsoftonline.com"


def actor_of(session: TechnicalSession, record: dict[str, Any]) -> Agent:
    """Return a person by address, by account of a tenant, else of this session alone.

    A guest's id is of one meeting only; it keeps two guests of one name apart.
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
    agent = person(session, own or name or anonymous or "unknown", None)
    return agent | {"name": name} if own and name else agent


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
