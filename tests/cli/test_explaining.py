"""`tandem explain`, `reconcile` and `diff`, on a sample that was published."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tandem.cli.snapshot_diff import CAUSES, UNEXPLAINED, Evidence
from tandem.core import journal
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.explaining import COUNTED, opened
from tandem.core.explaining_parts import counted_steps
from tandem.core.files import Home
from tests.cli.calls import asked, called, done
from tests.conftest import PublishedSample

KPI = "completion_rate"
DASHBOARD = "dashboard.duckdb"


@pytest.fixture
def sample(published_sample: PublishedSample, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The published sample, which the environment names; tests only read it."""
    monkeypatch.setenv("TANDEM_HOME", str(published_sample.home.root))
    return published_sample.home


def snapshot_of(home: Home) -> str:
    return home.current_snapshot()["snapshot_id"]


def test_the_steps_of_a_kpi_add_up_to_its_base_and_value(sample: Home):
    found = json.loads(done(called("explain", KPI, "--json")))
    steps = dict(found["steps"])
    left_out = sum(
        count for step, count in steps.items() if step not in ("all", "base", "value")
    )
    assert steps["all"] - left_out == steps["base"]
    assert steps["base"] > steps["value"] > 0
    ((value,),) = asked(
        sample.published / sample.current_snapshot()["dashboard"],
        f"select value from pub.kpi_cells where cube = 'all' and kpi_id = '{KPI}'"
        " and trailing_quarters = 4"
        f" and period_label = '{found['period_label']}'",
    )
    # Where small groups are near, a value is published to two decimals.
    exact = steps["value"] / steps["base"]
    assert found["value"] == value
    assert value in (pytest.approx(exact), pytest.approx(round(exact, 2)))
    said = done(called("explain", KPI))
    assert found["kpi"]["question"] in said
    assert f"{steps['base']:,}  in the base" in said


def test_a_programme_has_its_own_steps(sample: Home):
    ((programme, count),) = asked(
        sample.warehouse,
        "select programme_id, count(*) from marts.fct_enrolments"
        " where matured_quarter_date is not null"
        " group by programme_id order by all limit 1",
    )
    labels = asked(
        sample.published / sample.current_snapshot()["dashboard"],
        f"select distinct period_label from pub.kpi_cells where kpi_id = '{KPI}'"
        " and cube = 'all' and trailing_quarters = 1",
    )
    total = 0
    for (label,) in labels:
        words = ("--programme", programme, "--quarter", label, "--quarters", "1")
        found = json.loads(done(called("explain", KPI, *words, "--json")))
        total += dict(found["steps"]).get("all", 0)
    assert 0 < total <= count


def test_the_steps_of_parts_are_counted_as_the_mart_counts_them(sample: Home):
    given = {"first": date(2000, 1, 1), "last": date(2100, 1, 1)}
    parts = {"programme": None, "category": None, "mode": None}
    with opened(sample, with_persons=True) as (connection, _has_persons):
        kpis = connection.sql(
            "from file.pub.kpis where kpi_id in ("
            "select kpi_id from persons.marts.fct_kpi_waterfall)"
        ).pl()
        assert len(kpis) > 30
        for kpi in kpis.to_dicts():
            for part in ({}, {"mode": "async"}, {"category": "compliance"}):
                narrowed = given | parts | part
                asked_for = narrowed | {"kpi": kpi["kpi_id"]}
                by_mart = connection.sql(COUNTED, params=asked_for).fetchall()
                whole = narrowed | {"cohort": None, "unit": None}
                counted = counted_steps(connection, kpi, whole)
                assert _some(counted) == _some(by_mart), kpi["kpi_id"]


def _some(steps: Any) -> dict[str, int]:
    return {step: count for step, count in steps if count}


@pytest.mark.parametrize(
    ("option", "column"), [("--cohort", "cohort_id"), ("--unit", "business_unit")]
)
def test_the_steps_of_all_cohorts_or_units_add_up(
    sample: Home, option: str, column: str
):
    whole = json.loads(done(called("explain", KPI, "--json")))["steps"]
    names = asked(
        sample.warehouse, f"select distinct {column} from marts.fct_enrolments"
    )
    summed: dict[str, int] = {}
    for (name,) in names:
        found = json.loads(done(called("explain", KPI, option, name, "--json")))
        assert found["value"] is None
        for step, count in found["steps"]:
            summed[step] = summed.get(step, 0) + count
    assert _some(summed.items()) == _some(whole)


def test_what_everybody_may_see_is_rounded_or_hidden(sample: Home):
    found = json.loads(done(called("explain", KPI, "--as-published", "--json")))
    assert found["is_counted"] is False
    k = 10
    counts = [count for _step, count in found["steps"] if count is not None]
    assert [count for count in counts if count % k] == []
    assert "value" not in dict(found["steps"])
    result = called("explain", KPI, "--as-published", "--mode", "sync")
    assert isinstance(result.exception, WrongUse)


