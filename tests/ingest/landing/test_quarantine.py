"""What is refused, what is shown of it, and how it lands after all."""

import json

import duckdb

from ingest.landing.delivery import ReadOptions
from ingest.landing.quarantine import without_people
from ingest.landing.replay import replay
from tandem.core.settings import Settings

REPAIRABLE = {"score": {"raw": 0, "min": 0, "max": 0}}


def test_bad_lines_are_counted_and_the_good_ones_land(statement, write, land, ask):
    lines = [statement(n) for n in range(1, 1000)]
    lines.insert(6, "this is no JSON")
    (report,) = land(write("a.ndjson", lines))
    assert (report.landed_count, report.rejected_count) == (999, 1)
    assert ask("select line, code from raw.rejections") == [(7, "json.syntax")]


def test_a_rejection_shows_code_and_path_and_no_person(statement, write, land, ask):
    bad = statement(1, actor={"mbox": "anna@example.org", "name": "Anna Schmidt"})
    land(write("a.ndjson", [bad]))
    ((code, path, message, payload),) = ask(
        "select code, json_path, message, payload from raw.rejections"
    )
    assert (code, path) == ("format.mbox", "$.actor.mbox")
    assert "anna" not in (message + payload).casefold()
    assert json.loads(payload)["id"] == bad["id"]


def test_the_vault_keeps_the_whole_payload(statement, write, land, home):
    bad = statement(1, verb=None)
    land(write("a.ndjson", [bad]))
    with duckdb.connect(str(home.vault), read_only=True) as vault:
        ((payload,),) = vault.sql("select payload from quarantine").fetchall()
    assert json.loads(payload) == bad


def test_the_same_bad_line_twice_is_one_rejection(statement, write, land, ask):
    file = write("a.ndjson", [statement(1, verb=None), statement(1, verb=None)])
    land(file)
    land(file)
    assert ask("select count(*) from raw.rejections") == [(1,)]
    assert ask("select sum(rejected_count) from raw.loads") == [(4,)]


def test_what_is_no_json_is_not_shown_at_all():
    assert without_people("Anna Schmidt was here") is None


def test_repairs_are_off_until_they_are_named(statement, write, land, home, ask):
    file = write("a.ndjson", [statement(1, result=REPAIRABLE)])
    (report,) = land(file)
    assert report.rejected_by_code == {"score.range": 1}
    home.settings.write_text("[repairs]\nequal_min_max = true\n", encoding="utf-8")
    (report,) = land(file)
    assert (report.landed_count, report.rejected_count) == (1, 0)
    assert ask("select repairs from raw.statements") == [(["equal_min_max"],)]
    assert ask("select repairs from raw.loads where repairs is not null") == [
        ('{"equal_min_max": 1}',)
    ]


def test_replay_lands_what_passes_now_and_leaves_the_rest(
    statement, write, land, home, ask
):
    bad = [statement(1, result=REPAIRABLE), statement(2, verb=None)]
    land(write("a.ndjson", bad))
    home.settings.write_text("[repairs]\nequal_min_max = true\n", encoding="utf-8")
    for landed, still_refused in ((1, 1), (0, 1)):
        (report,) = replay(home, Settings.load(home), ReadOptions())
        assert (report.landed_count, report.rejected_count) == (landed, still_refused)
    assert ask("select statement_id, source from raw.statements") == [
        ("00000001-0000-4000-8000-000000000000", "xapi")
    ]
