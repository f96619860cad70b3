"""Who is meant: from what a person wrote to every key that is the same person."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from ingest.identity.pseudonyms import Agent, identifiers_of
from ingest.identity.secret import keyed
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home

KEY = re.compile(r"[0-9a-f]{32}")
SHA1 = re.compile(r"[0-9a-fA-F]{40}")
KIND_WORDS = "an e-mail address, its sha1, an openid, homePage|name, a key"

IN_FORCE = """
with said as (
    select actor_key, learner_key, is_revoked
    from raw.identity_links semi join raw.loads using (load_id)
    qualify row_number() over (
        partition by actor_key
        order by valid_from desc nulls last, is_revoked desc, learner_key asc
    ) = 1
)
select actor_key, learner_key from said where not is_revoked
union all
select actor_key, learner_key from raw.derived_links
anti join said using (actor_key)
"""


@dataclass(frozen=True)
class Person:
    """One person: keys, and the agents that the vault knows them by, as JSON."""

    keys: frozenset[str]
    told: frozenset[str]

    @cached_property
    def agents(self) -> tuple[Agent, ...]:
        """The agents, names with them, in order of their text."""
        return tuple(json.loads(text) for text in sorted(self.told))

    @cached_property
    def texts(self) -> frozenset[str]:
        """Texts by which this person, and nobody else, is recognised in a file."""
        found = set(self.keys)
        for agent in self.agents:
            found |= {text for kind, text in identifiers_of(agent) if kind == "mail"}
            found |= {agent[k] for k in ("openid", "mbox_sha1sum") if k in agent}
            if "mbox" in agent:
                address = agent["mbox"].partition(":")[2]
                found |= {address, address.replace("@", "%40")}
        return frozenset(text.casefold() for text in found)


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database without changing a byte of it.

    Raises:
        WarehouseProblem: there is none, or another program writes it.
    """
    if not path.exists():
        raise WarehouseProblem("there is none", str(path), "land something first")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise WarehouseProblem(
            "it cannot be opened", str(path), "close what has it open, then again"
        ) from error
    with connection:
        yield connection


def person_meant(home: Home, text: str, secret: bytes) -> Person:
    """Return everything by which the person is known, through links both ways.

    Args:
        home: its vault and warehouse are read.
        text: e-mail address, mailto:, sha1, openid, `homePage|name`, an account name
            that one person in the vault has, or a key.
        secret: of the vault.

    Raises:
        WrongUse: it is no identifier, or several people have it.
    """
    with reading(home.vault) as vault, reading(home.warehouse) as warehouse:
        known = Known.read(vault, warehouse, secret)
    if KEY.fullmatch(text):
        return known.closure({text}, [])
    agent = agent_told(text)
    if agent:
        return known.closure(set(), [agent])
    people = {known.closure({key}, []) for key in known.having_account_name(text)}
    if len(people) == 1:
        return people.pop()
    what = "several people have this account name" if people else "nobody is known so"
    raise WrongUse(what, "PERSON", f"give {KIND_WORDS}")


def agent_told(text: str) -> Agent | None:
    """Return the agent that an identifier tells by its form, None if it tells none."""
    bare = text.removeprefix("mailto:")
    if SHA1.fullmatch(text):
        return {"mbox_sha1sum": text}
    if "|" in text:
        home_page, _, name = text.partition("|")
        return {"account": {"homePage": home_page, "name": name}}
    if text.startswith(("http://", "https://")):
        return {"openid": text}
    return {"mbox": f"mailto:{bare}"} if "@" in bare else None


@dataclass(frozen=True)
class Known:
    """What vault and links say about everybody."""

    secret: bytes
    identifiers: dict[str, list[tuple[str, str]]]
    names: dict[str, list[str]]
    links: dict[str, set[str]]

    @classmethod
    def read(
        cls,
        vault: duckdb.DuckDBPyConnection,
        warehouse: duckdb.DuckDBPyConnection,
        secret: bytes,
    ) -> "Known":
        """Read the vault's lists and the links in force, both ways."""
        identifiers: dict[str, list[tuple[str, str]]] = {}
        names: dict[str, list[str]] = {}
        links: dict[str, set[str]] = {}
        for key, kind, text in vault.sql(
            "select actor_key, kind, identifier from identifiers order by all"
        ).fetchall():
            identifiers.setdefault(key, []).append((kind, text))
        for key, name in vault.sql("select * from names order by all").fetchall():
            names.setdefault(key, []).append(name)
        for one, other in warehouse.sql(IN_FORCE).fetchall():
            links.setdefault(one, set()).add(other)
            links.setdefault(other, set()).add(one)
        return cls(secret, identifiers, names, links)

    def own_keys(self, text: str) -> set[str]:
        """Return the keys that an identifier itself makes, links left aside."""
        if KEY.fullmatch(text):
            return {text} & (set(self.identifiers) | set(self.links))
        if agent := agent_told(text):
            key = keyed(self.secret, *identifiers_of(agent)[0])
            return {key} & set(self.identifiers)
        return self.having_account_name(text)

    def having_account_name(self, name: str) -> set[str]:
        """Return the keys of the accounts that have this name, at any homePage."""
        return {
            key
            for key, forms in self.identifiers.items()
            for kind, text in forms
            if kind == "account" and json.loads(text)["name"] == name
        }

    def closure(self, keys: set[str], agents: list[Agent]) -> Person:
        """Return the person who has these keys and agents."""
        found = {json.dumps(agent, sort_keys=True) for agent in agents}
        keys = keys | set(self._keys_of(agents))
        while True:
            before = len(keys) + len(found)
            for key in tuple(keys):
                keys |= self.links.get(key, set())
                here = self._agents(key)
                keys |= set(self._keys_of(here))
                found |= {json.dumps(agent, sort_keys=True) for agent in here}
            if len(keys) + len(found) == before:
                return Person(frozenset(keys), frozenset(found))

    def _keys_of(self, agents: Iterable[Agent]) -> Iterable[str]:
        for agent in agents:
            for form in identifiers_of(agent):
                yield keyed(self.secret, *form)

    def _agents(self, key: str) -> list[Agent]:
        forms = [
            {kind: json.loads(text) if kind == "account" else text}
            for kind, text in self.identifiers.get(key, [])
        ]
        return [
            form | ({"name": name} if name else {})
            for form in forms
            for name in (self.names.get(key) or [""])
        ]
