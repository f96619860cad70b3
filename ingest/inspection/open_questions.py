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

    Its `evidence` holds the question that each of them answers.

    The recognition is returned unchanged for a folder, for a delivery larger than
    MAX_TRIAL_BYTES, and for one that cannot be read at all.
    """
    is_small = path.is_file() and path.stat().st_size <= MAX_TRIAL_BYTES
    is_table = recognition.connector == "mapped" or recognition.delimiter
    if not is_small or not (recognition.needs or is_table):
        return recognition
    needs: dict[str, str] = {}
    try:
        _options, writer = _trial(path, recognition, ReadOptions(), needs)
        needs = needs if writer.has_content else {}
    except UndecidedFile:
        pass  # what it asks for besides is no option
    except Exception:
        return recognition  # landing reports what is wrong with the delivery
    evidence = dict(recognition.evidence) | needs
    return replace(recognition, needs=tuple(needs), evidence=evidence)


def options_of_nothing(delivery: Delivery) -> ReadOptions | None:
    """Return options with which a delivery can be read, if there is nothing in it.

    A report of headings only prints no time, so that no zone or day has to be known.
    None for a delivery that holds something, is large, or cannot be read.
    """
    path = delivery.path
    if path.is_file() and path.stat().st_size > MAX_TRIAL_BYTES:
        return None
    try:
        options, writer = _trial(path, delivery.recognition, delivery.options, {})
    except Exception:
        return None  # the error that made landing ask is the one to report
    return None if writer.has_content else options


def _trial(
    path: Path, recognition: Recognition, options: ReadOptions, needs: dict[str, str]
) -> tuple[ReadOptions, "DiscardingWriter"]:
    """Read a delivery with any valid answer to each option that it asks for.

    Each option that it asks for is added to `needs`, with its question.

    Returns:
        The options it could be read with, and what received its content.

    Raises:
        UndecidedFile: it asks for something that no option of a trial answers.
    """
    while True:
        writer = DiscardingWriter()
        delivery = Delivery(path, recognition, options, lambda: "0" * 64)
        try:
            connectors()[recognition.connector].read(delivery, writer)
        except UndecidedFile as error:
            named = [o for o in _OPTION.findall(error.one_line()) if o in TRIAL_OPTIONS]
            missing = next((option for option in named if option not in needs), None)
            if missing is None:
                raise
            needs[missing] = error.what
            options = replace(options, **TRIAL_OPTIONS[missing])
        else:
            return options, writer


class DiscardingWriter:
    """A LoadWriter that keeps nothing; iterators are consumed so that errors appear.

    `has_content` says whether it received a statement, a row or a rejection.
    """

    def __init__(self) -> None:
        self.has_content = False

    def statements(self, batches: Iterable[object]) -> None:
        """Consume batches of statement texts."""
        self._consume(batches)

    def blocks(self, blocks: Iterable[object]) -> None:
        """Consume blocks of statement lines."""
        self._consume(blocks)

    def documents(self, documents: Iterable[object]) -> None:
        """Consume statements as dictionaries."""
        self._consume(documents)

    def rows(self, table: str, frame: pl.DataFrame) -> None:
        """Ignore typed facts."""
        self.has_content |= frame.height > 0

    def links(self, frame: pl.DataFrame) -> None:
        """Ignore identity links."""
        self.has_content |= frame.height > 0

    def reject(
        self, line: int | None, code: str, json_path: str, message: str, payload: object
    ) -> None:
        """Ignore a rejected row."""
        self.has_content = True

    def note(self, text: str) -> None:
        """Ignore a note."""

    def finding(self, code: str, message: str, figures: object) -> None:
        """Ignore what is to be checked."""

    def read_by(self, mapping_hash: str, table_hash: str) -> None:
        """Ignore by which mapping it was read."""

    def report_window(self, start: dt.datetime | None, end: dt.datetime | None) -> None:
        """Ignore the interval that the delivery covers."""

    def _consume(self, items: Iterable[object]) -> None:
        last = deque(items, maxlen=1)
        self.has_content |= bool(last)
