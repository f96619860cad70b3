"""A home with a roster, a list of people, and the reports of meetings."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner, Result

from ingest.landing.delivery import ReadOptions
from ingest.mapping.tables import sheet_lines
from ingest.mapping.workbook import close_workbook
from ingest.review.columns import ADDRESS, DECISION, PEOPLE
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core.files import Home
from tandem.core.settings import Settings

ENROLLED = """email,programme_id,cohort_id,role
{rows}"""
SESSIONS = "join_key,cohort_id\n91234567890,C1\n91234567891,C2\n"
HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
MEMBERS = {
    "ana.sousa@corp.example": ("Ana Sousa", "C1"),
    "ben@corp.example": ("Ben Müller", "C1"),
    "cara@corp.example": ("Cara Berg", "C1"),
    "cara.two@corp.example": ("Cara Berg", "C1"),
    "dan@corp.example": ("Анна Иванова", "C2"),
}

Deliver = Callable[..., None]
Fill = Callable[[Path, dict[str, tuple[str, str] | str]], Path]
Run = Callable[..., Result]


def joined(name: str, start: str, end: str, email: str = "") -> str:
    """Return a participant's row; times are of 25 March 2026."""
    return f'"{name}",{email},2026-03-25 {start}:00,2026-03-25 {end}:00,1\n'


@pytest.fixture
def deliver(home: Home, tmp_path: Path) -> Deliver:
    """Land the lists, and rows of participants of two meetings."""

    def land(first: Iterable[str] = (), second: Iterable[str] = ()) -> None:
        given = tmp_path / "given"
        given.mkdir()
        home.root.mkdir(parents=True, exist_ok=True)
        home.settings.write_text("", encoding="utf-8")
        rows = "".join(f"{m},P,{c},learner\n" for m, (_n, c) in MEMBERS.items())
        (given / "enrolments.csv").write_text(ENROLLED.format(rows=rows))
        (given / "sessions.csv").write_text(SESSIONS)
        lines = "".join(
            f'{{"actor":{{"mbox":"mailto:{mail}","name":"{name}"}},'
            '"verb":{"id":"http://adlnet.gov/expapi/verbs/completed"},'
            '"object":{"id":"https://lms.example/course"},'
            '"timestamp":"2026-03-01T10:00:00Z"}\n'
            for mail, (name, _cohort) in MEMBERS.items()
        )
        (given / "lms.ndjson").write_text(lines, encoding="utf-8")
        for number, some in (("91234567890", first), ("91234567891", second)):
            if some:
                text = HEAD + "".join(some)
                report = given / f"participants_{number}.csv"
                report.write_text(text, encoding="utf-8")
        reports = ingest([given], home, Settings.load(home), ReadOptions(tz="UTC"))
        assert [one.error for one in reports if one.error] == []

    return land


@pytest.fixture
def run() -> Run:
    """Call `tandem identity`."""

    def called(*words: str) -> Result:
        return CliRunner().invoke(app, ["identity", *words])

    return called


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Fill in decisions by the name that is shown, and save under another name."""

    def filled(path: Path, said: dict[str, tuple[str, str] | str]) -> Path:
        lines = [cells for _line, cells in sheet_lines(path, PEOPLE)]
        close_workbook()
        head = lines[0]
        decision, address = head.index(DECISION), head.index(ADDRESS)
        for cells in lines[1:]:
            cells += [""] * (len(head) - len(cells))
            found = said.get(cells[0])
            if found is not None:
                pair = (found, "") if isinstance(found, str) else found
                cells[decision], cells[address] = pair
        target = tmp_path / "filled.xlsx"
        with xlsxwriter.Workbook(str(target)) as workbook:
            page = workbook.add_worksheet(PEOPLE)
            for number, cells in enumerate(lines):
                for place, cell in enumerate(cells):
                    page.write_string(number, place, cell)
        return target

    return filled
