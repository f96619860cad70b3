"""Contents of Zoom's files that must not land, or land only where they are allowed."""

from pathlib import Path

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "zoom"
TRANSCRIPT = "transcript_lands_no_text_and_by_default_no_speaking_time"
# case: texts, addresses and secrets in its file that no table may hold
FORBIDDEN = {
    "chat_of_a_recording_with_many_lines": ["First line", "second line"],
    "chat_saved_on_a_wall_clock_across_midnight_private_left_out": [
        "secret",
        "good morning",
    ],
    TRANSCRIPT: ["the thing", "important", "without a label"],
    "p16_poll_rows_ragged_multi_line_and_interleaved": ["experiment", "Coffee"],
    "questions_with_times_and_answerers": ["Where?", "Here"],
    "api_questions_answered_live_and_in_writing": ["Where?", "live answered"],
    "p35_quality_in_strings_with_units_no_person_named": ["203.0.113.9", "Oslo"],
    "api_live_metrics_name_the_host_and_no_machine": [
        "203.0.113.9",
        "192.168.1.1",
        "00:0a:95",
        "host-pc",
        "WIN 11",
    ],
    "recordings_are_as_long_as_their_files_not_as_reported": ["secret", "zoom.us/rec"],
    "registered_and_absent_by_the_api": ["tk=secret", "12125550100"],
    "webinar_of_2026_without_host_section": ["212 555"],
}


def land(home: Home, given: list[Path], tz: str = "Europe/London") -> None:
    reports = ingest(given, home, Settings.load(home), ReadOptions(tz=tz))
    assert [report.error for report in reports if report.error] == []


def all_values(home: Home) -> str:
    """Return all values of all raw tables as text."""
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        names = warehouse.sql(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        rows = [
            warehouse.sql(f'select * from raw."{name}"').fetchall() for (name,) in names
        ]
    return repr(rows)


@pytest.mark.parametrize("case", FORBIDDEN)
def test_typed_and_spoken_text_and_device_data_do_not_land(case: str, home: Home):
    given = FIXTURES / case / "given"
    files = [file for file in given.rglob("*") if file.is_file()]
    texts = " ".join(file.read_text("utf-8-sig") for file in files)
    assert [text for text in FORBIDDEN[case] if text not in texts] == []
    land(home, [given])
    landed = all_values(home)
    assert [text for text in FORBIDDEN[case] if text in landed] == []


def talk_seconds(home: Home) -> list[tuple[float]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        return warehouse.sql("""
            select value from raw.session_claims
            where claim = 'talk_seconds' order by all
        """).fetchall()


def test_speaking_time_lands_where_a_legal_entity_allows_it(home: Home):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text('[collection]\nallow = ["attendance", "talk_time"]\n')
    land(home, [FIXTURES / TRANSCRIPT / "given"])
    # A label that occurs once may be the beginning of a sentence: it does not count.
    assert talk_seconds(home) == [(5.5,)]


def test_speaking_time_does_not_land_by_default(home: Home):
    land(home, [FIXTURES / TRANSCRIPT / "given"])
    assert talk_seconds(home) == []


@pytest.mark.parametrize("is_reversed", [False, True])
def test_two_reports_of_a_meeting_give_the_same_result_in_either_order(
    home: Home, is_reversed: bool
):
    case = FIXTURES / "p23_with_and_without_the_meeting_block_are_one_session"
    files = sorted((case / "given").iterdir(), reverse=is_reversed)
    for file in files:
        land(home, [file])
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        counts = warehouse.sql("""
            select
                (select count(*) from raw.statements),
                (select count(*) from raw.conflicts),
                (select count(distinct technical_session_id) from raw.statements)
        """).fetchall()
    assert counts == [(3, 0, 1)]
