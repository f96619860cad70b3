"""Which code page the bytes of a short table are in: the one whose words are words.

What tells code pages apart in general weighs running text. A report holds some names,
and è is as good a byte as č: so a page is judged by whether the letters of each word
belong to one language that is written in that page.
"""

import re
from functools import lru_cache

from charset_normalizer import from_bytes

# Letters beyond ASCII by language; the pages in the order of how often they are met.
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
MANY_BYTES = ("cp932", "gb18030", "cp949", "big5")
_WORD = re.compile(r"[^\s\d,;\t\"'`().<>@/:_+&-]+")
_HUNGARIAN = re.compile("õ(?!e)|Õ(?!E)")  # ő, as another page shows it
_SIGNS = frozenset("–—’‘“”„…€£§°©®™«»·•")


def code_page(content: bytes) -> str | None:
    """Return the code page that bytes beyond ASCII are in, None where none fits."""
    telling = [line for line in content.split(b"\n") if not line.isascii()]
    sample = b"\n".join(telling)[:SAMPLE_BYTES]
    fits = {page: _fit(sample, page) for page in ALPHABETS}
    best = max(fits, key=lambda page: 2 * fits[page][0] - fits[page][1])
    fitting, count = fits[best]
    if 2 * fitting >= count:
        return best
    # Half of its words are none in any of these: a script of many letters, then.
    found = from_bytes(sample, cp_isolation=[*MANY_BYTES, *ALPHABETS]).best()
    return found.encoding if found else best


def _fit(content: bytes, page: str) -> tuple[int, int]:
    """Return how many words fit a language of a page, of those beyond ASCII."""
    text = content.decode(page, errors="replace")
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    bare = ["".join(c for c in word if c not in _SIGNS) for word in words]
    told = [word for word in bare if not word.isascii()]
    return sum(_is_word(word, page) for word in told), len(told)


@lru_cache(maxsize=65_536)
def _is_word(word: str, page: str) -> bool:
    if page in OTHER_SCRIPTS:
        is_cased = word[1:].islower() or word.isupper() or len(word) == 1
        if not is_cased or any(letter.isascii() for letter in word):
            return False
    if page == "cp1252" and _HUNGARIAN.search(word):
        return False
    letters = {letter for letter in word.casefold() if not letter.isascii()}
    return any(letters <= set(alphabet) for alphabet in ALPHABETS[page])
