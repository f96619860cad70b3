"""What a person took out of the workbook is not suggested again."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.connectors.programmes.format.filled_sheets import rows_of
from ingest.mapping.workbook import close_workbook
from ingest.proposals.kept import kept
from ingest.proposals.proposal import proposal
from ingest.proposals.seen import Activity, Cohort, Meeting, Seen
from ingest.proposals.workbook_file import write_workbook
from ingest.storage.programme_sheets import Rows

START = datetime(2026, 4, 1)  # noqa: DTZ001 - UTC without a zone, as raw has it
COURSE = "https://lms.example.org/course/77"
PEOPLE = frozenset(range(20))


def proposed(*, studied: bool) -> Rows:
    """Return what is proposed for a group that met, and worked on content or not."""
    kinds = {COURSE: "course", f"{COURSE}/1": "lesson"} if studied else {}
    cohort = Cohort("C", "P", "Batch 1", START, START + timedelta(60), PEOPLE)
    meeting = Meeting({("meeting", "123456789")}, [START], 60, people={*PEOPLE})
    return proposal(
        Seen(
            programmes={"P": ("Lifting safely",)},
            cohorts={"C": cohort},
            activities={
                one: Activity(
                    one,
                    kind,
                    "Lifting safely" if kind == "course" else "Part 1",
                    frozenset({"completed"}),
                    PEOPLE,
                    (COURSE,) if kind == "lesson" else (),
                    START,
                    START,
                    None,
                )
                for one, kind in kinds.items()
            },
            meetings=[meeting],
            around={},
            days_of_use={
                one: {person: [START.date()] for person in PEOPLE} for one in kinds
            },
        ),
        "UTC",
    )


def saved(path: Path, rows: Rows) -> Rows:
    """Return rows as a person's program saves them and Tandem reads them."""
    write_workbook(path, rows)
    read = rows_of(path)
    close_workbook()
    return read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tandem-programmes.xlsx"


def test_steps_that_a_person_deleted_stay_deleted(path: Path):
    rows = saved(path, proposed(studied=True))
    assert len(rows["steps"]) == 2
    rows["steps"].clear()
    result = kept(saved(path, rows), proposed(studied=True))
    assert result.new["steps"] == 0
    assert not result.has_changed


def test_one_step_that_a_person_deleted_stays_deleted(path: Path):
    rows = saved(path, proposed(studied=True))
    del rows["steps"][0]
    result = kept(saved(path, rows), proposed(studied=True))
    assert result.new["steps"] == 0


def test_steps_of_a_programme_that_is_blended_now_are_added_once(path: Path):
    live = saved(path, proposed(studied=False))
    assert live["steps"] == []
    first = kept(live, proposed(studied=True))
    assert first.new["steps"] == 2
    rows = saved(path, first.rows)
    rows["steps"].clear()
    again = kept(saved(path, rows), proposed(studied=True))
    assert again.new["steps"] == 0


def test_steps_of_a_new_programme_are_added(path: Path):
    nothing: Rows = {name: [] for name in proposed(studied=True)}
    assert kept(saved(path, nothing), proposed(studied=True)).new["steps"] == 2
