"""Land the users of a OneRoster or SDS delivery as people, with their links."""

from typing import Any

import polars as pl

from ingest.connectors.roster.format.enrolments import HOME_PAGE, identity_links
from ingest.connectors.roster.format.oneroster_delivery import (
    RosterDelivery,
    is_removed,
)
from ingest.identity import agents
from ingest.identity.agents import Agent
from ingest.mapping.tables import Row

PEOPLE: dict[str, Any] = {
    "actor": pl.String,
    "business_unit": pl.String,
    "left_at": pl.Datetime("us"),
    "reported_at": pl.Datetime("us"),
}


def land_people(delivery: RosterDelivery) -> None:
    """Write people and their links, and keep each Agent by sourcedId."""
    homes = delivery.delivery.settings.get("account_home_pages", {})
    units, linked, rows = _units(delivery), [], []
    rows_by_id: dict[str, Row] = {}
    for line, row in delivery.valid_rows("users"):
        identity = row["sourcedId"]
        if identity in rows_by_id and rows_by_id[identity] != row:
            reason = "an earlier row has this id and other values"
            delivery.reject("users", line, "sourcedId", reason, row)
            continue
        if identity in rows_by_id or not identity:
            continue
        rows_by_id[identity] = row
        person = _agent(row)
        delivery.people[identity] = person
        linked.append((person, row))
        unit = units.get(identity) or units.get(_primary_unit(row))
        changed_at = delivery.last_modified("users", line, row)
        has_left = is_removed(row)
        if unit or has_left:
            left_at = changed_at if has_left else None
            reported_at = changed_at or delivery.day
            rows.append((agents.text_of(person), unit, left_at, reported_at))
    if linked:
        delivery.writer.links(identity_links(linked, homes))
    if rows:
        delivery.writer.rows("people", pl.DataFrame(rows, schema=PEOPLE, orient="row"))


def _agent(row: Row) -> Agent:
    """Return the first Agent of a user: by e-mail, else by sourcedId."""
    given = row.get("preferredGivenName") or row.get("givenName", "")
    family = row.get("preferredFamilyName") or row.get("familyName", "")
    name = " ".join(f"{given} {family}".split())
    mail = row.get("email") or row.get("username", "")
    return agents.mail_agent(mail, name) or agents.account_agent(
        HOME_PAGE, row["sourcedId"], name
    )


def _units(delivery: RosterDelivery) -> dict[str, str]:
    """Return the name of each organisation by id, and of each user's by user id.

    The organisation of a user is that of the primary role, else of the first role.
    """
    names = {r["sourcedId"]: r.get("name", "") for _line, r in delivery.roster["orgs"]}
    units = dict(names)
    for _line, row in delivery.roster["roles"]:
        is_primary = row.get("roleType", "").casefold() == "primary"
        is_primary |= row.get("isPrimary", "").casefold() in ("true", "1")
        user, unit = row["userSourcedId"], names.get(row.get("orgSourcedId", ""))
        if unit and (is_primary or user not in units):
            units[user] = unit
    return units


def _primary_unit(row: Row) -> str:
    primary = row.get("primaryOrgSourcedId", "")
    return primary or row.get("orgSourcedIds", "").split(",")[0].strip()
