"""Decisions about unmatched people on a real build: foretold, applied, taken back."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.mapping.tables import sheet_lines
from ingest.mapping.workbook import close_workbook
from ingest.review.columns import DECISION, GUEST, PEOPLE
from samples.generate import generate
from samples.plan import Plan
from tandem.cli import pipeline
from tandem.cli.main import app
from tandem.cli.modelling import build
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.models.differences import differing_tables

SCHEMAS = ("raw", "staging", "intermediate", "marts")
MOST_DECISIONS = 6
COUNTED = """
select
    cohort_id,
    count(*) filter (attendance_status = 'attended'),
    count(*) filter (attendance_status in ('attended', 'partial', 'no_show')),
    count(*) filter (not is_matched)
from marts.fct_session_attendances group by cohort_id
"""


@pytest.fixture
def sample(home: Home, tmp_path: Path, parsed_project: None) -> Home:
    """An organisation of which some are in no list, landed."""
    generate(tmp_path / "files", Plan(enrolments=400, seed=5, unmatched=0.2))
    home.root.mkdir()
    shutil.copy(tmp_path / "files" / "tandem.toml", home.root)
    parts = sorted(path for path in (tmp_path / "files").iterdir() if path.is_dir())
    pipeline.land(parts, home, Settings.load(home))
    return home


def called(*words: str) -> str:
    result = CliRunner().invoke(app, ["identity", *words])
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.stdout


def counts(path: Path) -> dict[str, tuple[int, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {c: tuple(rest) for c, *rest in connection.sql(COUNTED).fetchall()}


def decided(home: Home) -> Path:
    """Take the first candidate where there is one, and a guest where there is none."""
    lines = [cells for _line, cells in sheet_lines(home.identity_review, PEOPLE)]
    close_workbook()
    head, rows = lines[0], lines[1 : MOST_DECISIONS + 1]
    first = head.index("Candidate 1")
    table = home.root.parent / "decided.csv"
    for cells in rows:
        cells += [""] * (len(head) - len(cells))
        cells[head.index(DECISION)] = cells[first] or GUEST
    text = "\n".join("\t".join(cells) for cells in [head, *rows])
    table.write_text(text, encoding="utf-8")
    return table


def test_a_preview_is_what_the_build_finds_and_undo_gives_back_every_row(sample: Home):
    settings = Settings.load(sample)
    build(sample, settings)
    untouched = Path(shutil.copy(sample.warehouse, sample.root.parent / "b.duckdb"))
    called("review", "--role", "operator")
    table = decided(sample)
    told = json.loads(
        called("accept", str(table), "--role", "operator", "--apply", "--json")
    )
    assert len(told["groups"]) > 1
    build(sample, settings)
    before, after = counts(untouched), counts(sample.warehouse)
    for group in told["groups"]:
        told_before, told_after = zip(
            *(group[name] for name in ("attended", "rated", "unmatched")), strict=True
        )
        assert told_before == before[group["cohort_id"]]
        assert told_after == after[group["cohort_id"]]
    of_groups = {group["cohort_id"] for group in told["groups"]}
    assert {c for c in before if before[c] != after[c]} <= of_groups
    assert any(before[c] != after[c] for c in of_groups)
    called("undo", told["batch"])
    build(sample, settings)
    assert differing_tables(untouched, sample.warehouse, SCHEMAS) == {}
