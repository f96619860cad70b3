"""`tandem relabel`: a corrected label reaches the next build, and no frozen quarter."""

import json
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from comparison.run import compare_warehouse
from publishing.freezing import freeze
from tandem.cli import corrections as landing
from tandem.cli import pipeline
from tandem.cli.main import app
from tandem.core import journal
from tandem.core.corrections import corrections
from tandem.core.errors import TandemError, WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.restatements import in_english, restatements
from tandem.core.settings import Settings
from tests.cli.calls import asked, called, done
from tests.conftest import PublishedSample
from tests.models.differences import differing_tables

WHY = ("--reason", "the audit of June found it")
SCHEMAS = ("staging", "intermediate", "marts")
NEWEST_QUARTER = """
select max(period_label) from pub.kpi_cells
where trailing_quarters = 1 and period_end_date < (select max(as_of) from pub.snapshot)
"""


@pytest.fixture
def sample(
    published_sample: PublishedSample, home: Home, monkeypatch: pytest.MonkeyPatch
) -> Home:
    """A copy of the published sample, which the environment names."""
    shutil.copytree(published_sample.home.root, home.root)
    monkeypatch.setenv("TANDEM_HOME", str(home.root))
    return home


def run(*words: str) -> Result:
    return called("relabel", *words)


def programme_of(home: Home) -> tuple[str, str]:
    """Return a programme whose category is not the one that tests give it."""
    return asked(
        home.warehouse,
        "select programme_id, outcome_category from marts.dim_programmes"
        " where outcome_category = 'compliance' order by programme_id limit 1",
    )[0]


def cohort_of(home: Home) -> str:
    (cohort,) = asked(
        home.warehouse,
        "select min(cohort_id) from marts.dim_cohorts"
        " where not is_derived and delivery_mode = 'async'",
    )[0]
    return cohort


def first_day_of(home: Home, cohort: str) -> str:
    """Return the day on which a cohort began, in the zone of the organisation."""
    zone = Settings.load(home).vars["organisation_time_zone"]
    ((day,),) = asked(
        home.warehouse,
        f"select timezone('{zone}', timezone('UTC', starts_at))::date::varchar"
        f" from marts.dim_cohorts where cohort_id = '{cohort}'",
    )
    return day


def test_a_cohort_is_not_split_inside_its_run(sample: Home):
    cohort = cohort_of(sample)
    first = date.fromisoformat(first_day_of(sample, cohort))
    call = ("cohort", cohort, "--mode", "sync", *WHY, "--from")
    for day in (first + timedelta(days=1), first + timedelta(days=4000)):
        error = run(*call, day.isoformat()).exception
        assert isinstance(error, WrongUse)
        assert f"one mode from beginning to end: it began on {first}" in str(error)
        assert "enter whoever began after it as a cohort of its own" in str(error)
    assert corrections(sample.journal) == []
    for day in (first, first - timedelta(days=1)):
        done(run(*call, day.isoformat()))


