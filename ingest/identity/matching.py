"""Match accounts to people by exact rules in a fixed order, never by similarity.

Each rule yields at most one person of the roster. An account that matches two people,
or a person who is present under another account, stays unmatched and is counted.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ingest.identity.pseudonyms import folded

UPN = "upn"
ROSTER_IDENTIFIER = "roster_identifier"
NAME_IN_COHORT = "name_in_cohort"
ALREADY_PRESENT = "already present"  # no key: makes a set of people ambiguous
_GUEST = re.compile(r"^(?P<local>.+)_(?P<domain>[^_@]+)#ext#@", re.IGNORECASE)
_ADDRESS = re.compile(r"^[^@\s|]+@[^@\s|]+\.[^@\s|]+$")


@dataclass(frozen=True)
class UnmatchedAccount:
    """An account that is on no roster and has no link."""

    actor_key: str
    shown: str  # its account name or address, as the source wrote it
    session_id: str | None = None  # where it is a name inside one live session


@dataclass(frozen=True)
class Roster:
    """People and their identifiers; keys are learner keys, links followed."""

    by_address: Callable[[str], str | None]
    by_identifier: Mapping[str, set[str]]
    names: Mapping[str, set[str]]  # normalised name -> people of that name
    cohorts: Mapping[str, set[str]]  # cohort -> people enrolled in it
    cohorts_of_session: Mapping[str, set[str]]
    present: Mapping[str, set[str]]  # session -> people present under their own account


@dataclass
class Outcome:
    """Links by account, and the accounts that no rule or several people match."""

    links: dict[str, tuple[str, str]] = field(default_factory=dict)  # learner, rule
    ambiguous: set[str] = field(default_factory=set)
    unresolved: set[str] = field(default_factory=set)


def resolve(
    accounts: Iterable[UnmatchedAccount], roster: Roster, *, may_use_names: bool
) -> Outcome:
    """Return the people of the accounts that a rule matches.

    Args:
        accounts: to match, in any order.
        roster: the people known.
        may_use_names: the organisation allows an exact, unique name inside the
            session's own cohort to count as a person.
    """
    outcome = Outcome()
    rules = [(UPN, _by_upn), (ROSTER_IDENTIFIER, _by_identifier)]
    if may_use_names:
        rules.append((NAME_IN_COHORT, _by_name))
    for account in accounts:
        for rule, people_by in rules:
            people = people_by(account, roster)
            if len(people) == 1:
                outcome.links[account.actor_key] = (next(iter(people)), rule)
                break
            if people:
                outcome.ambiguous.add(account.actor_key)
                break
        else:
            outcome.unresolved.add(account.actor_key)
    _one_account_a_session(accounts, outcome)
    return outcome


def _by_upn(account: UnmatchedAccount, roster: Roster) -> set[str]:
    found = roster.by_address(address_in(account.shown) or "")
    return {found} if found else set()


def _by_identifier(account: UnmatchedAccount, roster: Roster) -> set[str]:
    """Return the people whose roster identifier is the name shown (a roll number).

    Only inside a live session: elsewhere the homePage is part of an account's identity.
    """
    if account.session_id is None:
        return set()
    return roster.by_identifier.get(" ".join(account.shown.split()), set())


def _by_name(account: UnmatchedAccount, roster: Roster) -> set[str]:
    """Return the people of this name in the session's cohort.

    Someone who is present under their own account makes the name ambiguous.
    """
    if account.session_id is None:
        return set()
    cohorts = roster.cohorts_of_session.get(account.session_id, set())
    if len(cohorts) != 1:
        return set()
    members = roster.cohorts.get(next(iter(cohorts)), set())
    named = roster.names.get(normalised(account.shown), set()) & members
    if named & roster.present.get(account.session_id, set()):
        return named | {ALREADY_PRESENT}
    return named


def _one_account_a_session(
    accounts: Iterable[UnmatchedAccount], outcome: Outcome
) -> None:
    """Remove name matches that would merge two accounts of one session."""
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    for account in accounts:
        learner, rule = outcome.links.get(account.actor_key, ("", ""))
        if rule == NAME_IN_COHORT:
            taken[(str(account.session_id), learner)].append(account.actor_key)
    for same_learner in taken.values():
        if len(same_learner) > 1:
            for actor_key in same_learner:
                del outcome.links[actor_key]
                outcome.ambiguous.add(actor_key)


def address_in(shown: str) -> str | None:
    """Return the e-mail address in an account name, None where there is none.

    A guest of a Microsoft tenant is `ana_corp.example#EXT#@tenant.example`: the last
    underscore replaces the @ of the guest's own address.
    """
    text = shown.strip().removeprefix("mailto:")
    if guest := _GUEST.match(text):
        return folded(f"{guest['local']}@{guest['domain']}")
    is_address = _ADDRESS.match(text) and "#ext#" not in text.casefold()
    return folded(text) if is_address else None


def normalised(name: str) -> str:
    """Return a name for comparison: letters folded, spaces single, family name last."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    family, comma, given = folded.partition(",")
    whole = f"{given} {family}" if comma and given.strip() else folded
    return " ".join(whole.split())
