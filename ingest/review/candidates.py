"""Whom an unmatched person may be, with the reasons in plain sentences."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.identity.device_owners import owner_of_device
from ingest.identity.matching import address_in
from ingest.review.columns import COUNT
from ingest.review.likeness import (
    FOLDED,
    PART,
    SAME,
    SHORTENED,
    Names,
    words_in,
)
from ingest.review.people import KnownPerson, local_part
from ingest.review.unmatched import Found, Span, Unmatched

MOST_NAMESAKES = 3  # people of a group whom one word may lead to
# How much each finding says for a candidate; only the order of candidates follows.
SCORES = {SAME: 100, FOLDED: 97, SHORTENED: 85, PART: 85}
SAME_ADDRESS, SAME_NUMBER, NAME_IN_ADDRESS, ONE_WORD, ONLY_ABSENT = 95, 98, 90, 70, 55
LESS_OF_DEVICE, WORD_OF_DEVICE = 10, 60
IN_GROUP, IN_DOMAIN, TWO_PLACES = 12, 2, -45
WORDS = {
    SAME: "The name is the same.",
    FOLDED: "The name is the same but for accents, script or the order of its words.",
    SHORTENED: "The name is the same where it is shortened to initials.",
    PART: "All words of the shorter name are in the longer one.",
}


@dataclass(frozen=True)
class Candidate:
    """A known person, and why; careful is a warning, "" without one."""

    person: KnownPerson
    score: int
    reasons: tuple[str, ...]
    careful: str

    @property
    def words(self) -> str:
        """The reasons, with the warning first."""
        return " ".join(filter(None, (self.careful, *self.reasons)))


class Chooser:
    """Chooses candidates among the people of an organisation."""

    def __init__(self, found: Found, limit: int) -> None:
        """Prepare the names; `limit` is the least likeness of spelling, 0 to 100."""
        self._found, self._limit = found, limit
        self._people = found.organisation.people
        self._names = Names(
            (key, name)
            for key, person in self._people.items()
            for name in person.names_or_address
        )
        self._by_local: dict[str, set[str]] = defaultdict(set)
        for key, person in self._people.items():
            for address in person.addresses:
                self._by_local[address.partition("@")[0]].add(key)
        self._spans: dict[str, dict[str, list[Span]]] = {}

    def all(self) -> Iterator[tuple[Unmatched, list[Candidate]]]:
        """Yield each unmatched person with at most three candidates, best first."""
        some = self._found.unmatched
        alike = self._names.spelt_alike([one.name for one in some], self._limit)
        for one, similar in zip(some, alike, strict=True):
            yield one, self._candidates(one, similar)

    def _candidates(
        self, one: Unmatched, similar: list[tuple[str, str, int]]
    ) -> list[Candidate]:
        findings: dict[str, tuple[int, str]] = {}

        def add(person: str, score: int, words: str) -> None:
            if score > findings.get(person, (0, ""))[0]:
                findings[person] = score, words

        for person, _name, score in similar:
            words = f"The names are spelt alike: {score} of 100."
            add(person, min(score, 99) - 5, words)
        for person, _name, kind in self._names.equal(one.name):
            add(person, SCORES[kind], WORDS[kind])
        by_device = self._by_device(one)
        for finding in (*self._by_account(one), *self._by_group(one), *by_device):
            add(*finding)
        chosen = [
            self._with_circumstances(one, self._people[person], score, words)
            for person, (score, words) in findings.items()
        ]
        chosen.sort(key=lambda c: (-c.score, c.person.label))
        return chosen[:COUNT]

    def _by_account(self, one: Unmatched) -> Iterator[tuple[str, int, str]]:
        """Yield who is found by an address, an account name or a number in a name."""
        if address := address_in(one.account):
            local = address.partition("@")[0]
            for person in self._by_local.get(local, ()):
                words = "The part before the @ is the same in both addresses."
                yield person, SAME_ADDRESS, words
            for person, _name, kind in self._names.equal(local_part(address)):
                if kind in (SAME, FOLDED, SHORTENED):
                    words = "The part before the @ is this person's name."
                    yield person, NAME_IN_ADDRESS, words
        for word in {*one.name.casefold().split(), one.account.casefold()}:
            for person in self._found.organisation.by_number.get(word.strip("()"), ()):
                yield person, SAME_NUMBER, f"{word} is an identifier of this person."

    def _by_group(self, one: Unmatched) -> Iterator[tuple[str, int, str]]:
        """Yield who of the session's own cohorts is left, or has the only word."""
        members = self._members(one)
        words = words_in(one.name)
        for word in words if len(words) == 1 else ():
            named = self._names.having_word(word) & members
            if 0 < len(named) <= MOST_NAMESAKES:
                only = "Only this person" if len(named) == 1 else f"{len(named)} people"
                said = f"{only} of the group {_has(named)} this word in the name."
                for person in named:
                    yield person, ONE_WORD, said
        if one.sessions and len(one.cohorts) == 1:
            seen = set()
            for session in one.sessions:
                seen |= self._found.roster.present.get(session, set())
            absent = members - seen
            if len(absent) == 1 and len(members) > 1:
                said = "The only person of the group who was not seen there."
                yield next(iter(absent)), ONLY_ABSENT, said

    def _by_device(self, one: Unmatched) -> Iterator[tuple[str, int, str]]:
        """Yield whose name stands in the name of a device."""
        owner = owner_of_device(one.name)
        for person, _name, kind in self._names.equal(owner) if owner else ():
            words = "It is a device, and its name holds this name."
            yield person, SCORES[kind] - LESS_OF_DEVICE, words
        words_of_owner = words_in(owner) if owner else ()
        if len(words_of_owner) != 1:
            return
        named = self._names.having_word(words_of_owner[0])
        if 0 < len(named) <= MOST_NAMESAKES:
            only = "only this person" if len(named) == 1 else f"{len(named)} people"
            said = f"It is a device, and {only} {_has(named)} the word in its name."
            for person in named:
                yield person, WORD_OF_DEVICE, said

    def _members(self, one: Unmatched) -> set[str]:
        cohorts = self._found.roster.cohorts
        found = set().union(*(cohorts.get(cohort, set()) for cohort in one.cohorts))
        return found & set(self._people)

    def _with_circumstances(
        self, one: Unmatched, person: KnownPerson, score: int, words: str
    ) -> Candidate:
        """Add what speaks for or against it: group, domain, and the same sessions."""
        reasons, careful = [words], ""
        roster, titles = self._found.roster, self._found.titles
        enrolled = [
            titles.get(c, c)
            for c in one.cohorts
            if person.learner_key in roster.cohorts.get(c, ())
        ]
        if enrolled:
            score += IN_GROUP
            reasons.append(f"Enrolled in {', '.join(enrolled[:2])}.")
        domain = (address_in(one.account) or "").rpartition("@")[2]
        if domain and any(a.endswith(f"@{domain}") for a in person.addresses):
            score += IN_DOMAIN
            reasons.append(f"Both addresses are at {domain}.")
        if one.sessions:
            own = self._own_spans(person)
            theirs = self._found.spans_of(one.accounts)
            both = sessions_at_once(theirs, own)
            if both:
                score += TWO_PLACES
                careful = two_places(both)
            again = len(one.sessions & own.keys()) if not both else 0
            if again:
                reasons.append(
                    f"Also connected to {_of(again, len(one.sessions))} under another "
                    "account, never at the same time."
                )
            elif enrolled and not both:
                reasons.append(
                    f"Not seen under another account in {_these(len(one.sessions))}."
                )
        return Candidate(person, score, tuple(reasons), careful)

    def _own_spans(self, person: KnownPerson) -> dict[str, list[Span]]:
        key = person.learner_key
        if key not in self._spans:
            self._spans[key] = self._found.spans_of(person.accounts)
        return self._spans[key]


def sessions_at_once(some: dict[str, list[Span]], others: dict[str, list[Span]]) -> int:
    """Return in how many sessions two accounts were connected at the same time.

    Being in two different sessions at once counts too: the session of the first.
    """
    spans = sorted(span for by_session in others.values() for span in by_session)
    return sum(
        any(
            start < end_ and start_ < end
            for start, end in by_session
            for start_, end_ in spans
        )
        for by_session in some.values()
    )


def two_places(count: int) -> str:
    """Return the warning about accounts that were connected at the same time."""
    where = "1 session" if count == 1 else f"{count} sessions"
    return (
        f"Careful: connected at the same time from two places in {where}; "
        "these may be two people."
    )


def _has(named: set[str]) -> str:
    return "has" if len(named) == 1 else "have"


def _these(count: int) -> str:
    return "this session" if count == 1 else f"these {count} sessions"


def _of(some: int, count: int) -> str:
    return "this session" if count == 1 else f"{some} of these {count} sessions"
