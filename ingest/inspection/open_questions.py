"""Find the options that a delivery needs by reading it without landing it."""

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

MAX_TRIAL_BYTES = 16 << 20  # larger deliveries are not read for their open questions
_OPTION = re.compile(r"--[a-z-]+")
# Any valid value serves: the result of the trial reading is discarded.
TRIAL_OPTIONS = {
    "--tz": {"tz": "UTC"},
    "--date-order": {"date_order": "dmy"},
    "--date": {"date": dt.date(1999, 12, 31)},
    "--duration-format": {"duration_format": "h:mm,hours,decimal-point"},
    "--locale": {"locale": "en"},
}


def with_open_questions(path: Path, recognition: Recognition) -> Recognition:
    """Return a recognition whose `needs` are the options that reading requires.

    The recognition is returned unchanged for a folder, for a delivery larger than
    MAX_TRIAL_BYTES, and for one that cannot be read at all.
    """
    is_small = path.is_file() and path.stat().st_size <= MAX_TRIAL_BYTES
    if not is_small or not (recognition.needs or recognition.delimiter):
        return recognition
    options, needs = ReadOptions(), []
    try:
        while missing := [
            option
            for option in _missing_options(path, recognition, options)
            if option not in needs
        ]:
            needs.append(missing[0])
            options = replace(options, **TRIAL_OPTIONS[missing[0]])
    except Exception:
        return recognition  # landing reports what is wrong with the delivery
    return replace(recognition, needs=tuple(needs))


def _missing_options(
    path: Path, recognition: Recognition, options: ReadOptions
) -> list[str]:
    """Return the options that the error message of a trial reading names."""
    delivery = Delivery(path, recognition, options, lambda: "0" * 64)
    try:
        connectors()[recognition.connector].read(delivery, DiscardingWriter())
    except UndecidedFile as error:
        named = _OPTION.findall(error.one_line())
        return [option for option in named if option in TRIAL_OPTIONS]
    return []


class DiscardingWriter:
    """A LoadWriter that keeps nothing; iterators are consumed so that errors appear."""

    def statements(self, batches: Iterable[object]) -> None:
        """Consume batches of statement texts."""
        deque(batches, maxlen=0)

    def blocks(self, blocks: Iterable[object]) -> None:
        """Consume blocks of statement lines."""
        deque(blocks, maxlen=0)

    def documents(self, documents: Iterable[object]) -> None:
        """Consume statements as dictionaries."""
        deque(documents, maxlen=0)

    def rows(self, table: str, frame: pl.DataFrame) -> None:
        """Ignore typed facts."""

    def links(self, frame: pl.DataFrame) -> None:
        """Ignore identity links."""

    def reject(
        self, line: int | None, code: str, json_path: str, message: str, payload: object
    ) -> None:
        """Ignore a rejected row."""

    def note(self, text: str) -> None:
        """Ignore a note."""

    def finding(self, code: str, message: str, figures: object) -> None:
        """Ignore what is to be checked."""

    def report_window(self, start: dt.datetime | None, end: dt.datetime | None) -> None:
        """Ignore the interval that the delivery covers."""