def test_relabels_reach_the_next_build_publish_and_restate_a_frozen_quarter(
    sample: Home, tmp_path: Path
):
    settings = Settings.load(sample)
    programme, before = programme_of(sample)
    cohort = cohort_of(sample)
    kept = sample.published / sample.current_snapshot()["dashboard"]
    ((quarter,),) = asked(kept, NEWEST_QUARTER)
    frozen = freeze(sample, quarter, "publisher")
    bytes_before = kept.read_bytes()
    assert restatements(sample) == []

    trial = json.loads(
        done(
            run(
                "programme",
                programme,
                "--category",
                "leadership",
                *WHY,
                "--preview",
                "--json",
            )
        )
    )
    assert trial["changes"] != []
    assert corrections(sample.journal) == []
    assert list(sample.root.glob(".preview-*")) == []

    done(run("programme", programme, "--category", "leadership", *WHY))
    done(
        run(
            "cohort",
            cohort,
            "--mode",
            "sync",
            *WHY,
            "--from",
            first_day_of(sample, cohort),
        )
    )
    assert "waits for the next build" in done(run("list"))
    report = pipeline.model(sample, settings)
    assert report.scope == "partial"
    assert "raw.corrections" in report.reason
    assert done(run("list")).count("in effect") == 2
    compare_warehouse(sample, settings)
    full = tmp_path / "full"
    shutil.copytree(sample.root, full)
    pipeline.model(Home(full), settings, full_refresh=True)
    assert differing_tables(sample.warehouse, Home(full).warehouse, SCHEMAS) == {}
    labels = asked(
        sample.warehouse,
        "select (select outcome_category from marts.dim_programmes"
        f" where programme_id = '{programme}'), (select delivery_mode"
        f" from marts.dim_cohorts where cohort_id = '{cohort}')",
    )
    assert labels == [("leadership", "sync")]

    pipeline.refresh(sample, settings)
    assert kept.read_bytes() == bytes_before
    (one,) = restatements(sample)
    assert (one.quarter, one.frozen_id) == (quarter, frozen)
    assert 0 < one.changed_count <= one.figure_count
    said = in_english(one)
    assert f"{programme} from {before} to leadership" in said
    status = CliRunner().invoke(app, ["status"])
    assert said in status.output
    again = CliRunner().invoke(app, ["freeze", quarter, *WHY])
    assert quarter in again.output
    assert "is restated" in " ".join(again.output.split())
    assert restatements(sample) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("programme", "CMP-99", "--category", "leadership", *WHY), "no programme"),
        (("cohort", "NONE-1", "--mode", "sync", *WHY), "no cohort"),
        (("programme", "CMP-01", "--category", "fun", *WHY), "there is no 'fun'"),
        (
            ("programme", "CMP-01", "--category", "unclassified", *WHY),
            "no 'unclassified'",
        ),
        (("cohort", "C", "--mode", "live", *WHY), "there is no 'live'"),
        (("programme", "CMP-01", *WHY), "one label at a time"),
        (
            (
                "programme",
                "CMP-01",
                "--category",
                "leadership",
                "--rule",
                "content",
                *WHY,
            ),
            "one label at a time",
        ),
        (
            (
                "programme",
                "CMP-01",
                "--rule-words",
                "x",
                "--category",
                "leadership",
                *WHY,
            ),
            "words without a rule",
        ),
        (
            ("programme", "CMP-01", "--category", "leadership", "--reason", " "),
            "reason is missing",
        ),
        (
            (
                "programme",
                "CMP-01",
                "--category",
                "leadership",
                "--reason",
                "ask ana@corp.example",
            ),
            "e-mail address",
        ),
        (
            (
                "programme",
                "CMP-01",
                "--category",
                "leadership",
                *WHY,
                "--from",
                "1.4.2026",
            ),
            "is no day",
        ),
    ],
)
def test_a_wrong_relabel_is_refused_and_nothing_is_recorded(
    sample: Home, words: tuple[str, ...], message: str
):
    result = run(*words)
    assert isinstance(result.exception, WrongUse)
    assert message in result.exception.one_line()
    assert "\n" not in result.exception.one_line()
    assert corrections(sample.journal) == []


def test_without_a_warehouse_the_next_step_is_said(home: Home):
    result = run("programme", "CMP-01", "--category", "leadership", *WHY)
    assert isinstance(result.exception, WarehouseProblem)
    assert "land something first" in result.exception.one_line()


def test_nothing_to_list_says_so(home: Home):
    assert done(run("list")) == "No label was corrected.\n"
    assert json.loads(done(run("list", "--json"))) == []


def enter(home: Home, kind: str, payload: dict[str, Any], at: str) -> None:
    entry = journal.Entry("analyst", kind, "P", payload, "why")
    journal.append(home.journal, [entry], datetime.fromisoformat(at))


def test_the_newest_entry_counts_and_holds_from_its_day_else_from_when_it_was_recorded(
    home: Home,
):
    kind = "programme_category"
    enter(home, kind, {"outcome_category": "leadership"}, "2026-03-01T10:00:00+02:00")
    (one,) = corrections(home.journal)
    assert (one.label, one.holds_from) == ("leadership", datetime(2026, 3, 1, 8))  # noqa: DTZ001
    later = {"outcome_category": "compliance", "holds_from": "2026-01-05"}
    enter(home, kind, later, "2026-03-02T10:00:00+00:00")
    (one,) = corrections(home.journal)
    assert (one.label, one.holds_from) == ("compliance", datetime(2026, 1, 5))  # noqa: DTZ001


def test_a_label_that_no_build_knows_is_left_out(home: Home):
    enter(
        home, "cohort_mode", {"delivery_mode": "by_post"}, "2026-03-01T10:00:00+00:00"
    )
    assert corrections(home.journal) == []


def test_landing_writes_only_where_something_changed(sample: Home):
    assert landing.land_corrections(sample) == 0
    before = sample.warehouse.stat().st_mtime_ns
    assert landing.land_corrections(sample) == 0
    assert sample.warehouse.stat().st_mtime_ns == before
    enter(sample, "cohort_mode", {"delivery_mode": "sync"}, "2026-03-01T10:00:00+00:00")
    assert landing.land_corrections(sample) == 1
    rows = asked(
        sample.warehouse, "select kind, subject_id, label from raw.corrections"
    )
    assert rows == [("cohort_mode", "P", "sync")]


def test_a_damaged_journal_is_named(home: Home):
    home.root.mkdir(parents=True)
    home.journal.write_bytes(b"no database" * 200)
    with pytest.raises(TandemError, match=re.escape("the journal is damaged")):
        restatements(home)


def test_what_a_broken_preview_left_is_gone_before_anything_is_written(home: Home):
    left = home.root / ".preview-abc"
    left.mkdir(parents=True)
    (left / "warehouse.duckdb").write_bytes(b"a copy")
    with home.writing():
        assert not left.exists()
        left.mkdir()  # of the preview that holds the lock now
        with home.writing():
            assert left.exists()
