"""Find a person: from one identifier to every key that belongs to the same person."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from ingest.identity.current_links import CURRENT_LINKS
from ingest.identity.pseudonyms import Agent, identifiers_of
from ingest.identity.secret import keyed
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home

KEY = re.compile(r"[0-9a-f]{32}")
SHA1 = re.compile(r"[0-9a-fA-F]{40}")
KIND_WORDS = "an e-mail address, its sha1, an openid, homePage|name, a key"


@dataclass(frozen=True)
class Person:
    """One person: keys, and the agents of the vault, each as JSON text."""

    keys: frozenset[str]
    agent_texts: frozenset[str]

    @cached_property
    def agents(self) -> tuple[Agent, ...]:
        """The agents with their names, in the order of their texts."""
        return tuple(json.loads(text) for text in sorted(self.agent_texts))

    @cached_property
    def texts(self) -> frozenset[str]:
        """Texts that identify this person alone, in lower case, to search files for."""
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
        WarehouseProblem: the file is missing, or another program writes it.
    """
    if not path.exists():
        raise WarehouseProblem(
            "there is no such file", str(path), "land something first"
        )
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise WarehouseProblem(
            "it cannot be opened", str(path), "close what has it open, then again"
        ) from error
    with connection:
        yield connection


def find_person(home: Home, text: str, secret: bytes) -> Person:
    """Return the person who has an identifier, with all keys that links connect.

    Args:
        home: its vault and warehouse are read.
        text: e-mail address, mailto:, sha1, openid, `homePage|name`, an account name
            that one person in the vault has, or a key.
        secret: of the vault.

    Raises:
        WrongUse: it identifies nobody, or several people.
    """
    with reading(home.vault) as vault, reading(home.warehouse) as warehouse:
        known = KnownPeople.read(vault, warehouse, secret)
    if KEY.fullmatch(text):
        return known.closure({text}, [])
    agent = agent_of(text)
    if agent:
        return known.closure(set(), [agent])
    people = {known.closure({key}, []) for key in known.having_account_name(text)}
    if len(people) == 1:
        return people.pop()
    what = (
        "several people have this account name"
        if people
        else "no person is known by this"
    )
    raise WrongUse(what, "PERSON", f"give {KIND_WORDS}")


def agent_of(text: str) -> Agent | None:
    """Return the agent of an identifier by its form, None for an account name alone."""
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
class KnownPeople:
    """All identifiers, names and current links, by key."""

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
    ) -> "KnownPeople":
        """Read the vault's identifiers and names, and the current links both ways."""
        identifiers: dict[str, list[tuple[str, str]]] = {}
        names: dict[str, list[str]] = {}
        links: dict[str, set[str]] = {}
        for key, kind, text in vault.sql(
            "select actor_key, kind, identifier from identifiers order by all"
        ).fetchall():
            identifiers.setdefault(key, []).append((kind, text))
        for key, name in vault.sql(
            "select actor_key, name from names order by all"
        ).fetchall():
            names.setdefault(key, []).append(name)
        for key, other, _rule in warehouse.sql(CURRENT_LINKS).fetchall():
            links.setdefault(key, set()).add(other)
            links.setdefault(other, set()).add(key)
        return cls(secret, identifiers, names, links)

    def own_keys(self, text: str) -> set[str]:
        """Return the keys of an identifier itself, without following links."""
        if KEY.fullmatch(text):
            return {text} & (set(self.identifiers) | set(self.links))
        if agent := agent_of(text):
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
