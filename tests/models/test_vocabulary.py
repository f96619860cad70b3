"""Verbs that no release lists: what becomes of them, and how to map one."""

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.connectors._base import ReadOptions
from ingest.landing.run import ingest
from tandem.cli import app
from tandem.errors import WrongUse
from tandem.files import Home
from tandem.modelling import build
from tandem.settings import Settings

MAPPED = "https://simulators.example/verbs/rehearsed"
UNMAPPED = "https://simulators.example/verbs/calibrated"
RIG = "https://simulators.example/types/rig"


def statement(number: int, verb: str) -> str:
    return json.dumps(
        {
            "id": f"6b1c9f4e-0000-4000-8000-{number:012d}",
            "actor": {"mbox": "mailto:ana@simulators.example"},
            "verb": {"id": verb},
            "object": {
                "id": "https://simulators.example/rig/7",
                "definition": {"type": RIG},
            },
            "timestamp": "2026-03-02T09:00:00Z",
        }
    )


def written(home: Home, name: str, text: str) -> None:
    folder = home.root / "extensions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def test_an_unknown_verb_counts_as_other_until_the_organisation_maps_it(
    home: Home, tmp_path: Path
):
    given = tmp_path / "rig.ndjson"
    verbs = (MAPPED, UNMAPPED, UNMAPPED)
    given.write_text("\n".join(statement(n, verb) for n, verb in enumerate(verbs)))
    reports = ingest([given], home, Settings.load(home), ReadOptions())
    assert [report.landed_count for report in reports] == [3]
    written(home, "verbs", f"verb_iri,verb\n{MAPPED},attempted\n")
    build(home, Settings.load(home))
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        found = connection.sql(
            """
            select verb, activity_kind, is_learner_initiated, count(*)
            from intermediate.int_statements_in_force group by all order by all
            """
        ).fetchall()
    assert found == [("attempted", "other", True, 1), ("other", "other", True, 2)]
    shown = CliRunner().invoke(app, ["status", "--json"])
    counters = json.loads(shown.stdout)["build"]
    assert counters["unmapped_verbs"] == {UNMAPPED: 2}
    assert counters["unmapped_activity_types"] == {RIG: 3}
    told = CliRunner().invoke(app, ["status"]).stdout
    assert f"{home.root / 'extensions' / 'verbs.csv'}, a word of" in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("iri,verb\nhttp://a/b,viewed\n", "there is no column verb_iri"),
        ("verb_iri,verb\nviewed,viewed\n", "'viewed' is not an IRI"),
        ("verb_iri,verb\nhttp://a/b,gazed\n", "nothing is known as 'gazed'"),
        ("verb_iri,verb\nhttp://a/b,voided\n", "nothing is known as 'voided'"),
        ("verb_iri,verb\nhttp://a,viewed\nhttp://a,read\n", "http://a is there twice"),
        ("verb_iri,verb\nhttp://a/b\n", "nothing is known as ''"),
    ],
)
def test_an_own_row_that_says_nothing_is_refused_with_its_file(
    home: Home, text: str, message: str
):
    written(home, "verbs", text)
    with pytest.raises(WrongUse, match=message) as refused:
        _ = Settings.load(home).vars
    assert "verbs.csv" in refused.value.one_line()


def test_own_rows_are_read_with_marks_and_blank_lines(home: Home):
    written(
        home,
        "activity_types",
        f"\ufeffactivity_type_iri,activity_kind\n\n{RIG},simulation\n",
    )
    settings = Settings.load(home)
    assert settings.vars["own_activity_types"] == [[RIG, "simulation"]]
    assert settings.vars["own_verbs"] == []
