"""The text of Zoom's files, also where a spreadsheet put whole rows between quotes.

A spreadsheet of a country that separates by semicolons opens a file with commas as one
column, and saves it so: rows that hold a quote are quoted once more.
"""

import csv
import io
from dataclasses import replace

from ingest.parsing.text import Decoded, decode


def decoded_head(head: bytes) -> Decoded | None:
    """Return the text of a file's beginning, whose last letter may be cut in two."""
    for cut in range(4):
        try:
            found = decode(head[: len(head) - cut])
        except UnicodeError:
            continue
        return replace(found, text=unwrapped(found.text))
    return None


def text_of(content: bytes) -> str:
    """Return the text of a table.

    Raises:
        UnicodeError: no encoding fits.
    """
    return unwrapped(decode(content).text)


def unwrapped(text: str) -> str:
    """Return a table without the quotes around whole rows, other texts as they are."""
    if not any(line.startswith('"') for line in text.split("\n")):
        return text
    whole = text if text.endswith("\n") else text.rsplit("\n", 1)[0]
    return _unwrapped(text) or _unwrapped(whole) or text


def _unwrapped(text: str) -> str | None:
    """Return the one column of a table, None where it has several or is no such."""
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=";", strict=True))
    except csv.Error:
        return None  # quotes that end inside a row: it is its cells that are quoted
    filled = [[cell for cell in row if cell.strip()] for row in table]
    if any(len(row) > 1 for row in filled):
        return None
    return "\n".join(row[0] if row else "" for row in filled)
