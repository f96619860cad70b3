"""What there is to say: gates one below, at and one above, and the words of it."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.connectors.discovery import connectors
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home
from tandem.core.seeds import seed_rows
from tandem.core.settings import Settings
from tandem.core.wording import translation
from tandem.notices.notice import Notice
from tandem.notices.published import read_published
from tandem.notices.run import notices_of
from tandem.notices.sources import not_judged
from tests.notices.published import NOW, change, publish


def found(home: Home, *sources: dict[str, Any], now: datetime = NOW) -> list[Notice]:
    publish(home, *sources)
    return notices_of(read_published(home), Settings(home), now)


def keys(notices: list[Notice]) -> list[str]:
    return [notice.key for notice in notices]


def test_a_source_in_time_and_complete_is_no_notice(home: Home):
    assert found(home, {}) == []


@pytest.mark.parametrize(("seconds", "is_late"), [(-1, False), (0, False), (1, True)])
def test_a_source_is_late_after_fourteen_days(home: Home, seconds: int, is_late: bool):
    at = NOW - timedelta(days=14, seconds=seconds)
    notices = found(home, {"connector": "xapi_file", "watermark_at": at.isoformat()})
    assert [n.kind for n in notices] == (["late_source"] if is_late else [])


def test_an_ended_source_is_neither_late_nor_incomplete_nor_deleted(home: Home):
    old = {"watermark_at": "2020-01-01", "rejected_count": 900, "matched_share": 0.0}
    assert found(home, old | {"is_ended": True}) == []


@pytest.mark.parametrize(
    ("refused", "is_said"), [(99, False), (100, False), (101, True)]
)
def test_refused_statements_above_a_tenth(home: Home, refused: int, is_said: bool):
    notices = found(home, {"rejected_count": refused})
    assert keys(notices) == (["incomplete_source:zoom:refused:10"] if is_said else [])


@pytest.mark.parametrize(
    ("matched", "is_said"), [(0.76, False), (0.75, False), (0.74, True)]
)
def test_unknown_accounts_above_a_quarter(home: Home, matched: float, is_said: bool):
    notices = found(home, {"matched_share": matched})
    assert keys(notices) == (["incomplete_source:zoom:unknown:20"] if is_said else [])


def test_unknown_shares_are_not_judged(home: Home):
    nothing = {"matched_share": None, "read_count": 0, "watermark_at": None}
    assert found(home, nothing) == []
    assert not_judged(read_published(home)) == ["zoom"]


@pytest.mark.parametrize(("days", "is_said"), [(15, False), (16, True), (17, True)])
def test_zoom_is_said_fourteen_days_before_the_thirty_are_over(
    home: Home, days: int, is_said: bool
):
    at = NOW - timedelta(days=days)
    kinds = [n.kind for n in found(home, {"watermark_at": at.isoformat()})]
    assert ("data_deletion" in kinds) == is_said


@pytest.mark.parametrize(("days", "is_said"), [(6, False), (7, True), (8, True)])
def test_a_short_period_is_said_when_half_of_it_is_over(
    home: Home, days: int, is_said: bool
):
    """Otherwise a source of 14 days that is fetched every day would always be said."""
    at = NOW - timedelta(days=days)
    source = {"connector": "bigbluebutton_events", "watermark_at": at.isoformat()}
    assert [n.kind for n in found(home, source)] == ["data_deletion"] * is_said


@pytest.mark.parametrize(("days", "ending"), [(29, ""), (30, ""), (31, ":lost")])
def test_after_the_last_day_the_loss_is_said_anew(home: Home, days: int, ending: str):
    at = NOW - timedelta(days=days)
    notice = found(home, {"watermark_at": at.isoformat()})[0]
    lost_on = (at + timedelta(days=30)).date().isoformat()
    assert notice.key == f"data_deletion:zoom:participants:{lost_on}{ending}"


def test_what_has_to_be_taken_at_once_or_is_kept_is_no_notice(home: Home):
    for connector in ("bigbluebutton", "moodle_log", "xapi_file", None):
        source = {"connector": connector, "watermark_at": "2026-04-07"}
        assert found(home, source) == []


def test_the_words_of_a_deletion_name_period_days_and_that_it_is_assumed(home: Home):
    notice = found(home, {"watermark_at": "2026-04-01 10:00:00"})[0]
    said = notice.said("en")
    assert said.title == "zoom: the vendor is about to delete data"
    assert said.text == (
        "The vendor deletes lists of participants after 30 days. "
        "The newest record here is of 1 Apr 2026. "
        "What was held since then is lost from 1 May 2026 on, unless it is fetched. "
        "This period is assumed. Check the settings of your own account."
    )
    assert "1 मई 2026" in notice.said("hi").text


def test_a_documented_period_is_not_called_assumed(home: Home):
    source = {"connector": "meet_api", "watermark_at": "2026-04-01"}
    assert "assumed" not in found(home, source)[0].said("en").text


def test_sample_data_are_never_late_or_deleted(home: Home):
    path = publish(home, {"watermark_at": "2026-01-01"})
    change(path, "update pub.snapshot set is_sample = true")
    assert notices_of(read_published(home), Settings(home), NOW) == []


def changed(home: Home, statement: str = "select 1") -> list[Notice]:
    change(publish(home, {}, keep_changes=True), statement)
    return notices_of(read_published(home), Settings(home), NOW)


def test_programmes_that_fell_or_rose_are_said_with_better_or_worse(home: Home):
    people = "update pub.kpis set population_words = 'everyone enrolled'"
    notices = changed(home, people)
    said = {n.subject: n.said("en") for n in notices if n.kind == "programme_change"}
    fell, rose = said["completion_rate:P01"], said["completion_rate:P02"]
    assert fell.title == "Programme 1: worse than the year before on “finished”"
    assert fell.severity == "warning"
    assert "likely 5 to 19 points lower" in fell.text
    assert " of 100 in the year up to 2026-Q1, after " in fell.text
    assert "Counted: everyone enrolled" in fell.text
    assert rose.title == "Programme 2: better than the year before on “finished”"
    assert "likely 4 to 14 points higher" in rose.text
    assert len(said) == 2


def test_less_of_what_should_be_low_is_better(home: Home):
    statement = "update pub.kpis set direction = 'lower_better'"
    titles = [n.said("en").title for n in changed(home, statement)]
    assert "Programme 1: better than the year before on “finished”" in titles
    statement = "update pub.kpis set direction = 'context'"
    titles = [n.said("en").title for n in changed(home, statement)]
    assert "Programme 1: lower than the year before on “finished”" in titles


def test_hidden_and_earlier_changes_are_not_said(home: Home):
    for statement in (
        "update pub.programme_changes set state = 'hidden'",
        "update pub.programme_changes set period_end_date = '2025-12-31'"
        " where change_state in ('fell', 'rose')",
    ):
        kinds = {n.kind for n in changed(home, statement)}
        assert "programme_change" not in kinds


MAKE_NEW = """
update pub.mode_comparisons set verdict_change = 'new', state = '{state}'
where
    trailing_quarters = {quarters} and outcome_category = 'leadership'
    and mode_a = 'sync' and mode_b = 'async' and kpi_id = 'completion_rate'
