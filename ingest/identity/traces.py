"""Whether a text names one person: certainly, perhaps, or not.

Texts are decoded before: percent-encoding, HTML entities, Unicode forms, JSON escapes
and base64.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.identity.name_patterns import LINKS, ORDINARY, THINGS, TITLES, Patterns
from ingest.identity.named_people import phrases, written_words
from ingest.identity.people import Person
from ingest.identity.pseudonyms import ERASED, folded
from ingest.identity.words import words_of
from ingest.parsing.decoding import decoded_views
from ingest.parsing.personal_data import without_file_ending
from tandem.core.addresses import EMAIL

_LETTERS = re.compile(r"[^\W\d_]+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)")
_INSERTED = frozenset({"s", "and", "und", "et", "y", "e", "my", "mein", "con", "with"})


@dataclass(frozen=True)
class Traces:
    """How one person may be named, ready to be found in texts."""

    person: Person

    @cached_property
    def patterns(self) -> Patterns:
        """The names and account names of the person."""
        return Patterns().add_agents(self.person.agents)

    def are_in(self, text: str) -> bool:
        """Return whether a text certainly names the person."""
        return any(map(self._name, views(text)))

    def may_be_in(self, text: str) -> bool:
        """Return whether a text has a first name or surname alone, or the like."""
        return any(map(self._may_name, views(text)))

    def _may_name(self, view: str) -> bool:
        found = self.patterns.uncertain.intersection(words_of(view))
        if found - ORDINARY:
            return True
        if not found or " " not in view:  # a file name or an id
            return bool(found)
        written = {word for word in _LETTERS.findall(view) if word[0].isupper()}
        return not found.isdisjoint(words_of(" ".join(written)))

    def may_be_whole(self, name: str) -> bool:
        """Return whether a display name has no other word than the person's names."""
        words = {word for word in words_of(name) if len(word) > 1 and word.isalpha()}
        rest = words - THINGS - LINKS - TITLES - _INSERTED
        return bool(rest) and rest <= self.patterns.uncertain

    def is_name(self, name: str) -> bool:
        """Return whether a display or account name is exactly one of the person."""
        return sorted(words_of(name)) in self._names

    def redacted(self, text: str) -> str:
        """Return a text, or JSON text, with ERASED for what certainly names the person.

        Where an encoded form remains, the whole text is replaced.
        """
        if not self.are_in(text):
            return text
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        if isinstance(document, dict | list):
            return json.dumps(self._without(document), sort_keys=True)
        shown = self._written.sub(ERASED, text)
        return ERASED if self.are_in(shown) else shown

    def _without(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, str):
            return self.redacted(value)
        if isinstance(value, list):
            return [self._without(item) for item in value]
        if isinstance(value, dict):
            return {self.redacted(k): self._without(v) for k, v in value.items()}
        return value

    def _name(self, view: str) -> bool:
        if self._identifiers.search(view.casefold()):
            return True
        addresses = (without_file_ending(found)[0] for found in EMAIL.findall(view))
        if any(folded(address) in self._addresses for address in addresses):
            return True
        words = written_words(view)
        return any(phrase in words for phrase in self._phrases)

    @cached_property
    def _phrases(self) -> list[str]:
        return phrases(self.patterns)

    @cached_property
    def _addresses(self) -> frozenset[str]:
        mailboxes = (agent["mbox"] for agent in self.person.agents if "mbox" in agent)
        return frozenset(folded(mbox.partition(":")[2]) for mbox in mailboxes)

    @cached_property
    def _identifiers(self) -> re.Pattern[str]:
        """Keys, sums and openids, in lower case."""
        texts = {text for text in self.person.texts if "@" not in text}
        found = sorted(text for text in texts if "%40" not in text)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)")

    @cached_property
    def _names(self) -> list[list[str]]:
        agents = self.person.agents
        accounts = [agent["account"]["name"] for agent in agents if "account" in agent]
        names = [agent["name"] for agent in agents if "name" in agent]
        return [sorted(words_of(name)) for name in [*names, *accounts]]

    @cached_property
    def _written(self) -> re.Pattern[str]:
        """The person's identifiers and names as they are usually written."""
        names = [agent.get("name", "").split() for agent in self.person.agents]
        ways = {r"[\W_]+".join(map(re.escape, name)) for name in names if len(name) > 1}
        ways |= {r"[\W_]+".join(words) for words in self.patterns.sequences}
        ways |= set(map(re.escape, [*self.patterns.single, *self.person.texts]))
        longest_first = sorted(ways, key=lambda way: (-len(way), way))
        return re.compile(
            rf"(?<![^\W_])(?:{'|'.join(longest_first)})(?![^\W_])", re.IGNORECASE
        )


def views(text: str) -> Iterator[str]:
    """Yield a text in each form that decoding gives."""
    yield from decoded_views(text)
    if "\\" in text:
        yield from decoded_views(_ESCAPE.sub(_unescaped, text))


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return match[2] if match[2] in '"/\\' else " "
