"""Titles of meetings: in words for the workbook, as hashes in the warehouse."""

from pathlib import Path

import duckdb

from ingest.landing.delivery import ReadOptions
from ingest.parsing.join_keys import title_key
from ingest.parsing.seen_titles import keep_title, titles_by_key
from ingest.proposals.seen import seen
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

REPORT = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,
852 1848 6288,"{topic}",03/16/2026 10:00 AM,03/16/2026 11:00 AM,host@example.org,60,1,

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Asha Rao,asha@example.org,03/16/2026 10:01:00 AM,03/16/2026 11:00:00 AM,59,No
"""


def test_a_report_without_a_calendar_gives_the_meeting_its_topic(tmp_path: Path):
    file = tmp_path / "participants.csv"
    file.write_text(REPORT.format(topic="Lifting, with Asha"), encoding="utf-8")
    home = Home(tmp_path / "home")
    options = ReadOptions(tz="UTC", date_order="mdy")
    with titles_by_key() as titles:
        (report,) = ingest([file], home, Settings.load(home), options)
    assert report.error is None
    assert titles == {"85218486288": "Lifting, with Asha"}
    (meeting,) = seen(home, titles).meetings
    assert meeting.title == "Lifting, with Asha"
    assert not seen(home, titles).has_people
    (untitled,) = seen(home, {}).meetings
    assert untitled.title == ""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        ((count,),) = connection.execute(
            "select count(*) from raw.technical_sessions as t"
            " where contains(t::varchar, 'Lifting')"
        ).fetchall()
    assert count == 0


def test_a_participant_is_never_taken_for_a_topic(tmp_path: Path):
    file = tmp_path / "participants_85218486288.csv"
    rows = REPORT.splitlines(keepends=True)[3:]
    file.write_text("".join(rows), encoding="utf-8")
    home = Home(tmp_path / "home")
    options = ReadOptions(tz="UTC", date_order="mdy")
    with titles_by_key() as titles:
        (report,) = ingest([file], home, Settings.load(home), options)
    assert report.error is None
    assert titles == {}


def test_titles_are_kept_only_while_somebody_asks_for_them():
    title_key("Before")
    with titles_by_key() as titles:
        key = title_key("Within  the\nblock")
        keep_title("number", " ")
        keep_title(None, "No key")
    title_key("After")
    assert titles == {key: "Within the block"}
