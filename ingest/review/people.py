"""The people whom the organisation lists, as candidates are chosen from them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import duckdb

from ingest.identity.current_links import CURRENT_LINKS
from ingest.identity.link_batches import GUEST
from ingest.identity.matching import address_in
from ingest.identity.people import KEY, agent_of
from ingest.identity.printed_names import shown_account
from ingest.identity.pseudonyms import identifiers_of
from ingest.identity.resolution import LISTED_PEOPLE
from ingest.identity.secret import keyed

# Whoever objected to analytics, and who was said to be no member of the organisation.
LEFT_OUT = f"""
select actor_key from (
    select actor_key, is_lifted from raw.restrictions
    qualify row_number() over (
        partition by actor_key order by restricted_at desc, is_lifted asc
    ) = 1
)
where not is_lifted
union
select actor_key from raw.exclusions semi join raw.loads using (load_id)
where reason = '{GUEST}' and actor_key is not null
"""
FACTS = ("names", "own_names", "addresses", "own_addresses", "numbers", "keys")
_DETAIL = re.compile(r"\(([^()]+)\)$")
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True)
class KnownPerson:
    """Somebody on a list: names and identifiers as the sources wrote them, sorted."""

    learner_key: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    account_names: tuple[str, ...]
    accounts: tuple[str, ...]  # keys
    label: str = ""

    @property
    def names_or_address(self) -> tuple[str, ...]:
        """Names; where there is none, what stands before the @ of the addresses."""
        return self.names or tuple(local_part(a) for a in self.addresses)


@dataclass(frozen=True)
class Organisation:
    """All who are listed, and whose account each key is.

    Attributes:
        people: by learner key.
        by_label: learner key by the words that stand for a person in a workbook.
        domains: how many people have an address of each domain.
        by_number: learner keys by an identifier that holds a digit.
        left_out: keys that belong in no list.
    """

    people: dict[str, KnownPerson]
    by_label: dict[str, str]
    domains: Counter
    by_number: dict[str, set[str]]
    left_out: set[str]
    _links: dict[str, str]
    _secret: bytes = field(repr=False)

    @classmethod
    def read(
        cls,
        vault: duckdb.DuckDBPyConnection,
        warehouse: duckdb.DuckDBPyConnection,
        secret: bytes,
    ) -> "Organisation":
        """Read the people from the vault and the organisation's tables."""
        links = {
            key: learner
            for key, learner, _rule in warehouse.sql(CURRENT_LINKS).fetchall()
        }
        on_lists = {key for (key,) in warehouse.sql(LISTED_PEOPLE).fetchall()}
        listed = {_end(key, links) for key in on_lists}
        objected = {_end(k, links) for (k,) in warehouse.sql(LEFT_OUT).fetchall()}
        known = listed - objected
        facts: dict[str, dict[str, set[str]]] = {
            key: {name: set() for name in FACTS} for key in known
        }
        for key, name in vault.sql("select actor_key, name from names").fetchall():
            if (owner := _end(key, links)) in known and name.strip():
                facts[owner]["names"].add(name)
                if key in on_lists:
                    facts[owner]["own_names"].add(name)
        query = "select actor_key, kind, identifier from identifiers"
        for key, kind, text in vault.sql(query).fetchall():
            owner = _end(key, links)
            if owner not in known:
                continue
            facts[owner]["keys"].add(key)
            shown, session = shown_account(kind, text)
            if address := address_in(shown):
                facts[owner]["addresses"].add(address)
                if key in on_lists:
                    facts[owner]["own_addresses"].add(address)
            elif session is None and kind == "account":
                facts[owner]["numbers"].add(shown)
            elif session is not None:
                facts[owner]["names"].add(shown)
        people = _labelled(
            KnownPerson(
                key,
                *(tuple(sorted(some[n])) for n in ("names", "addresses", "numbers")),
                accounts=tuple(sorted(some["keys"] | {key})),
                # The words for a person stay while accounts are linked and unlinked.
                label=_words(
                    some["own_names"] or some["names"],
                    some["own_addresses"] or some["addresses"] or some["numbers"],
                ),
            )
            for key, some in sorted(facts.items())
        )
        by_number: dict[str, set[str]] = {}
        for person in people.values():
            for number in filter(_NUMBER.search, person.account_names):
                by_number.setdefault(number.casefold(), set()).add(person.learner_key)
        return cls(
            people,
            {person.label: key for key, person in people.items()},
            Counter(
                domain
                for person in people.values()
                for domain in {a.rpartition("@")[2] for a in person.addresses}
            ),
            by_number,
            {key for key in links if _end(key, links) in objected} | objected,
            links,
            secret,
        )

    def labelled(self, text: str) -> str | None:
        """Return the learner key of the words for a person, None where nobody has them.

        A name that was corrected in a later delivery leaves the address in brackets.
        """
        if text in self.by_label:
            return self.by_label[text]
        detail = _DETAIL.search(text)
        known = self.whose(detail[1]) if detail else None
        return known[0] if known else None

    def whose(self, text: str) -> tuple[str, str] | None:
        """Return learner key, and own key, of a listed person's address or account.

        The own key is that of the identifier itself. None for whoever is not listed.
        """
        text = text.strip()
        agent = agent_of(text)
        if agent is None and not KEY.fullmatch(text):
            return None
        own = keyed(self._secret, *identifiers_of(agent)[0]) if agent else text
        owner = _end(own, self._links)
        return (owner, own) if owner in self.people else None


def local_part(address: str) -> str:
    """Return what stands before the @, its words apart."""
    return re.sub(r"[._+-]+", " ", address.partition("@")[0]).strip()


def _end(key: str, links: dict[str, str]) -> str:
    first = links.get(key, key)
    return links.get(first, first)


def _words(names: set[str], details: set[str]) -> str:
    """Return name and address, or what else there is; "" for nothing."""
    name, detail = min(names, default=""), min(details, default="")
    words = f"{name} ({detail})" if name and detail else name or detail
    return " ".join(words.split())


def _labelled(people: Iterator[KnownPerson]) -> dict[str, KnownPerson]:
    """Give each person words of their own."""
    found, taken = {}, set()
    for person in people:
        label = person.label
        if not label or label in taken:
            label = f"{label} [{person.learner_key[:8]}]".strip()
        taken.add(label)
        found[person.learner_key] = replace(person, label=label)
    return found