def test_under_an_agreement_with_a_works_council_nobody_is_traced(
    sample: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = Home(tmp_path / "agreed")
    home.root.mkdir()
    home.settings.write_text("[vars]\nworks_council = true\n", encoding="utf-8")
    shutil.copytree(sample.published, home.published)
    monkeypatch.setenv("TANDEM_HOME", str(home.root))
    assert json.loads(done(called("explain", KPI, "--json")))["is_counted"] is False
    for words in (
        ("explain", "enrolment", "x"),
        ("explain", KPI, "--mode", "sync"),
        ("reconcile", "--lms-rate", "0.9"),
    ):
        assert isinstance(called(*words).exception, WrongUse)


def test_an_enrolment_is_traced_to_its_statements_and_loads_without_a_name(
    sample: Home,
):
    ((enrolment, learner, count),) = asked(
        sample.warehouse,
        "select enrolment_id, any_value(learner_key), count(*)"
        " from intermediate.int_statements_bound_to_enrolments"
        " group by enrolment_id order by count(*) desc, enrolment_id limit 1",
    )
    found = json.loads(done(called("explain", "enrolment", enrolment, "--json")))
    assert found["fact"]["enrolment_id"] == enrolment
    assert len(found["statements"]) == count > 1
    loads = {
        load for (load,) in asked(sample.warehouse, "select load_id from raw.loads")
    }
    assert {row["load_id"] for row in found["statements"]} <= loads
    assert learner not in json.dumps(found)
    assert "The number of the line is not kept" in done(
        called("explain", "enrolment", enrolment)
    )


def test_a_live_session_is_traced_to_its_reports(sample: Home):
    ((session,),) = asked(
        sample.warehouse,
        "select session_id from marts.dim_sessions where report_count > 0"
        " order by all limit 1",
    )
    found = json.loads(done(called("explain", "session", session, "--json")))
    assert found["fact"]["session_id"] == session
    assert len(found["statements"]) > 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("explain", "completion_rat"), "completion_rate"),
        (("explain", KPI, "--programme", "CMP-99"), "no programme"),
        (("explain", KPI, "--category", "fun"), "no category"),
        (("explain", KPI, "--mode", "live"), "no mode"),
        (("explain", KPI, "--quarter", "2031-Q1"), "no quarter"),
        (("explain", KPI, "--quarters", "3"), "not published over 3 quarters"),
        (("explain", KPI, "an-id"), "only an enrolment or a session"),
        (("explain", "enrolment"), "an id is missing"),
        (("explain", "enrolment", "nobody"), "has no enrolment 'nobody'"),
        (("explain", "session", "none"), "has no session 'none'"),
        (("explain", KPI, "--cohort", "none"), "there is no cohort 'none'"),
        (("explain", KPI, "--unit", "none"), "there is no unit 'none'"),
        (("reconcile",), "what does the platform say"),
        (("reconcile", "--lms-file", "no.csv"), "there is no such file"),
        (("reconcile", "--lms-file", "x", "--quarter", "2026-Q1"), "of no quarter"),
        (("reconcile", "--lms-rate", "-0.01"), "is no share"),
        (("reconcile", "--lms-rate", "1.01"), "is no share"),
        (("reconcile", "--lms-rate", "92"), "write 92 % as 0.92"),
        (("reconcile", "--lms-rate", "0.9", "--programme", "CMP-99"), "no programme"),
        (("reconcile", "--lms-rate", "0.9", "--quarter", "2031-Q1"), "no quarter"),
        (("diff", "one", "other"), "no snapshot 'one'"),
    ],
)
def test_a_wrong_call_says_what_where_and_what_next_on_one_line(
    sample: Home, words: tuple[str, ...], message: str
):
    error = called(*words).exception
    assert isinstance(error, WrongUse)
    assert message in error.one_line()
    assert " -> " in error.one_line()
    assert "\n" not in error.one_line()


@pytest.mark.parametrize(
    "words",
    [
        ("explain", KPI),
        ("explain", "session", "x"),
        ("reconcile", "--lms-rate", "0"),
    ],
)
def test_without_anything_published_the_next_step_is_said(
    home: Home, words: tuple[str, ...]
):
    assert isinstance(called(*words).exception, WarehouseProblem)


@pytest.mark.parametrize("rate", ["0", "0.92", "1"])
def test_the_steps_from_the_platforms_rate_lead_to_tandems(sample: Home, rate: str):
    found = json.loads(done(called("reconcile", "--lms-rate", rate, "--json")))
    steps = {step["step"]: step for step in found}
    assert steps["lms"]["rate"] == float(rate)
    ((count, finished, base, value),) = asked(
        sample.warehouse,
        "select count(*), count(*) filter (is_completed),"
        f" count({KPI}_denominator), sum({KPI}_numerator)::bigint"
        " from marts.fct_enrolments",
    )
    assert (steps["all"]["row_count"], steps["all"]["finished_count"]) == (
        count,
        finished,
    )
    assert (steps["value"]["row_count"], steps["value"]["finished_count"]) == (
        base,
        value,
    )
    left_out = [
        step for step in found if step["step"] not in ("lms", "all", "base", "value")
    ]
    assert sum(step["row_count"] for step in left_out) == count - base
    assert sum(step["finished_count"] for step in left_out) == finished - value
    assert "Not explained: " in done(called("reconcile", "--lms-rate", rate))


