"""What a judgement finds in a warehouse, and its notes when it cannot compare."""

import json
import re

import duckdb
import pytest
from typer.testing import CliRunner

from expectations.run import judge
from publishing.run import publish
from tandem.cli.main import app
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.publishing.warehouse import PLAIN, changed, make_warehouse


def failed(home: Home) -> set[tuple[str, str]]:
    findings = judge(home, Settings.load(home)).findings
    return {(finding.expectation, finding.subject) for finding in findings}


def publish_now(home: Home) -> None:
    judge(home, Settings.load(home))
    publish(home, Settings.load(home), [])


def test_a_first_delivery_passes_with_a_note_that_nothing_was_compared(home: Home):
    make_warehouse(home.warehouse)
    judgement = judge(home, Settings.load(home))
    assert judgement.passed
    assert judgement.notes == (
        "no earlier snapshot to compare with: not judged:"
        " kpi_volume, mode_not_vanished, rate_steady, source_volume",
    )


def test_records_that_repeat_others_are_reported_and_fail_nothing(home: Home):
    make_warehouse(home.warehouse)
    assert judge(home, Settings.load(home)).reported == (
        "40 of 400 learners have more than one enrolment",
    )
    status = json.loads((home.root / "status.json").read_text("utf-8"))
    assert status["check"]["reported"] == [
        "40 of 400 learners have more than one enrolment"
    ]


def test_a_second_delivery_is_compared_and_has_no_note(home: Home):
    make_warehouse(home.warehouse)
    publish_now(home)
    judgement = judge(home, Settings.load(home))
    assert (judgement.passed, judgement.notes) == (True, ())


def test_a_missing_earlier_profile_is_a_failure(home: Home):
    make_warehouse(home.warehouse)
    publish_now(home)
    folder = home.snapshot_folder(home.current_snapshot()["snapshot_id"])
    (folder / "profile.json").unlink()
    assert failed(home) == {("earlier_profile_readable", "last snapshot")}


def test_silence_is_measured_by_the_usual_gap_of_a_source_that_has_not_ended(
    home: Home,
):
    sources = (
        ("lms", 450, False),
        ("webinars", 60, False),
        ("old_lms", 60, True),
        ("recent", 445, False),
    )
    make_warehouse(home.warehouse, sources=sources)
    assert failed(home) == {("source_not_silent", "source webinars")}


def test_a_rate_that_changes_too_much_is_found_with_its_mode_and_quarter(home: Home):
    make_warehouse(home.warehouse)
    publish_now(home)
    make_warehouse(home.warehouse, changed("induction", finishing=100))
    subjects = {subject for name, subject in failed(home) if name == "rate_steady"}
    assert subjects == {
        f"kpi_id completion_rate, delivery_mode async, period_start_date {day}"
        for day in ("2024-01-01", "2024-04-01", "2024-07-01")
    }


def test_a_rate_that_changes_by_twenty_points_passes(home: Home):
    make_warehouse(home.warehouse)
    publish_now(home)
    make_warehouse(home.warehouse, changed("induction", finishing=80))
    assert failed(home) == set()


def test_the_smallest_base_of_a_rate_is_its_own_var(home: Home):
    home.root.mkdir(parents=True)
    home.settings.write_text("[vars]\nexpect_rate_base = 100000\n", encoding="utf-8")
    make_warehouse(home.warehouse)
    publish_now(home)
    make_warehouse(home.warehouse, changed("induction", finishing=100))
    assert failed(home) == set()


def test_the_first_rate_of_a_new_quarter_is_compared_with_the_last_quarter(home: Home):
    make_warehouse(home.warehouse, changed("induction", people=(400, 420)))
    publish_now(home)
    make_warehouse(home.warehouse)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("""
            update marts.fct_kpis set numerator = 0
            where programme_id = 'induction' and period_start_date = '2024-07-01'
        """)
    assert failed(home) == {
        (
            "rate_steady",
            "kpi_id completion_rate, delivery_mode async, period_start_date 2024-07-01",
        )
    }


def test_a_mode_that_vanished_is_found(home: Home):
    make_warehouse(home.warehouse)
    publish_now(home)
    make_warehouse(home.warehouse, (PLAIN[0], PLAIN[2]))
    assert ("mode_not_vanished", "delivery_mode hybrid") in failed(home)


@pytest.mark.parametrize(
    ("damage", "expectation"),
    [
        (
            "update raw.statements set occurred_at = null where statement_id % 5 = 0",
            "statements_dated",
        ),
        (
            "update raw.statements set occurred_at = '2031-01-01'"
            " where statement_id % 5 = 0",
            "statements_not_in_future",
        ),
        (
            "update marts.dim_sources set rejected_count = read_count / 3",
            "statements_accepted",
        ),
        ("update marts.dim_sources set matched_count = 40", "people_matched"),
        (
            "update marts.fct_record_findings set record_share = 0.6"
            " where finding = 'enrolment_undated'",
            "records_complete",
        ),
        (
            "update marts.fct_enrolments set enrolled_at = null"
            " where delivery_mode = 'sync'",
            "enrolments_dated",
        ),
    ],
)
def test_each_kind_of_damage_fails_its_expectation(
    home: Home, damage: str, expectation: str
):
    make_warehouse(home.warehouse)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(damage)
    assert {name for name, _ in failed(home)} == {expectation}


def test_a_finding_names_expectation_table_value_and_limit(home: Home):
    make_warehouse(home.warehouse, sources=(("lms", 450, False), ("chat", 60, False)))
    outcome = CliRunner().invoke(app, ["check", "--json"])
    assert outcome.exit_code == 1
    finding = json.loads(outcome.stdout)["findings"][0]
    assert finding == {
        "expectation": "source_not_silent",
        "table": "source_profile",
        "subject": "source chat",
        "observed": "silent for 55.7 times its usual gap",
        "wanted": "at most 3 times",
        "message": "source_profile: source chat: silent for 55.7 times its usual gap,"
        " wanted at most 3 times",
    }


def test_check_passes_with_exit_status_0(home: Home):
    make_warehouse(home.warehouse)
    outcome = CliRunner().invoke(app, ["check", "--json"])
    assert outcome.exit_code == 0
    assert json.loads(outcome.stdout)["passed"] is True


def test_no_warehouse_and_no_marts_raise_an_error_with_the_next_step(home: Home):
    with pytest.raises(WarehouseProblem, match="no warehouse"):
        judge(home, Settings.load(home))
    home.root.mkdir(parents=True)
    duckdb.connect(str(home.warehouse)).close()
    with pytest.raises(WarehouseProblem, match="tandem build"):
        judge(home, Settings.load(home))


def test_data_docs_load_nothing_external_and_name_no_person(home: Home):
    make_warehouse(home.warehouse, sources=(("lms", 450, False), ("chat", 60, False)))
    judge(home, Settings.load(home))
    pages = list(home.data_docs.rglob("*.html"))
    assert home.data_docs / "index.html" in pages
    assert len(pages) > 4
    loads = re.compile(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=\s*[\"']?(?:https?:)?//"
    )
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not loads.search(text), page
        assert "learner-" not in text
