"""What a person takes out of the workbook about programmes is taken back."""

from pathlib import Path

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.proposals.workbook_file import write_workbook
from ingest.run import ingest
from ingest.storage.programme_sheets import Row, Rows, programme_sheets
from tandem.core.files import Home
from tandem.core.settings import Settings


def rows() -> Rows:
    """Return a workbook with one blended programme, its group, due date and steps."""
    found: Rows = {name: [] for name in programme_sheets()}
    found["programmes"] = [
        Row(
            "SAFE",
            {
                "programme_name": "Safety",
                "default_delivery_mode": "Blended",
                "outcome_category": "Compliance",
                "completion_class": "Attending the sessions",
            },
        )
    ]
    group = {"cohort_name": "K1", "programme_id": "Safety", "delivery_mode": "Blended"}
    found["groups"] = [Row("K1", group | {"due_at": "2026-06-30"})]
    found["steps"] = [
        Row("", {"programme_id": "Safety", "phase_no": number, "delivery_mode": mode})
        for number, mode in (("1", "Self-paced"), ("2", "Live"))
    ]
    return found


@pytest.fixture
def land(home: Home, tmp_path: Path):
    """Write the workbook and land it."""

    def landed(given: Rows) -> None:
        path = tmp_path / "tandem-programmes.xlsx"
        write_workbook(path, given)
        (report,) = ingest([path], home, Settings.load(home), ReadOptions(tz="UTC"))
        assert (report.error, report.problems) == (None, [])

    return landed


def asked(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(query).fetchall()


NEWEST = """
with newest as (
    select load_id from raw.loads where connector = 'programmes'
    order by started_at desc limit 1
)
"""
DUE = f"""{NEWEST}
select cohort_id, due_at::date::varchar
from raw.due_dates semi join newest using (load_id)
"""
STEPS = f"""{NEWEST}
select programme_id, phase_no
from raw.phases semi join newest using (load_id) order by 2
"""


def test_each_landing_says_also_what_is_no_longer_there(home: Home, land):
    """Staging counts the rows of the last landing alone (stg_organisation__phases)."""
    whole = rows()
    land(whole)
    assert asked(home, DUE) == [("K1", "2026-06-30")]
    assert asked(home, STEPS) == [("SAFE", 1), ("SAFE", 2)]
    fewer = rows()
    fewer["groups"][0].cells["due_at"] = ""
    fewer["steps"].pop()
    land(fewer)
    assert asked(home, DUE) == [("K1", "1970-01-01")]
    assert asked(home, STEPS) == [("SAFE", 1)]
    fewer["steps"].clear()
    land(fewer)
    assert asked(home, STEPS) == [("SAFE", 0)]
