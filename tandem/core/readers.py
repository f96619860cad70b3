"""Who a signed-in reader is: roles and a business unit, from one claim.

`[access]` of tandem.toml names the claim, and says what its values mean:

    [access]
    claim = "groups"
    unknown = "refused"          # or "leader": organisation-wide numbers only
    rosters = false              # whether `tandem person roster` may list names
    attendance_records = false   # whether `tandem export` may write one, with names
    identified_exports = false   # whether `tandem export --xapi` may hold identifiers

    [access.roles]
    "ld-analysts" = "analyst"

    [access.business_units]
    "bu-sales" = "Sales"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from tandem.core.errors import WrongUse
from tandem.core.roles import LEADER, ROLES

EVERY_UNIT = "all"  # a reader of the whole organisation
NO_UNIT = ""  # a reader of organisation-wide numbers only
REFUSED = "refused"


@dataclass(frozen=True)
class Reader:
    """Who reads.

    Attributes:
        roles: that the reader has.
        business_unit: whose numbers the reader sees besides those of the whole
            organisation; EVERY_UNIT or NO_UNIT.
    """

    roles: tuple[str, ...] = ROLES
    business_unit: str = EVERY_UNIT


@dataclass(frozen=True)
class AccessPolicy:
    """What the values of a claim mean."""

    claim: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    business_units: Mapping[str, str] = field(default_factory=dict)
    unknown: str = REFUSED
    rosters: bool = False
    attendance_records: bool = False
    identified_exports: bool = False

    @classmethod
    def of(cls, table: Mapping[str, Any], where: str) -> "AccessPolicy":
        """Return the policy that a table sets.

        Args:
            table: [access] of tandem.toml.
            where: its place, for messages.

        Raises:
            WrongUse: a setting does not exist, or has a value that means nothing.
        """
        known = [field.name for field in fields(cls)]
        if unknown := sorted(set(table) - set(known)):
            words = f"no such setting: {', '.join(unknown)}"
            raise WrongUse(words, where, f"there are {', '.join(known)}")
        policy = cls(**table)
        if not isinstance(policy.claim, str):
            raise WrongUse("claim is no text", where, 'write claim = "groups"')
        for name in ("rosters", "attendance_records", "identified_exports"):
            if not isinstance(getattr(policy, name), bool):
                raise WrongUse(f"{name} is not true or false", where, "correct it")
        if policy.unknown not in (REFUSED, LEADER):
            raise WrongUse(
                f"unknown is {policy.unknown!r}", where, 'write "refused" or "leader"'
            )
        for name in ("roles", "business_units"):
            if not _are_texts(getattr(policy, name)):
                raise WrongUse(f"{name} is no table of texts", where, "correct it")
        for role in policy.roles.values():
            if role not in ROLES:
                raise WrongUse(
                    f"no such role: {role}", where, f"there are {', '.join(ROLES)}"
                )
        for unit in policy.business_units.values():
            if unit in (EVERY_UNIT, NO_UNIT):
                raise WrongUse(
                    f"{unit!r} is no business unit",
                    where,
                    "leave the line away: a role without a unit sees all units",
                )
        return policy

    def reader(self, claims: Mapping[str, Any]) -> Reader | None:
        """Return the reader that claims describe, None for one who is refused.

        A known role without a unit sees every unit. Where several units are claimed,
        none of them can be meant alone, and the reader is refused.
        """
        values = _values(claims.get(self.claim)) if self.claim else []
        mapped = {self.roles[value] for value in values if value in self.roles}
        units = {
            self.business_units[value]
            for value in values
            if value in self.business_units
        }
        if len(units) > 1:
            return None
        if mapped:
            roles = tuple(role for role in ROLES if role in mapped)
            return Reader(roles, next(iter(units), EVERY_UNIT))
        if self.unknown == LEADER:
            return Reader((LEADER,), next(iter(units), NO_UNIT))
        return None


def _are_texts(table: object) -> bool:
    return isinstance(table, Mapping) and all(
        isinstance(value, str) for value in table.values()
    )


def _values(claim: object) -> list[str]:
    """Return the values of a claim: one text, or a list of texts."""
    if isinstance(claim, str):
        return [claim]
    if isinstance(claim, list | tuple):
        return [value for value in claim if isinstance(value, str)]
    return []
