"""The last row of a list that prints how many rows it has: `Total records: 25`."""

import re
from collections.abc import Sequence

from ingest.parsing.source_phrases import source_phrases

FOOTERS = source_phrases("any", "footers")
_COUNT = re.compile(r"^(?P<words>.*?)\W*(?P<count>\d{1,9})$", re.DOTALL)
MOST_CELLS = 2  # the words, and the number where it has a cell of its own


def printed_count(cells: Sequence[str]) -> int | None:
    """Return the number of records that a row prints, None if it is no such row."""
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    if not 1 <= len(filled) <= MOST_CELLS:
        return None
    found = _COUNT.match(" ".join(filled))
    if found is None or not FOOTERS.matches(found["words"].strip(" :=-"), "records"):
        return None
    return int(found["count"])
