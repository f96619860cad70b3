"""Tombstones: keyed hashes of erased people's identifiers, which must not land again.

A tombstone is an HMAC under the secret of the vault. Without the secret nobody can test
whether a person was here; with it, only someone who knows the identifier can.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from ingest.identity.name_patterns import Patterns
from ingest.identity.named_people import ErasedNames, tombstones_of_names
from ingest.identity.pseudonyms import Agent, identifiers_of
from ingest.identity.secret import Identifier, tombstone
from ingest.parsing.decoding import decoded_views
from ingest.parsing.personal_data import without_file_ending
from tandem.core.addresses import EMAIL

ERASED_FILE_NAME = "(erased)"  # replaces a file name that named the person
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SHORTEST_WORD = 4  # letters: shorter account names occur in ordinary text
_PIECES = re.compile(r"[\s,;|\t\"'<>()\[\]{}]+")
_FIELDS = re.compile(r"[,;|\t\n\"]+")


def tombstones_of(secret: bytes, agents: Iterable[Agent]) -> set[str]:
    """Return the tombstones of agents: of their identifiers, account names and names.

    Account names and full names get their own tombstones, since rejected payloads name
    people only in words.
    """
    agents = list(agents)
    marks = tombstones_of_names(secret, Patterns().add_agents(agents))
    forms: set[Identifier] = set()
    for agent in agents:
        forms |= set(identifiers_of(agent))
        forms |= {("word", word) for word in _words_of(agent)}
    return marks | {tombstone(secret, form) for form in forms}


def _words_of(agent: Agent) -> Iterator[str]:
    name = agent.get("account", {}).get("name", "")
    if len(name) >= SHORTEST_WORD:
        yield name.casefold()
    if len(agent.get("name", "").split()) > 1:
        yield agent["name"].casefold()
    if "openid" in agent:
        yield agent["openid"].casefold()
    for form in identifiers_of(agent):
        if form[0] == "mail":
            yield form[1]
    if "mbox" in agent:
        yield agent["mbox"].partition(":")[2].casefold()


def names_erased(secret: bytes, tombstones: frozenset[str], payload: str) -> bool:
    """Return whether a rejected payload names a person who was erased."""
    if not tombstones:
        return False
    erased, texts = _erased_names(secret, tombstones), list(texts_of_payload(payload))
    if any(map(erased.named_in, texts)):
        return True
    words = {word.casefold() for word in _words(texts)}
    return any(tombstone(secret, ("word", word)) in tombstones for word in words)


@lru_cache(maxsize=2)
def _erased_names(secret: bytes, tombstones: frozenset[str]) -> ErasedNames:
    return ErasedNames(secret, tombstones)


def texts_of_payload(payload: str) -> Iterator[str]:
    """Yield a payload, and the strings, names and numbers of its JSON."""
    yield payload
    try:
        yield from _strings(json.loads(payload))
    except (ValueError, RecursionError):
        return


def _words(texts: Iterable[str]) -> set[str]:
    """Return the words of a payload that could be identifiers, also inside texts."""
    words: set[str] = set()
    for text in (view for one in texts for view in decoded_views(one)):
        words |= {
            without_file_ending(unquote(address))[0] for address in EMAIL.findall(text)
        }
        for piece in (text, *_FIELDS.split(text), *_PIECES.split(text)):
            bare = piece.strip().removeprefix("mailto:")
            words |= {bare, bare.strip(".,:;!?"), bare.rpartition(".")[0]}
    return {word for word in words if len(word) >= SHORTEST_WORD}


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
