"""Which Windows code page a table is written in: the one that makes its headings words.

Letters alone do not decide it for a short file: the byte of è is č in Central Europe.
"""

import re
from dataclasses import replace
from functools import lru_cache

from ingest.mapping.columns import columns_in
from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.people_headings import WORDS, plain
from ingest.parsing.text import Decoded, decode

CODE_PAGES = ("cp1252", "cp1250", "cp1254", "cp1251", "cp1253", "cp932", "gb18030")
HEADER_WITHIN = 12


def text_of(content: bytes) -> str:
    """Return the text of a table, line ends as newlines.

    Raises:
        UnicodeError: no encoding fits.
    """
    return decoded_table(content).text


def decoded_table(content: bytes) -> Decoded:
    """Return the text of a table, line ends as newlines, and how it was read.

    Raises:
        UnicodeError: no encoding fits.
    """
    found = decode(content)
    if "code page" not in found.reason:
        return found
    pages = (found.encoding, *CODE_PAGES)
    best = max(pages, key=lambda page: (_known(content, page), page == found.encoding))
    text = content.decode(best, errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return replace(found, text=text, encoding=best)


def _known(content: bytes, page: str) -> int:
    """Return how many headings among the first lines are words, -1 if it is not it."""
    try:
        text = content.decode(page)
    except UnicodeError:
        return -1
    head = text.splitlines()[:HEADER_WITHIN]
    cells = {plain(cell) for line in head for cell in re.split("[;,\t]", line)}
    return len(cells & headings())


@lru_cache(maxsize=1)
def headings() -> frozenset[str]:
    """Return every heading that people lists and presets know."""
    found = set(WORDS)
    for name in presets():
        found |= {
            plain(n) for _k, column in columns_in(preset(name)) for n in column.names
        }
    return frozenset(found)
