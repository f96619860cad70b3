"""Only a judged, unchanged warehouse without unaccepted failures is published."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.run import judge
from expectations.suites import suites
from publishing.gate import COMPARING, Acceptance
from publishing.run import publish
from tandem.core import journal
from tandem.core.errors import NotPublished, WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.publishing.conftest import Publish, Read
from tests.publishing.warehouse import OFFERS, PLAIN, changed, make_warehouse

SILENT = (("lms", 450, False), ("webinars", 60, False))


def test_a_warehouse_that_was_never_judged_is_not_published(home: Home):
    make_warehouse(home.warehouse)
    with pytest.raises(NotPublished, match="never judged"):
        publish(home, Settings.load(home), [])
    assert home.current_snapshot() is None


def test_a_warehouse_that_changed_since_it_was_judged_is_not_published(home: Home):
    make_warehouse(home.warehouse)
    judge(home, Settings.load(home))
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update marts.fct_kpis set numerator = numerator + 1")
    with pytest.raises(NotPublished, match=r"marts.fct_kpis changed"):
        publish(home, Settings.load(home), [])


def test_a_missing_warehouse_is_reported_in_one_line(home: Home):
    with pytest.raises(WarehouseProblem, match="there is no warehouse"):
        publish(home, Settings.load(home), [])


@pytest.mark.parametrize(
    ("offers", "sources", "expectation"),
    [
        (PLAIN, SILENT, "source_not_silent"),
        (changed("induction", finishing=10), None, "rate_steady"),
        (PLAIN[:1] + PLAIN[2:], None, "mode_not_vanished"),
        (PLAIN[:2], None, "kpi_volume"),
        (PLAIN, (("lms", 300, False), ("old_lms", 200, True)), "source_volume"),
    ],
)
def test_a_delivery_that_fails_is_not_published_and_the_last_snapshot_stays(
    home: Home,
    judge_and_publish: Publish,
    offers: tuple,
    sources: tuple | None,
    expectation: str,
):
    make_warehouse(home.warehouse)
    first = judge_and_publish(home)
    make_warehouse(home.warehouse, offers, **({"sources": sources} if sources else {}))
    findings = judge(home, Settings.load(home)).findings
    assert expectation in {finding.expectation for finding in findings}
    with pytest.raises(NotPublished, match="failed") as refused:
        publish(home, Settings.load(home), [])
    for finding in findings:
        assert f"--accept {finding.expectation}" in refused.value.one_line()
    assert findings[0].table in refused.value.one_line()
    assert findings[0].observed in refused.value.one_line()
    assert "\n" not in refused.value.one_line()
    assert home.current_snapshot()["snapshot_id"] == first


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("unlink", "links of accounts to people were taken back"),
        ("link", "accounts were linked to people"),
        ("erasure", "a person was erased"),
        ("cohort_mode", "was corrected (relabel)"),
        ("review_commentary", ""),
    ],
)
@pytest.mark.parametrize("is_since", [False, True])
def test_a_refusal_says_what_people_did_since_the_last_snapshot(
    home: Home, judge_and_publish: Publish, kind: str, words: str, is_since: bool
):
    make_warehouse(home.warehouse)
    judge_and_publish(home)
    published_at = datetime.fromisoformat(home.current_snapshot()["published_at"])
    at = published_at - timedelta(seconds=0 if is_since else 1)
    entry = journal.Entry("operator", kind, "a person", {}, "")
    journal.append(home.journal, [entry], at)
    make_warehouse(home.warehouse, PLAIN[:2])
    judge(home, Settings.load(home))
    with pytest.raises(NotPublished, match="failed") as refused:
        publish(home, Settings.load(home), [])
    said = refused.value.one_line()
    assert "--accept kpi_volume" in said
    assert ("if that explains it tandem publish" in said) is (is_since and bool(words))
    if words:
        assert (words in said) is is_since


def test_a_repaired_mapping_since_the_last_snapshot_is_said(
    home: Home, judge_and_publish: Publish
):
    make_warehouse(home.warehouse)
    judge_and_publish(home)
    make_warehouse(home.warehouse, PLAIN[:2])
    with duckdb.connect(str(home.warehouse)) as connection:
        for column in ("mapping_hash", "superseded_by"):
            connection.execute(
                f"alter table raw.loads add column if not exists {column} varchar"
            )
        connection.execute(
            "insert into raw.loads by name"
            " select 'a' as load_id, 'm1' as mapping_hash, 'b' as superseded_by,"
            " timestamp '2020-01-01' as committed_at"
            " union all select 'b', 'm2', null, timestamp '2999-01-01'"
        )
    judge(home, Settings.load(home))
    with pytest.raises(NotPublished, match="a mapping was repaired"):
        publish(home, Settings.load(home), [])


def test_every_expectation_that_compares_can_be_explained():
    settings = Settings.load(Home(Path("none"))).vars
    comparing = {
        expectation.meta["name"]
        for suite in suites()
        for expectation in suite.expectations(settings)
        if expectation.meta.get("compares")
    }
    assert comparing == COMPARING


def test_an_acceptance_is_recorded_in_the_journal_and_shown(
    home: Home, judge_and_publish: Publish, read: Read
):
    make_warehouse(home.warehouse, sources=SILENT)
    accepted = Acceptance("source_not_silent", "The webinars end in summer", "owner")
    snapshot_id = judge_and_publish(home, [accepted])
    entry = journal.read(home.journal, "accepted_warning")[0]
    assert (entry["role"], entry["subject"], entry["reason"]) == (
        "owner",
        "source_not_silent",
        "The webinars end in summer",
    )
    assert entry["payload"]["snapshot_id"] == snapshot_id
    shown = read(home, "from pub.accepted_warnings").row(0, named=True)
    assert shown["expectation"] == "source_not_silent"
    assert shown["value"].startswith("source webinars: silent for")
    assert shown["reason"] == "The webinars end in summer"


@pytest.mark.parametrize(
    ("acceptance", "words"),
    [
        (Acceptance("privacy_audit", "in a hurry"), "privacy check cannot be accepted"),
        (Acceptance("source_not_silent", "  "), "a reason is missing"),
        (Acceptance("rate_steady", "fine"), "no such expectation failed"),
    ],
)
def test_an_acceptance_that_is_not_valid_is_refused(
    home: Home, judge_and_publish: Publish, acceptance: Acceptance, words: str
):
    make_warehouse(home.warehouse, sources=SILENT)
    with pytest.raises(WrongUse, match=words):
        judge_and_publish(home, [acceptance])
    assert home.current_snapshot() is None


def test_the_journal_refuses_updates_and_deletions(home: Home):
    journal.create(home.journal)
    with closing(sqlite3.connect(home.journal)) as connection:
        connection.execute(
            "insert into entries (recorded_at, role, kind, subject, payload, reason)"
            " values ('2026-01-01', 'owner', 'note', 'x', '{}', 'why')"
        )
        connection.commit()
        for attack in ("update entries set reason = ''", "delete from entries"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(attack)
    assert [entry["reason"] for entry in journal.read(home.journal, "note")] == ["why"]


def test_a_failed_privacy_audit_stops_the_publish(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    """Without complementary suppression the audit finds exposures and refuses."""
    from publishing.disclosure.complementary import SuppressionPlan

    make_warehouse(home.warehouse, OFFERS)
    judge(home, Settings.load(home))
    monkeypatch.setattr(SuppressionPlan, "_protect", lambda *_: False)
    with pytest.raises(NotPublished, match="privacy_audit"):
        publish(home, Settings.load(home), [])
    assert home.current_snapshot() is None
