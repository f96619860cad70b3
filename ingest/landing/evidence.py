"""How sure a recognition is, from the groups of evidence that a connector found.

Each group leaves a share of doubt whether a delivery is what the connector says. The
groups are taken as independent, so that their doubts multiply: confidence = 1 - the
product of the doubts of the groups found. No connector sets a number of its own.

The shares are ordered by how many other systems write the same: nobody else writes
the keys of a vendor's interface, some write the same headings, many print two times
and a duration in a row.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from math import prod


class Evidence(StrEnum):
    """A group of evidence; the value is its name in messages."""

    MAPPING = "a mapping of the user"
    FILE_SET = "names of the files of a data set or standard"
    VENDOR_NAMES = "names that only this vendor writes"
    FORMAT = "the first line or element of a format"
    OWN_FORM = "lines or cells in a form that only this vendor writes"
    HEADINGS = "headings or keys that only this kind of report has together"
    STANDARD_KEYS = "keys of a public standard"
    MAPPED_HEADINGS = "headings that a preset maps"
    HEADING_FORM = "headings in the form that this vendor prints"
    COMMON_HEADINGS = "headings that other systems print as well"
    SECTION_TITLES = "titles of sections"
    LAYOUT = "order of columns or sections"
    FILE_NAME = "the name of the file"
    CELLS = "times, durations or counts in the expected columns"
    FURTHER_HEADINGS = "further headings of this kind of list"
    ADDRESSES = "addresses in the expected column"
    PACKED = "packed content"


DOUBTS = {
    Evidence.MAPPING: 0.0,
    Evidence.FILE_SET: 0.05,
    Evidence.VENDOR_NAMES: 0.05,
    Evidence.FORMAT: 0.05,
    Evidence.OWN_FORM: 0.1,
    Evidence.HEADINGS: 0.2,
    Evidence.STANDARD_KEYS: 0.25,
    Evidence.MAPPED_HEADINGS: 0.35,
    Evidence.HEADING_FORM: 0.4,
    Evidence.COMMON_HEADINGS: 0.5,
    Evidence.SECTION_TITLES: 0.5,
    Evidence.LAYOUT: 0.6,
    Evidence.FILE_NAME: 0.6,
    Evidence.CELLS: 0.65,
    Evidence.FURTHER_HEADINGS: 0.8,
    Evidence.ADDRESSES: 0.9,
    Evidence.PACKED: 0.95,
}


def confidence_of(found: Iterable[Evidence]) -> float:
    """Return the confidence from 0 to 1; a group counts once."""
    doubts = sorted(DOUBTS[group] for group in set(found))
    return round(1 - prod(doubts), 6)


def groups(found: Mapping[Evidence, bool]) -> tuple[Evidence, ...]:
    """Return the groups that were found."""
    return tuple(group for group, is_found in found.items() if is_found)