def other_snapshot(sample: Home, root: Path, *changes: str) -> tuple[Home, str]:
    """Return a home with the snapshot, and another one that was changed in SQL."""
    home = Home(root)
    first = snapshot_of(sample)
    for name in (first, "changed"):
        home.snapshot_folder(name).mkdir(parents=True)
        shutil.copy(
            sample.snapshot_folder(first) / DASHBOARD,
            home.snapshot_folder(name) / DASHBOARD,
        )
    with duckdb.connect(str(home.snapshot_folder("changed") / DASHBOARD)) as connection:
        for change in changes:
            connection.execute(change)
    return home, first


ONE_CELL = (
    "update pub.kpi_cells set value = value + 0.01 where cube = 'all'"
    f" and kpi_id = '{KPI}' and trailing_quarters = 4 and state = 'shown'"
)
LATER = "update pub.snapshot set published_at = published_at + interval 1 day"


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ("", UNEXPLAINED),
        ("update pub.snapshot set code_version = 'other'", "code"),
        ("update pub.sources set matched_share = 0.5", "re-links"),
        ("update pub.sources set landed_count = landed_count + 1", "late data"),
        (
            "update pub.programmes set outcome_category = 'leadership'"
            " where outcome_category = 'compliance'",
            "relabels",
        ),
    ],
)
def test_a_change_has_the_cause_of_which_there_is_evidence(
    sample: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    cause: str,
):
    home, first = other_snapshot(sample, tmp_path, ONE_CELL, *filter(None, [change]))
    monkeypatch.setenv("TANDEM_HOME", str(home.root))
    found = json.loads(done(called("diff", first, "changed", "--kpi", KPI, "--json")))
    assert found["by_cause"][cause] == len(found["numbers"]) > 0
    assert {name for row in found["numbers"] for name in row["causes"]} == {cause}
    assert f"  {cause}" in done(called("diff", first, "changed"))


def test_an_erasure_between_two_publishes_is_a_cause_and_an_earlier_one_is_not(
    sample: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home, first = other_snapshot(sample, tmp_path, ONE_CELL, LATER)
    monkeypatch.setenv("TANDEM_HOME", str(home.root))
    file = home.snapshot_folder(first) / DASHBOARD
    ((published_at,),) = asked(file, "select published_at from pub.snapshot")
    entry = journal.Entry("owner", "erasure", "a person", {}, "")
    moment = published_at.replace(tzinfo=UTC)
    journal.append(home.journal, [entry], moment)
    found = json.loads(done(called("diff", first, "changed", "--json")))
    assert found["by_cause"][UNEXPLAINED] == len(found["numbers"])
    journal.append(
        home.journal, [entry], datetime.fromtimestamp(moment.timestamp() + 1, UTC)
    )
    found = json.loads(done(called("diff", first, "changed", "--json")))
    assert found["by_cause"]["erasure"] == len(found["numbers"])


def test_two_equal_snapshots_do_not_differ(
    sample: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home, first = other_snapshot(sample, tmp_path)
    monkeypatch.setenv("TANDEM_HOME", str(home.root))
    assert "0 published numbers differ." in done(called("diff", first, "changed"))


def evidence(**changed: object) -> Evidence:
    at = datetime(2026, 6, 30, 12)  # noqa: DTZ001 - naive UTC
    about = {"as_of": at, "published_at": at, "code_version": "1"}
    same = Evidence(about, about, False, False, frozenset(), frozenset(), frozenset())
    return replace(same, **changed)


def cell(end: date, programme: str = "all", category: str = "all") -> dict[str, Any]:
    return {
        "period_end_date": end,
        "programme_id": programme,
        "outcome_category": category,
    }


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        (date(2026, 6, 29), "late data"),
        (date(2026, 6, 30), "late data"),
        (date(2026, 7, 1), "new data"),
    ],
)
def test_data_are_late_for_a_window_that_was_over(end: date, cause: str):
    assert evidence(has_new_rows=True).causes(cell(end)) == (cause,)


@pytest.mark.parametrize(
    ("programme", "category", "is_possible"),
    [
        ("all", "all", True),
        ("P", "all", True),
        ("all", "leadership", True),
        ("Q", "all", False),
        ("all", "reference", False),
    ],
)
def test_a_relabel_reaches_the_numbers_that_may_hold_its_people(
    programme: str, category: str, is_possible: bool
):
    found = evidence(
        programmes=frozenset({"P"}), categories=frozenset({"leadership"})
    ).causes(cell(date(2026, 6, 30), programme, category))
    assert found == (("relabels",) if is_possible else ())


def test_several_causes_come_in_their_order():
    found = evidence(
        has_new_rows=True, has_other_matches=True, entry_kinds=frozenset({"erasure"})
    ).causes(cell(date(2026, 6, 30)))
    assert found == ("late data", "re-links", "erasure")
    assert [CAUSES.index(name) for name in found] == sorted(map(CAUSES.index, found))
