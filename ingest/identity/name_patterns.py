"""How a person may be named in a text, from their names and account names.

Certain are a full name in any order of its words, and an account name that no ordinary
text holds. A first name or surname alone is not certain: `Mark`, `Will`, `Grace` and
`May` are words.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.identity.words import is_cjk, words_of

Words = tuple[str, ...]

SHORTEST_JOINED = 10  # letters of `annaschmidt`; `rosalind` is another name
SHORTEST_MIXED = 6  # letters and digits of an account name that counts anywhere
SHORTEST_SEVERAL = 6  # the same of an account name of several words
SHORTEST_ALONE = 3  # letters or digits of one that counts only where people are listed
FEWEST_CJK = 3  # letters of a whole name without spaces
MOST_WORDS = 8

_TITLES = (
    "dr prof professor mr mrs ms miss mx sir herr frau hr fr dipl ing phd md msc bsc"
    " jr sr mme mlle dott ra"
)
TITLES = frozenset(_TITLES.split())
# A display name may be that of a device or a group, with a person's name in it.
_THINGS = (
    "iphone ipad ipod galaxy samsung macbook imac laptop notebook android phone handy"
    " telefon mobile pc tablet desktop huawei oneplus xiaomi redmi lenovo thinkpad"
    " chromebook device team group gruppe grupo groupe squad klasse room raum sala"
    " zoom teams webex guest gast invitado ospite user external extern"
)
THINGS = frozenset(_THINGS.split())
_LINKS = "of de del da do di du von van vom the der from le la"
LINKS = frozenset(_LINKS.split())
# Names that are words too: alone in a sentence they count only with a capital letter.
_ORDINARY = (
    "mark will grace may june april august rose hope faith joy art bill rob jack drew"
    " dean max sue pat frank guy ray grant lance miles page summer dawn ivy lily iris"
    " amber ruby pearl crystal olive sage star young long short white black brown green"
    " gray grey king bishop cook baker hunter mason fisher bush wood woods stone hill"
    " field lake day best love price rich case law park small little good strong sharp"
    " moon sun banks bell ford ward post read reading power street bond carter major"
)
ORDINARY = frozenset(_ORDINARY.split())
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|['\u2019]s\b")
_PARTS = re.compile(r"\s+[|/\u2013\u2014-]\s+|\|")  # Ana Sousa | Sales


@dataclass
class Patterns:
    """Ways to name people.

    `sequences` are words that follow each other, `single` words that name somebody
    wherever they stand, `listed` account names that do so only after `users/` or alike.
    `uncertain` are words that may be part of a name.
    """

    sequences: set[Words] = field(default_factory=set)
    single: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)

    def add_name(self, name: str) -> None:
        """Add a name as people are shown by it."""
        words = _words_of_name(name)
        self.uncertain |= {w for w in words if len(w) >= SHORTEST_ALONE}
        if len(words) > MOST_WORDS:
            return
        if words and all(map(is_cjk, words)):
            if len(words) >= FEWEST_CJK:
                self.sequences.add(words)
        elif sum(len(word) > 1 for word in words) > 1:
            self._add_orders(words)

    def _add_orders(self, words: Words) -> None:
        orders = {words[n:] + words[:n] for n in range(len(words))}
        first, *middle, last = words
        if middle and len(first) > 1 and len(last) > 1:
            initials = tuple(word[0] for word in middle)
            orders |= {(first, last), (last, first), (first, *initials, last)}
        self.sequences |= orders
        if all(len(word) > 1 for word in words):
            joined = set(map("".join, orders))
            self.single |= {one for one in joined if len(one) >= SHORTEST_JOINED}

    def add_account(self, name: str) -> None:
        """Add the name of an account."""
        if "@" in name:
            return  # found as an address
        if len(name.split()) > 1:
            self.add_name(name)
            return
        words = tuple(words_of(name))
        joined = "".join(words)
        has_letter = any(c.isalpha() for c in joined)
        has_digit = any(c.isdigit() for c in joined)
        if len(words) > 1 and has_letter and len(joined) >= SHORTEST_SEVERAL:
            self.sequences.add(words[:MOST_WORDS])
        elif has_letter and has_digit and len(joined) >= SHORTEST_MIXED:
            self.single.add(joined)
        elif len(words) == 1 and len(joined) >= SHORTEST_ALONE:
            self.listed.add(joined)
            if has_letter:
                self.uncertain.add(joined)

    def add_agents(self, agents: Iterable[dict[str, object]]) -> "Patterns":
        """Add the names and account names of agents; return the patterns."""
        for agent in agents:
            if name := agent.get("name"):
                self.add_name(str(name))
            account = agent.get("account")
            if isinstance(account, str):
                account = json.loads(account)
            if isinstance(account, dict):
                self.add_account(account["name"])
        return self


def _words_of_name(name: str) -> Words:
    parts = [_words_of_part(part) for part in _PARTS.split(name)]
    return next((words for words in parts if len(words) > 1), parts[0])


def _words_of_part(name: str) -> Words:
    words = [w for w in words_of(_ASIDE.sub(" ", name)) if w not in TITLES]
    if THINGS & set(words):
        words = [w for w in words if w not in THINGS and w not in LINKS]
    return tuple(w for w in words if w.isalpha())
