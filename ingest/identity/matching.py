"""Who an account without an owner is: exact rules in a fixed order, never a guess.

Each rule names one person of the roster or nobody. What fits two people, or a person
who is there under another account already, stays unresolved and is counted.
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
_GUEST = re.compile(r"^(?P<local>.+)_(?P<domain>[^_@]+)#ext#@", re.IGNORECASE)
_ADDRESS = re.compile(r"^[^@\s|]+@[^@\s|]+\.[^@\s|]+$")


@dataclass(frozen=True)
class UnmatchedAccount:
    """An account that no roster knows and no link explains."""

    actor_key: str
    shown: str  # its account name or address, as the source wrote it
    session_id: str | None = None  # where it is a name inside one live session


@dataclass(frozen=True)
class Roster:
    """Who is known, and by what; keys are those of people, links followed."""

    by_address: Callable[[str], str | None]
    by_identifier: Mapping[str, set[str]]
    names: Mapping[str, set[str]]  # normalised name -> people of that name
    cohorts: Mapping[str, set[str]]  # cohort -> people enrolled in it
    cohorts_of_session: Mapping[str, set[str]]
    present: Mapping[str, set[str]]  # session -> people there under their own account


@dataclass
class Outcome:
    """What the rules found: links by account, and what they could not decide."""

    links: dict[str, tuple[str, str]] = field(default_factory=dict)  # learner, rule
    ambiguous: set[str] = field(default_factory=set)
    unresolved: set[str] = field(default_factory=set)


def resolve(
    accounts: Iterable[UnmatchedAccount], roster: Roster, *, may_use_names: bool
) -> Outcome:
    """Return who the accounts are, as far as a rule says so.

    Args:
        accounts: accounts to explain, in any order.
        roster: who there is.
        may_use_names: the organisation allows an exact, unique name inside the
            session's own cohort to count as a person.
    """
    outcome = Outcome()
    rules = [(UPN, _by_upn), (ROSTER_IDENTIFIER, _by_identifier)]
    if may_use_names:
        rules.append((NAME_IN_COHORT, _by_name))
    for one in accounts:
        for rule, people_by in rules:
            people = people_by(one, roster)
            if len(people) == 1:
                outcome.links[one.actor_key] = (next(iter(people)), rule)
                break
            if people:
                outcome.ambiguous.add(one.actor_key)
                break
        else:
            outcome.unresolved.add(one.actor_key)
    _one_account_a_session(accounts, outcome)
    return outcome


def _by_upn(one: UnmatchedAccount, roster: Roster) -> set[str]:
    found = roster.by_address(address_in(one.shown) or "")
    return {found} if found else set()


def _by_identifier(one: UnmatchedAccount, roster: Roster) -> set[str]:
    """Return who has the name shown as a roster's identifier (roll numbers do so).

    Only inside a live session: elsewhere the page of an account is part of who it is.
    """
    if one.session_id is None:
        return set()
    return roster.by_identifier.get(" ".join(one.shown.split()), set())


def _by_name(one: UnmatchedAccount, roster: Roster) -> set[str]:
    """Return the people of this name in the session's cohort, the present left out."""
    if one.session_id is None:
        return set()
    cohorts = roster.cohorts_of_session.get(one.session_id, set())
    if len(cohorts) != 1:
        return set()
    members = roster.cohorts.get(next(iter(cohorts)), set())
    named = roster.names.get(normalised(one.shown), set()) & members
    if named & roster.present.get(one.session_id, set()):
        return named | {"somebody who is there already"}
    return named


def _one_account_a_session(
    accounts: Iterable[UnmatchedAccount], outcome: Outcome
) -> None:
    """Take back names that would make two accounts of one session one person."""
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in accounts:
        learner, rule = outcome.links.get(one.actor_key, ("", ""))
        if rule == NAME_IN_COHORT:
            taken[(str(one.session_id), learner)].append(one.actor_key)
    for same_learner in taken.values():
        if len(same_learner) > 1:
            for actor_key in same_learner:
                del outcome.links[actor_key]
                outcome.ambiguous.add(actor_key)


def address_in(shown: str) -> str | None:
    """Return the e-mail address that an account name holds, None where it holds none.

    A guest of a Microsoft tenant is `ana_corp.example#EXT#@tenant.example`: the last
    underscore stands for the @ of her own address.
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
