"""Detect the Windows code page of a table by the headings that it makes readable.

Letters alone do not decide it for a short file: the byte of è in cp1252 is č in cp1250.
"""

import re
from dataclasses import replace
from functools import lru_cache

from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.named_columns import columns_in
from ingest.mapping.people_headings import HEADINGS
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
    best = max(
        pages,
        key=lambda page: (_known_headings_in(content, page), page == decoded.encoding),
    )
    text = content.decode(best, errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return replace(decoded, text=text, encoding=best)


def _known_headings_in(content: bytes, page: str) -> int:
    """Return how many known headings a page shows, -1 if it cannot decode the text."""
    try:
        text = content.decode(page)
    except UnicodeError:
        return -1
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
