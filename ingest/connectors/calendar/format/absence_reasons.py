"""The kind of reason that a declined invitation gives; its text never lands.

seeds/absence_phrases.csv has phrases in several languages, the first that fits counts.
A phrase fits at the beginning of a word, and anywhere in scripts that put no spaces
between words.
"""

import csv
import re
from functools import lru_cache

from ingest.parsing.source_phrases import spelled
from tandem.core.files import project_root

OTHER = "other"
_FIRST_WITHOUT_SPACES = 0x0E00  # Thai and the scripts of East Asia come after it
_WORD = re.compile(r"\w")


def absence_category(response: str, *comments: object) -> str | None:
    """Return the category of the reason for declining, None where none is given.

    Args:
        response: the answer to the invitation; only `declined` has a reason.
        comments: what the invitee wrote. Text that no phrase fits is of category other.
    """
    text = spelled(" ".join(str(comment) for comment in comments if comment))
    if response != "declined" or not _WORD.search(text):
        return None
    found = (category for category, phrase in _phrases() if phrase.search(text))
    return next(found, OTHER)


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, re.Pattern[str]], ...]:
    path = project_root() / "seeds" / "absence_phrases.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["absence_category"], _compiled(row["phrase"]))
            for row in csv.DictReader(file)
        )


def _compiled(phrase: str) -> re.Pattern[str]:
    text = spelled(phrase)
    begins_a_word = ord(text[0]) < _FIRST_WITHOUT_SPACES
    is_short = begins_a_word and len(text) <= 4  # `ill` is no part of `illegal`
    before = r"(?<!\w)" if begins_a_word else ""
    return re.compile(before + re.escape(text) + (r"(?!\w)" if is_short else ""))
