"""Large files land by the threads of the compiled pass as they do by the rules."""

import json
import sys
from pathlib import Path

import duckdb
import pytest

from ingest.landing import lanes, writer
from tandem.core.files import Home

NAME = "Anna Schmidt"
ROWS = """
    select * exclude (load_id, landed_at, source, short_statement)
    from raw.statements order by all
"""
REFUSED = """
    select * exclude (load_id, rejection_id) from raw.rejections order by all
"""
TEXTS = "select text from raw.kept_texts order by text"


def lines_of(statement, count: int) -> list[str]:
    """Return lines of a few forms, with what is refused and what is rare among them."""
    lines = []
    for number in range(count):
        changed = {
            "id": f"{number:08x}-0000-4000-8000-000000000000",
            "actor": {"mbox": f"mailto:p{number % 40}@example.org", "name": "Somebody"},
            "result": {"score": {"raw": number % 7, "max": 5}},
        }
        if number % 3:
            changed["context"] = {"registration": f"{number:08x}-{'0000-' * 3}{1:012}"}
        line = json.dumps(statement(**changed))
        lines.append("   " if number % 50 == 7 else line)
    lines[110] = json.dumps(statement(5, verb={"id": "https://x.example/unheard-of"}))
    lines[120] = lines[150]
    lines[130] = lines[151].replace("p31@", "p32@")
    lines[131] = lines[131][:-1]
    return lines


@pytest.fixture
def in_lanes(monkeypatch):
    """Let blocks of any size count as large, and learn from few lines."""
    monkeypatch.setattr(writer, "LARGE_BLOCK", 0)
    monkeypatch.setattr(lanes, "LEARNED_FROM", 64)


def asked(home: Home) -> list[list[tuple]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return [connection.sql(one).fetchall() for one in (ROWS, REFUSED, TEXTS)]


def people(home: Home) -> list[list[tuple]]:
    with duckdb.connect(str(home.vault), read_only=True) as vault:
        tables = ("identifiers", "names")
        return [vault.sql(f"from {one} order by all").fetchall() for one in tables]


@pytest.mark.usefixtures("in_lanes")
def test_a_large_file_lands_as_by_the_rules(
    monkeypatch, tmp_path, statement, write, land, ask, home
):
    path = write("large.ndjson", lines_of(statement, 600))
    (report,) = land(path)
    found = (asked(home), people(home))
    marks = (
        "select count(*) from raw.statements where contains(short_statement, chr(1))"
    )
    assert ask(marks)[0][0] > 400
    monkeypatch.setattr(writer, "LARGE_BLOCK", 1 << 30)
    elsewhere = Home(tmp_path / "elsewhere")
    from ingest.landing.delivery import ReadOptions
    from ingest.run import ingest
    from tandem.core.settings import Settings

    (expected,) = ingest([path], elsewhere, Settings.load(elsewhere), ReadOptions())
    assert (asked(elsewhere), people(elsewhere)) == found
    counts = ("read_count", "landed_count", "replayed_count", "rejected_count")
    counts += ("conflicting_count", "rejected_by_code")
    for name in counts:
        assert getattr(report, name) == getattr(expected, name)


@pytest.mark.usefixtures("in_lanes")
def test_a_block_that_is_not_utf_8_lands_without_its_bad_lines(
    tmp_path: Path, statement, land, ask
):
    lines = [line.encode() for line in lines_of(statement, 300)]
    lines[250] = lines[250].replace(b"Somebody", b"\xff\xfe")
    path = tmp_path / "bad.ndjson"
    path.write_bytes(b"\n".join(lines))
    (report,) = land(path)
    assert report.rejected_by_code["json.encoding"] == 1
    assert ask("select count(*) from raw.statements")[0][0] == report.landed_count


@pytest.mark.usefixtures("in_lanes")
def test_a_large_file_landed_again_is_known(statement, write, land, ask):
    path = write("large.ndjson", lines_of(statement, 300)[:250])
    (first,) = land(path)
    again = write("again.ndjson", [*path.read_text().splitlines(), ""])
    (second,) = land(again)
    assert second.landed_count == second.conflicting_count == 0
    assert first.landed_count == ask("select count(*) from raw.statements")[0][0]


@pytest.mark.usefixtures("in_lanes")
def test_a_name_is_withheld_from_what_the_pass_took(statement, write, land, ask):
    texts = [
        json.dumps(
            statement(
                n,
                actor={"mbox": f"mailto:p{n}@example.org", "name": f"Person {n}"},
                result={"duration": f"PT{n}S"},
                object={
                    "id": "https://lms.example/course/1",
                    "definition": {"name": {"en": NAME if n % 2 else "Course"}},
                },
            )
        )
        for n in range(200)
    ]
    texts.append(json.dumps(statement(900)))  # by Anna Schmidt
    land(write("large.ndjson", texts))
    assert ask("select count(*) from raw.statements") == [(201,)]
    named = f"select count(*) from raw.statements where contains(statement, '{NAME}')"
    assert ask(named) == [(0,)]
    assert ask("select distinct activity_name from raw.statements order by 1") == [
        ("Course",),
        (None,),
    ]


@pytest.mark.usefixtures("in_lanes")
def test_what_many_lines_leave_goes_to_processes(
    monkeypatch, statement, write, land, ask
):
    monkeypatch.setattr(lanes, "MANY_LEFT", 0)
    monkeypatch.setattr(lanes, "LEARNED_FROM", 1)
    lines = [
        json.dumps(statement(n, result={"extensions": {f"https://x.example/{n}": 1}}))
        for n in range(200)
    ]
    (report,) = land(write("large.ndjson", lines))
    assert report.landed_count == 200
    assert ask("select count(*) from raw.statements") == [(200,)]


@pytest.mark.usefixtures("in_lanes")
def test_without_a_folder_for_compiled_code_large_files_land_all_the_same(
    monkeypatch, statement, write, land, ask
):
    class Unwritable:
        def __getattr__(self, _name):
            raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setitem(sys.modules, "ingest.landing.lanes", Unwritable())
    (report,) = land(write("large.ndjson", lines_of(statement, 300)))
    assert ask("select count(*) from raw.statements")[0][0] == report.landed_count > 200
