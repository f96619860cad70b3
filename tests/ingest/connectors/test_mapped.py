"""Mapped tables: scores, results, texts that must not land, and stable ids."""

from pathlib import Path

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.mapping.mapping_file import preset, presets
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

MAPPING = """
source: academy
person: Mail
activity: Course
verb: {column: State, values: {done: completed, failed: failed}}
time: When
tz: UTC
score: {raw: [Points], percent: [Share], max: 20}
duration: {column: [Minutes], unit: minutes}
success: {column: [Passed]}
"""


def landed(home: Home, path: Path, options: ReadOptions | None = None) -> list[tuple]:
    """Land a file; return verb, scores, success, seconds and id of each statement."""
    (report,) = ingest([path], home, Settings.load(home), options or ReadOptions())
    assert report.error is None
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        return warehouse.sql("""
            select regexp_extract(verb_id, '[^/]+$'), score_scaled, score_raw,
                score_max, success, duration_seconds, statement_id
            from raw.statements order by occurred_at
        """).fetchall()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of three results with its mapping in the same folder."""
    path = tmp_path / "results.csv"
    path.write_text(
        "Mail,Course,State,When,Points,Share,Minutes,Passed\n"
        'a@example.org,C,done,2026-04-01 09:00,"17,5",,90,yes\n'
        "b@example.org,C,failed,2026-04-02 09:00,,35 %,,no\n"
        "c@example.org,C,done,2026-04-03 09:00,-,-,-,\n",
        encoding="utf-8",
    )
    path.with_suffix(".yml").write_text(MAPPING, encoding="utf-8")
    return path


def test_scores_are_scaled_and_verbs_set_success(home: Home, table: Path):
    first, second, third = landed(home, table)

    assert first[:6] == ("completed", 0.875, 17.5, 20.0, True, 5400.0)
    assert second[:6] == ("failed", 0.35, None, None, False, None)
    assert third[:6] == ("completed", None, None, None, None, None)


def test_a_row_keeps_its_id_in_another_file_format_and_order(home: Home, table: Path):
    before = landed(home, table)
    lines = table.read_text(encoding="utf-8").splitlines()
    other = table.with_name("again.tsv")
    turned = [lines[0], *reversed(lines[1:])]
    other.write_text(
        "\n".join(line.replace('"17,5"', "17.5").replace(",", "\t") for line in turned),
        encoding="utf-16",
    )
    other.with_suffix(".yml").write_text(MAPPING, encoding="utf-8")

    assert landed(home, other) == before


def test_free_text_of_a_form_is_not_stored(home: Home, tmp_path: Path):
    path = tmp_path / "form.csv"
    path.write_text(
        "ID,Start time,Completion time,Email,Name,What is missing?\n"
        "1,2026-04-01 09:00,2026-04-01 09:05,a@example.org,Ana,Zanzibarword\n",
        encoding="utf-8",
    )
    found = landed(home, path, ReadOptions(tz="UTC"))

    assert [row[0] for row in found] == ["responded", "answered"]
    for file in home.root.rglob("*"):
        if file.is_file():
            assert b"Zanzibarword" not in file.read_bytes()


def test_a_mapping_named_in_tandem_toml_is_used_for_its_source(home: Home, table: Path):
    mapping = home.root / "academy.yml"
    home.root.mkdir(parents=True, exist_ok=True)
    table.with_suffix(".yml").rename(mapping)
    home.settings.write_text('[sources.academy]\nmap = "academy.yml"\n')

    assert len(landed(home, table, ReadOptions(source="academy"))) == 3


def test_the_preset_for_skolarli_is_unverified():
    assert not preset("skolarli").verified
    assert preset("skolarli").note == "no public format exists"


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_a_valid_mapping(name: str):
    assert preset(name).source


def test_unknown_statuses_are_counted_with_the_line_that_decides_them(
    home: Home, tmp_path: Path
):
    path = tmp_path / "report.csv"
    path.write_text(
        "Email,Course,Status,Enrolment Date,Completion Date\n"
        "ida@example.org,Ethics,Parked,2026-02-02,2026-03-01\n"
        "jon@example.org,Ethics,Parked,2026-02-03,\n"
        "kai@example.org,Ethics,of kai@example.org,2026-02-04,\n"
        "mia@example.org,Ethics,Waitlisted,2026-02-05,\n",
        encoding="utf-8",
    )
    options = ReadOptions(tz="UTC")
    (report,) = ingest([path], home, Settings.load(home), options)

    assert report.rejected_by_code == {"mapped.verb": 3}
    own = home.root / "extensions" / "completion_statuses.csv"
    unknown, hidden, waiting = report.notes
    assert unknown.startswith("'Parked' (2 rows) is no known completion status")
    assert f"the line Parked,STATE below the heading phrase,state of {own}" in unknown
    assert hidden.startswith("1 row with an unknown status")
    assert waiting == "1 row on a waiting list, so not enrolled"
    assert not any("kai" in note for note in report.notes)

    own.parent.mkdir(parents=True)
    own.write_text("phrase,state\nParked,withdrawn\n", encoding="utf-8")
    (again,) = ingest([path], home, Settings.load(home), options)
    assert again.rejected_by_code == {"mapped.verb": 1}
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        counts = warehouse.sql("""
            select
                regexp_extract(verb_id, '[^/]+$') as verb, count(*), count(occurred_at)
            from raw.statements group by verb order by verb
        """).fetchall()
    assert counts == [("registered", 3, 3), ("unregistered", 2, 1)]


def test_a_score_beside_a_course_that_was_not_started_says_nothing(
    home: Home, tmp_path: Path
):
    path = tmp_path / "report.csv"
    path.write_text(
        "Email,Course,Status,Enrolment Date,Completion Date,Score\n"
        "ida@example.org,Ethics,Not started,2026-02-02,,100\n"
        "jon@example.org,Ethics,Exempt,2026-02-02,,not marked\n"
        "kai@example.org,Ethics,Completed,2026-02-02,2026-02-09,80\n",
        encoding="utf-8",
    )

    rows = landed(home, path, ReadOptions(tz="UTC"))

    assert sorted((row[0], row[2]) for row in rows) == [
        ("completed", 80.0),
        ("registered", None),
        ("registered", None),
        ("registered", None),
        ("waived", None),
    ]
