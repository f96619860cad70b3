"""Detect the Windows code page of a table by the headings that it makes readable.

Letters alone do not decide it for a short file: the byte of è in cp1252 is č in cp1250.
"""

import re
from dataclasses import replace
from functools import lru_cache

from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.named_columns import columns_in
from ingest.mapping.people_headings import HEADINGS
from ingest.parsing.code_pages import text_by
from ingest.parsing.source_phrases import plain
from ingest.parsing.text import Decoded, decode

CODE_PAGES = ("cp1252", "cp1250", "cp1254", "cp1251", "cp1253", "cp932", "gb18030")
HEADER_WITHIN = 12  # lines


def text_of(content: bytes) -> str:
    """Return the text of a table with newlines as line ends.

    Raises:
        UnicodeError: no encoding fits.
    """
    return decoded_table(content).text


def decoded_table(content: bytes) -> Decoded:
    """Return the text of a table with newlines as line ends, and its encoding.

    Raises:
        UnicodeError: no encoding fits.
    """
    decoded = decode(content)
    if "code page" not in decoded.reason:
        return decoded
    pages = (decoded.encoding, *CODE_PAGES)
    found = text_by(content, pages, lambda text, _page: _known_headings_in(text))
    return replace(decoded, encoding=found[0], text=found[1]) if found else decoded


def _known_headings_in(text: str) -> int:
    """Return how many headings in the first lines of a text are known."""
    head = text.splitlines()[:HEADER_WITHIN]
    cells = {plain(cell) for line in head for cell in re.split("[;,\t]", line)}
    return len(cells & known_headings())


@lru_cache(maxsize=1)
def known_headings() -> frozenset[str]:
    """Return every heading that people lists and presets know."""
    headings = set(HEADINGS.plain_texts)
    for name in presets():
        headings |= {
            plain(n) for _k, column in columns_in(preset(name)) for n in column.names
        }
    return frozenset(headings)
