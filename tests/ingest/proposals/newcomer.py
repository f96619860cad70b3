"""Files as somebody has them in the first week: exports, and a list made by hand."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from typer.testing import CliRunner, Result

from ingest.storage.programme_sheets import FILE_NAME, Rows
from tandem.cli.main import app
from tandem.core.files import Home
from tests.ingest.proposals.filled import read

Person = tuple[str, str]  # name and address
HOST = ("Tina Trainer", "tina.trainer@example.org")
PEOPLE: list[Person] = [
    (f"{given} Learner{number}", f"{given}.learner{number}@example.org".lower())
    for number, given in enumerate(("Asha", "Ben", "Carla", "Dev") * 6)
]
WAVE_1, WAVE_2 = PEOPLE[:12], PEOPLE[12:]
HOUR = timedelta(hours=1)
MEETING = (
    "Topic",
    "ID",
    "Host name",
    "Host email",
    "Start time",
    "End time",
    "Participants",
    "Duration (minutes)",
)
PRESENT = ("Name (original name)", "Email", "Join time", "Leave time")
PRESENT = (*PRESENT, "Duration (minutes)", "Guest", "In waiting room")


class FirstWeek:
    """A home, a folder of files, and the workbook in it; commands run in the home."""

    def __init__(self, root: Path) -> None:
        self.files, self.home = root / "files", Home(root / "home")
        self.workbook = self.files / FILE_NAME

    def tandem(self, *words: object) -> Result:
        """Run a command; what it prints is in `output`."""
        environment = {"TANDEM_HOME": str(self.home.root), "COLUMNS": "300"}
        arguments = list(map(str, words))
        return CliRunner().invoke(app, arguments, env=os.environ | environment)

    def raw(self, sql: str) -> list[tuple]:
        """Return rows of the warehouse."""
        return _asked(self.home.warehouse, sql)

    def publish_as_suggested(self) -> None:
        """Land the workbook as it is, and run everything up to the published file."""
        assert self.tandem("ingest", self.workbook).exit_code == 0
        result = self.tandem("run")
        assert result.exception is None, result.output

    def published(self, sql: str) -> list[tuple]:
        """Return rows of the file that the pages read."""
        pointer = self.home.current_snapshot()
        assert pointer is not None
        return _asked(self.home.published / pointer["dashboard"], sql)


def _asked(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


class Newcomer(FirstWeek):
    """Somebody with files of their own making."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.files.mkdir(parents=True)

    def init(self) -> str:
        """Run `tandem init` over the files; return what it printed."""
        began = ("--name", "Example Group", "--tz", "UTC", "--yes")
        result = self.tandem("init", self.files, *began)
        assert result.exception is None, result.output
        return result.output

    def rows(self) -> Rows:
        """Return the rows of the workbook."""
        return read(self.workbook)

    def table(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """Write a CSV file as programs write it."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        (self.files / name).write_text(text.getvalue(), encoding="utf-8-sig")

    def zoom(
        self, topic: str, number: str, day: str, people: Sequence[Person] = WAVE_1
    ) -> None:
        """Write a report of participants, the host among them."""
        start = datetime.fromisoformat(f"{day}T10:00:00")
        begins, ends = (f"{at:%m/%d/%Y %I:%M:%S %p}" for at in (start, start + HOUR))
        about = (topic, number, *HOST, begins, ends, len(people) + 1, 60)
        present = [(*who, begins, ends, 60, "No", "No") for who in (HOST, *people)]
        self.table(
            f"participants_{number.replace(' ', '')}.csv",
            (MEETING, about, (), PRESENT, *present),
        )

    def hr(
        self,
        columns: Sequence[str] = (),
        first: Sequence[str] = (),
        second: Sequence[str] = (),
        name: str = "hr_list.csv",
    ) -> None:
        """Write a list of people, with more columns for each of two halves."""
        head = ("Email", "Name", "Department", "Hire date", *columns)
        rows = [(a, n, "Sales", "2024-01-15", *first) for n, a in WAVE_1]
        rows += [(a, n, "Sales", "2024-01-15", *second) for n, a in WAVE_2]
        host = (HOST[1], HOST[0], "Learning", "2020-01-15", *("" for _ in columns))
        self.table(name, (head, *rows, host))
