"""Words of a text as names are compared: without case, accents and punctuation."""

import re
import unicodedata

from ingest.parsing.decoding import INVISIBLE

# A Chinese or Korean letter is a word: names in them have no spaces.
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])[^\W_])+")
_CJK_LETTER = re.compile(f"[{_CJK}]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_STROKES = str.maketrans(
    "\u0131\u0142\u0111\u00f8", "ildo"
)  # dotless i, stroked letters
_ACCENT = re.compile("[\u0300-\u036f]")


def words_of(text: str) -> list[str]:
    """Return the words of a text in order: runs of letters and digits, folded.

    Accents are left out, since file names and URLs often lack them, and so are
    characters that nobody sees: a soft hyphen separates no words.
    """
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return _WORD.findall(folded(text))


def is_cjk(word: str) -> bool:
    """Return whether a word is a letter of a script without spaces."""
    return _CJK_LETTER.match(word) is not None


def folded(text: str) -> str:
    """Return a text without case, accents, strokes and characters that nobody sees."""
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", INVISIBLE.sub("", text)))
    return unicodedata.normalize("NFKC", bare).casefold().translate(_STROKES)
