"""Keys of xAPI Agents: canonical identifiers, and what the vault keeps of them.

An mbox is keyed through the sha1 of its mailto form with the address folded to lower
case, so that it gets the same key as that mbox_sha1sum. The
homePage of an account is part of its identity.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from ingest.identity.named_people import REMEMBERED, ErasedNames
from ingest.identity.secret import Identifier, keyed, tombstone
from ingest.parsing.decoding import decoded_views
from ingest.parsing.personal_data import without_file_ending
from ingest.storage.person_columns import PEOPLE
from tandem.core.addresses import EMAIL

Agent = dict[str, Any]

WITHHELD_IDS = "https://tandem.example/withheld"  # ids that held personal data
_SUM = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{40}(?![0-9A-Za-z])")
ERASED = "erased"  # replaces the key of a person who was erased


def identifiers_of(agent: Agent) -> list[Identifier]:
    """Return the canonical identifier of an Agent or Group, then its aliases.

    [] for an anonymous group: each one is distinct, even with equal members.
    """
    if "mbox" in agent:
        address = agent["mbox"].partition(":")[2]
        spellings = (folded(address), address.casefold(), address)
        forms = (sha1_of(spelling) for spelling in spellings)
        return [("mail", form) for form in dict.fromkeys(forms)]
    if "mbox_sha1sum" in agent:
        return [("mail", agent["mbox_sha1sum"].lower())]
    if "openid" in agent:
        return [("openid", agent["openid"])]
    if "account" in agent:
        account = agent["account"]
        return [("account", f"{account['homePage']}\x1f{account['name']}")]
    return []


def folded(address: str) -> str:
    """Return an e-mail address without letter case.

    A Turkish program writes ipek@ in capitals as İPEK@, and ISIL@ small as ısıl@: the
    letters with and without a dot are one in an address.
    """
    return address.casefold().replace("i\u0307", "i").replace("\u0131", "i")


def sha1_of(address: str) -> str:
    """Return mbox_sha1sum of an e-mail address."""
    return hashlib.sha1(f"mailto:{address}".encode(), usedforsecurity=False).hexdigest()


def pseudonymous(agent: Agent, key: str) -> Agent:
    """Return the Agent or Group as raw keeps it: valid xAPI without a name."""
    shown = {"account": {"homePage": PEOPLE, "name": key}}
    if "objectType" in agent:
        shown["objectType"] = agent["objectType"]
    return shown


@dataclass(repr=False)
class Pseudonyms:
    """Keys of the agents seen so far, and what the vault has to store of them."""

    secret: bytes
    tombstones: frozenset[str] = frozenset()
    identifiers: set[tuple[str, str, str, bool]] = field(default_factory=set)
    names: set[tuple[str, str, bool]] = field(default_factory=set)
    aliases: set[tuple[str, str]] = field(default_factory=set)
    _keys: dict[Identifier, str] = field(default_factory=dict)
    _erased: dict[Identifier, bool] = field(default_factory=dict)
    _naming: dict[str, bool] = field(default_factory=dict)

    def key_of(self, agent: Agent) -> str | None:
        """Return the key of an Agent or Group, None for an anonymous group.

        A person who was erased has no key of their own: all get ERASED. An account that
        Tandem wrote identifies nobody, and the vault keeps none of it.
        """
        forms = identifiers_of(agent)
        if not forms:
            return None
        is_own = agent.get("account", {}).get("homePage") == PEOPLE
        if is_own and agent["account"]["name"] == ERASED:
            return ERASED
        if self.tombstones and any(self._is_erased(form) for form in forms):
            return ERASED
        key, *others = (self._key(form) for form in forms)
        if is_own:
            return key
        self.aliases.update((other, key) for other in others)
        is_group = agent.get("objectType") == "Group"
        kind, text = _as_written(agent)
        account = agent["account"].values() if kind == "account" else ()
        if not any(map(self._names_erased, account)):
            self.identifiers.add((key, kind, text, is_group))
        if (name := agent.get("name")) and not self._names_erased(name):
            self.names.add((key, name, is_group))
        return key

    def key_of_address(self, address: str) -> str:
        """Return the key of an address that is part of a text; the vault keeps none.

        Whoever is only mentioned in a text needs no record of who they are.
        """
        forms = identifiers_of({"mbox": f"mailto:{unquote(address)}"})
        if self.tombstones and any(self._is_erased(form) for form in forms):
            return ERASED
        return self._key(forms[0])

    def key_of_text(self, text: str) -> str:
        """Return the IRI that replaces an id of which a person's name is a part."""
        return f"{WITHHELD_IDS}/{self._key(('text', text))}"

    def _key(self, form: Identifier) -> str:
        if form not in self._keys:
            self._keys[form] = keyed(self.secret, *form)
        return self._keys[form]

    def _is_erased(self, form: Identifier) -> bool:
        if form not in self._erased:
            key = ("key", self._key(form))
            marks = {tombstone(self.secret, form), tombstone(self.secret, key)}
            self._erased[form] = bool(marks & self.tombstones)
        return self._erased[form]

    def _names_erased(self, name: str) -> bool:
        """Return whether a name, or the homePage of an account, names somebody erased.

        Named are also addresses and their sums in the text.
        """
        if not self.tombstones:
            return False
        if name not in self._naming:
            if len(self._naming) > REMEMBERED:
                self._naming.clear()
            is_named = self._erased_names.named_in(name)
            self._naming[name] = is_named or self._holds_erased_address(name)
        return self._naming[name]

    def _holds_erased_address(self, text: str) -> bool:
        """Return whether an erased person's address, or its sum, is in a text."""
        agents: list[Agent] = []
        for view in decoded_views(text):
            for found in EMAIL.findall(view):
                address = unquote(without_file_ending(found)[0])
                agents.append({"mbox": f"mailto:{address}"})
            agents += ({"mbox_sha1sum": found} for found in _SUM.findall(view))
        forms = (form for agent in agents for form in identifiers_of(agent))
        return any(map(self._is_erased, forms))

    @cached_property
    def _erased_names(self) -> ErasedNames:
        return ErasedNames(self.secret, self.tombstones)

    def forget(self) -> None:
        """Clear what the vault has to store; computed keys stay cached."""
        for met in (self.identifiers, self.names, self.aliases):
            met.clear()

    def drain(self) -> Iterator[tuple[str, list[tuple[str | bool, ...]]]]:
        """Yield what was collected since the last call: vault table, sorted rows."""
        for table in ("identifiers", "names", "aliases"):
            met: set[tuple[str | bool, ...]] = getattr(self, table)
            yield table, sorted(met)
            met.clear()


def _as_written(agent: Agent) -> tuple[str, str]:
    """Return kind and text of the identifier as the source wrote it."""
    for kind in ("mbox", "mbox_sha1sum", "openid"):
        if kind in agent:
            return kind, agent[kind]
    account = agent["account"]
    pair = {"homePage": account["homePage"], "name": account["name"]}
    return "account", json.dumps(pair, ensure_ascii=False)
