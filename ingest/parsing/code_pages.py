"""Detect the code page of a short table by the letters of its words.

General detectors (charset-normalizer) score running text. A report holds only a few
names beyond ASCII, and the byte of è in one page is č in another. A page is therefore
scored by whether all letters of each word belong to one language written in that page.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from charset_normalizer import from_bytes

# Letters beyond ASCII by language; the most frequent pages come first.
ALPHABETS = {
    "cp1252": (
        "äöüß",
        "àâæçéèêëîïôœùûüÿ",
        "áéíñóúü",
        "áâãàçéêíóôõú",
        "àèéìíîòóùú",
        "áéëïíöóüú",
        "åäöé",
        "æøåé",
        "àçèéíïòóúü",
        "áéíóúýþæöð",
    ),
    "cp1250": (
        "ąćęłńóśźż",
        "áčďéěíňóřšťúůýžö",
        "áäčďéíĺľňóôŕšťúýž",
        "áéíóöőúüű",
        "ăâîşţ",
        "čćđšž",
    ),
    "cp1254": ("çğıi̇öşüâîû",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
    "cp1251": (
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    ),
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",),
}
OTHER_SCRIPTS = ("cp1251", "cp1253")
SAMPLE_BYTES = 65_536
MULTIBYTE_PAGES = ("cp932", "gb18030", "cp949", "big5")
_WORD = re.compile(r"[^\s\d,;\t\"'`().<>@/:_+&-]+")
_HUNGARIAN = re.compile("õ(?!e)|Õ(?!E)")  # ő of cp1250, decoded as cp1252
_SIGNS = frozenset("–—’‘“”„…€£§°©®™«»·•")


def text_by(
    content: bytes,
    pages: Iterable[str],
    score: Callable[[str, str], int],
    enough: int | None = None,
) -> tuple[str, str] | None:
    """Return the code page whose text scores highest, and that text with newlines.

    The first one of equal pages is taken; None where no page has a score above 0.

    Args:
        content: the bytes of the file.
        pages: the code pages to try.
        score: of a text and its page, such as the number of headings that are known.
        enough: a score at which no further page is tried.
    """
    best: tuple[int, str, str] | None = None
    for page in pages:
        try:
            text = with_newlines(content.decode(page))
        except UnicodeError:
            continue
        points = score(text, page)
        if points > (best[0] if best else 0):
            best = points, page, text
        if enough is not None and points >= enough:
            break
    return best[1:] if best else None


def with_newlines(text: str) -> str:
    """Return a text with newlines as line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def code_page(content: bytes) -> str | None:
    """Return the code page that bytes beyond ASCII are in, None if none fits."""
    lines = [line for line in content.split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines)[:SAMPLE_BYTES]
    counts = {page: _word_counts(sample, page) for page in ALPHABETS}
    best = max(counts, key=lambda page: 2 * counts[page][0] - counts[page][1])
    fitting, total = counts[best]
    if 2 * fitting >= total:
        return best
    # More than half of the words fit no language: letters have several bytes.
    detected = from_bytes(sample, cp_isolation=[*MULTIBYTE_PAGES, *ALPHABETS]).best()
    return detected.encoding if detected else best


def _word_counts(content: bytes, page: str) -> tuple[int, int]:
    """Return how many words beyond ASCII fit a language of a page, and their number."""
    text = content.decode(page, errors="replace")
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    bare = ["".join(c for c in word if c not in _SIGNS) for word in words]
    scored = [word for word in bare if not word.isascii()]
    return sum(_is_word(word, page) for word in scored), len(scored)


@lru_cache(maxsize=65_536)
def _is_word(word: str, page: str) -> bool:
    """Return whether the letters of a word belong to one language of a page."""
    if page in OTHER_SCRIPTS:
        is_cased = word[1:].islower() or word.isupper() or len(word) == 1
        if not is_cased or any(letter.isascii() for letter in word):
            return False
    if page == "cp1252" and _HUNGARIAN.search(word):
        return False
    letters = {letter for letter in word.casefold() if not letter.isascii()}
    return any(letters <= set(alphabet) for alphabet in ALPHABETS[page])
