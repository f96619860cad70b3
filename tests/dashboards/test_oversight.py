"""The oversight page: who saw and decided what, in roles and times, and no person."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html import unescape

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.pages import PAGES
from dashboards.presenters import oversight
from tandem.core import journal
from tandem.core.access_log import count_accesses, log_access, read_accesses
from tandem.core.files import Home
from tandem.core.journal_kinds import KINDS
from tandem.core.wording import render
from tests.dashboards.opened import Open

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
PAGE = "oversight"


def words_on(test: AppTest) -> str:
    kinds = ("header", "markdown", "error")
    said = [element.value for kind in kinds for element in test.get(kind)]
    drawn = [unescape(element.proto.body) for element in test.get("html")]
    return " ".join([*said, *drawn])


def enter(home: Home, kind: str, subject: str, reason: str) -> None:
    entry = journal.Entry("operator", kind, subject, {}, reason)
    journal.append(home.journal, [entry], NOW)


def test_accesses_are_listed_by_role_with_times(open_page: Open, home: Home):
    log_access(home.access_log, "analyst", "query", "select 1", NOW)
    log_access(home.access_log, "leader", "export", "table rates, snapshot a1", NOW)
    test = open_page()
    assert list(test.exception) == []
    words = words_on(test)
    for said in ("Analyst", "Leader", "Asked a query", "Exported a table"):
        assert said in words
    assert "table rates, snapshot a1" in words
    assert "30 Jun 2026, 12:00 UTC" in words


@pytest.mark.parametrize(
    "what", ["select * where mail = 'ana@corp.example'", "call +91 98450 12345"]
)
def test_an_access_that_names_somebody_is_withheld(
    open_page: Open, home: Home, what: str
):
    log_access(home.access_log, "analyst", "query", what, NOW)
    words = words_on(open_page())
    assert what not in words
    assert render("oversight.withheld") in words


@pytest.mark.parametrize("kind", oversight.ABOUT_PERSONS)
def test_the_reason_of_an_entry_about_a_person_is_not_shown(
    open_page: Open, home: Home, kind: str
):
    enter(home, kind, "a person", "Rosa Lindqvist asked for it")
    words = words_on(open_page())
    assert "Rosa" not in words
    assert render("oversight.reason_withheld") in words
    assert render(f"journal.kind.{kind}") in words


def test_an_entry_that_names_somebody_is_withheld(open_page: Open, home: Home):
    enter(home, "accepted_warning", "volume", "ask ana@corp.example")
    words = words_on(open_page())
    assert "ana@" not in words
    assert render("oversight.withheld") in words


def test_every_kind_of_the_journal_has_words():
    for kind in KINDS:
        assert render(f"journal.kind.{kind}")


def test_accepted_warnings_are_listed(open_page: Open):
    assert "One region moved to another system." in words_on(open_page())


@pytest.mark.parametrize(("switch", "state"), [("true", "on"), ("false", "off")])
def test_the_switch_of_the_works_council_is_said(
    open_page: Open, home: Home, switch: str, state: str
):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(f"[vars]\nworks_council = {switch}\n", encoding="utf-8")
    assert render(f"oversight.agreement.{state}", k=10) in words_on(open_page())


def test_without_any_record_the_page_says_so(open_page: Open):
    words = words_on(open_page())
    assert render("oversight.journal_none") in words
    assert render("oversight.audit_none") in words
    assert render("oversight.retention.off") in words


def test_damaged_files_are_said(open_page: Open, home: Home):
    home.root.mkdir(parents=True, exist_ok=True)
    home.access_log.write_bytes(b"no database" * 200)
    home.journal.write_bytes(b"no database" * 200)
    test = open_page()
    assert list(test.exception) == []
    words = words_on(test)
    assert render("oversight.access_damaged") in words
    assert words.count(render("oversight.journal_damaged")) == 2
    assert render("oversight.audit_none") in words


def audit(exposed: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "kpi_id": ["completion_rate", "x"],
            "cell_count": [100, 50],
            "hidden_count": [9, 4],
            "relation_count": [80, 20],
            "is_complete": [True, False],
            "exposure_count": [0, exposed],
        }
    )


@pytest.mark.parametrize(
    ("exposed", "word"), [(0, "Not by the attacks"), (1, "Yes: 1")]
)
def test_the_audit_is_said_in_a_sentence(exposed: int, word: str):
    assert oversight.audit_line(audit(exposed)).startswith(word)
    rows = oversight.audit_rows(audit(exposed), {"completion_rate": "Finished"})
    assert rows[render("oversight.kpi")].to_list() == ["Finished", "x"]
    assert rows[render("oversight.hidden")].to_list() == [9, 4]


@pytest.mark.parametrize(
    ("age", "key"),
    [
        (timedelta(days=30), "done"),
        (timedelta(days=31), "done"),
        (timedelta(days=31, seconds=1), "due"),
    ],
)
def test_retention_is_due_after_a_month(age: timedelta, key: str):
    runs = [{"recorded_at": (NOW - age).isoformat()}]
    lines = oversight.retention_lines({"raw_days": 730}, runs, NOW)
    assert lines[0] == render("oversight.retention.raw_days", days="730")
    assert lines[-1].startswith("Due" if key == "due" else "Last done")


def test_retention_that_was_never_done_is_due():
    lines = oversight.retention_lines({"person_marts_days": 1095}, [], NOW)
    assert lines[-1] == render("oversight.retention.never")


def test_only_data_protection_officers_may_open_the_page():
    (entry,) = (each for each in PAGES if each.name == "oversight")
    assert entry.roles == ("data_protection_officer",)


def test_accesses_are_kept_for_one_year(home: Home):
    for days in (366, 365, 364):
        at = NOW - timedelta(days=days)
        log_access(home.access_log, "leader", "page", f"{days}", at)
    log_access(home.access_log, "leader", "page", "today", NOW)
    kept = [row["what"] for row in read_accesses(home.access_log, 10)]
    assert kept == ["today", "364", "365"]
    (row,) = count_accesses(home.access_log)
    assert row["accesses"] == 3
    with closing(sqlite3.connect(home.access_log)) as connection:
        columns = [c[1] for c in connection.execute("pragma table_info(accesses)")]
    assert columns == ["access_id", "accessed_at", "role", "kind", "what"]
