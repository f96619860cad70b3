"""What a delivery leaves open, found by reading it without landing it."""

import datetime as dt
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingest.connectors.discovery import connectors
from ingest.landing.delivery import Delivery, ReadOptions, Recognition
from tandem.core.errors import UndecidedFile

MOST_BYTES = 16 << 20  # of what is read only to see what it asks
_OPTION = re.compile(r"--[a-z-]+")
# Any answer will do: what is read goes nowhere.
ANSWERS = {
    "--tz": {"tz": "UTC"},
    "--date-order": {"date_order": "dmy"},
    "--date": {"date": dt.date(1999, 12, 31)},
}


def asked(path: Path, recognition: Recognition) -> Recognition:
    """Return what a delivery is, with the options that it really needs.

    A large one, or one that cannot be read at all, keeps what recognising it told.
    """
    is_small = path.is_file() and path.stat().st_size <= MOST_BYTES
    if not is_small or not (recognition.needs or recognition.delimiter):
        return recognition
    options, needs = ReadOptions(), []
    try:
        while open_ones := [
            option
            for option in _questions(path, recognition, options)
            if option not in needs
        ]:
            needs.append(open_ones[0])
            options = replace(options, **ANSWERS[open_ones[0]])
    except Exception:
        return recognition  # landing will say what is wrong with it
    return replace(recognition, needs=tuple(needs))


def _questions(path: Path, recognition: Recognition, options: ReadOptions) -> list[str]:
    """Return the options that a delivery asks for, none where it asks nothing."""
    delivery = Delivery(path, recognition, options, lambda: "0" * 64)
    try:
        connectors()[recognition.connector].read(delivery, Nowhere())
    except UndecidedFile as error:
        return [
            named for named in _OPTION.findall(error.one_line()) if named in ANSWERS
        ]
    return []


class Nowhere:
    """A writer that keeps nothing; what connectors make on the way is made."""

    def statements(self, batches: Iterable[object]) -> None:
        """Take statement texts."""
        deque(batches, maxlen=0)

    def blocks(self, blocks: Iterable[object]) -> None:
        """Take statements as they lie in a file."""
        deque(blocks, maxlen=0)

    def documents(self, documents: Iterable[object]) -> None:
        """Take statements as dictionaries."""
        deque(documents, maxlen=0)

    def rows(self, table: str, frame: pl.DataFrame) -> None:
        """Take typed facts."""

    def links(self, frame: pl.DataFrame) -> None:
        """Take identity links."""

    def reject(
        self, line: int | None, code: str, json_path: str, message: str, payload: object
    ) -> None:
        """Take what does not land."""

    def report_window(self, start: dt.datetime | None, end: dt.datetime | None) -> None:
        """Take the time that is covered."""