"""


@pytest.mark.parametrize(
    ("state", "quarters", "is_said"),
    [
        ("clear_difference", 4, True),
        ("with_care", 4, False),
        ("hidden", 4, False),
        ("clear_difference", 1, False),
    ],
)
def test_only_a_new_clear_difference_of_a_year_is_said(
    home: Home, state: str, quarters: int, is_said: bool
):
    made = MAKE_NEW.format(state=state, quarters=quarters)
    subjects = [n.subject for n in changed(home, made) if n.kind == "mode_change"]
    expected = ["completion_rate:leadership:sync:async"] if is_said else []
    assert subjects == expected


def test_a_new_difference_is_said_in_the_words_of_its_comparison(home: Home):
    words = {
        "sentence": [{"key": "verdict.observed", "parameters": {}}],
        "method_note": [],
    }
    made = MAKE_NEW.format(state="clear_difference", quarters=4)
    path = publish(home, {}, keep_changes=True)
    change(path, made)
    notice = next(
        n
        for n in notices_of(read_published(home), Settings(home), NOW)
        if n.kind == "mode_change"
    )
    # A file of an earlier version keeps English sentences only.
    assert notice.said("hi").text.endswith(
        "leadership: sync against async, difference."
    )
    assert notice.said("en").title == "New: Live and Self-paced differ clearly"
    change(path, f"update pub.mode_comparisons set wording = '{json.dumps(words)}'")
    notice = next(
        n
        for n in notices_of(read_published(home), Settings(home), NOW)
        if n.kind == "mode_change"
    )
    assert translation("verdict.observed", "hi") in notice.said("hi").text


def test_without_a_snapshot_the_error_says_what_to_run(home: Home):
    with pytest.raises(WarehouseProblem, match="run tandem publish"):
        read_published(home)


def test_a_damaged_file_is_an_error_of_one_line(home: Home):
    path = publish(home, {})
    Path(path).write_bytes(b"no database")
    with pytest.raises(WarehouseProblem, match="cannot be read"):
        read_published(home)


def test_periods_are_of_connectors_that_exist_and_have_words():
    rows = seed_rows("vendor_retention")
    assert {row["vendor"] for row in rows} <= set(connectors())
    for row in rows:
        assert row["basis"] in ("seen", "assumed")
        assert row["source"]
        assert row["retention_days"] == "" or int(row["retention_days"]) >= 0
        for language in ("en", "hi"):
            assert translation(f"notice.report.{row['report']}", language)
    stated = {(r["vendor"], r["report"]): r["retention_days"] for r in rows}
    assert stated["meet_api", "conferences"] == "30"
    assert stated["meet_audit", "audit_log"] == "180"
    assert stated["teams_graph", "attendance"] == "365"
