"""Which vendor wrote a report that several connectors could read.

Reports of vendors share headings such as Join Time. What only one of them writes (kind
`marks` in seeds/source_phrases.csv, `marks` of a preset) decides; where nothing of the
kind is there, and more than one vendor that has such marks could have written it, the
user is asked.
"""

import csv
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ingest.landing.delivery import Recognition
from ingest.landing.evidence import Evidence
from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.table_files import lines_of
from ingest.mapping.tables import SPREADSHEETS, TEXTS, csv_lines, whole_lines
from ingest.parsing.source_phrases import Phrase, SourcePhrases, source_phrases
from tandem.core.errors import TandemError

LINES = 30  # title blocks and the first rows


@lru_cache(maxsize=1)
def marks() -> dict[str, SourcePhrases]:
    """Return what only one vendor writes, by the source that its reports become."""
    found = {"zoom": source_phrases("zoom", "marks")}
    for name in presets():
        mapping = preset(name)
        phrases = [
            Phrase(mapping.source, "marks", "heading", "en", text, is_seen=False)
            for text in mapping.marks
        ]
        if phrases:
            found[mapping.source] = SourcePhrases(tuple(phrases))
    return found


def most_likely(
    recognitions: Sequence[Recognition], path: Path, head: bytes
) -> list[Recognition]:
    """Return the one recognition that is most likely, or those that are as likely.

    Args:
        recognitions: of one delivery, the highest confidence first.
        path: of the delivery.
        head: the beginning of the file; empty for a folder.
    """
    best = recognitions[0]
    rivals = [one for one in recognitions if one.source in marks()]
    is_disputed = best in rivals and len({one.source for one in rivals}) > 1
    if not is_disputed or Evidence.MAPPING in best.found:
        return [one for one in recognitions if one.confidence == best.confidence]
    marked = _marked(path, head)
    if decided := [one for one in rivals if one.source in marked]:
        rivals = decided
    # Several connectors of one vendor: its own order of confidence holds.
    first_of = {one.source: one for one in reversed(rivals)}
    return [one for one in rivals if first_of[one.source] is one]


def _marked(path: Path, head: bytes) -> set[str]:
    """Return the vendors whose marks are among the first lines."""
    cells = {cell for line in _first_lines(path, head) for cell in line if cell}
    return {
        source
        for source, phrases in marks().items()
        if any(phrases.matches(cell, "heading") for cell in cells)
    }


def _first_lines(path: Path, head: bytes) -> list[list[str]]:
    try:
        if path.suffix.lower() in SPREADSHEETS:
            lines = lines_of(path, None)
        elif head and path.suffix.lower() in TEXTS:
            lines = csv_lines(whole_lines(head))
        else:
            return []
    except (TandemError, UnicodeError, ValueError, csv.Error):
        return []
    return [cells for _line, cells in islice(lines, LINES)]
