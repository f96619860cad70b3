"""The sample plans for its programmes: what was planted, and what publishing says."""

import duckdb

from samples.plan_evidence import AWAY, planted_plans
from samples.simulation import Simulation
from tests.conftest import PublishedSample
from tests.samples import recount
from tests.samples.conftest import LARGE, Sample

OPPOSITE = {"behind": "ahead", "ahead": "behind"}
STATUS = """
select programme_id, planned, year_to_date, status, reason, state
from pub.plan_status
where
    measure = 'value'
    and kpi_id in (select kpi_id from pub.kpis where is_headline)
"""


def test_plans_are_set_above_below_and_at_the_year_so_far(large: Simulation):
    found = planted_plans(LARGE, large)
    assert found["fiscal_year"] == 2026
    sides = [each["side"] for each in found["programmes"].values()]
    assert {sides.count(side) >= 5 for side in ("behind", "ahead", "on_plan")} == {True}
    for each in found["programmes"].values():
        share = each["finished"] / each["rated"]
        if each["side"] == "on_plan" and 0.05 < share < 0.98:
            assert abs(each["planned"] - share) < 0.01
        elif each["side"] == "behind":
            assert each["planned"] == round(min(share + AWAY, 0.98), 2)
        elif each["side"] == "ahead":
            assert each["planned"] == round(max(share - AWAY, 0.05), 2)
    assert found["organisation"]["rated"] >= sum(
        each["rated"] for each in found["programmes"].values()
    )


def test_the_table_of_plans_has_those_of_the_truth(sample: Sample):
    rows = recount.table(sample.folder / "organisation", "plans")
    planned = {
        row["programme_id"]: float(row["planned_value"])
        for row in rows
        if row["programme_id"]
    }
    truth = sample.truth["plans"]["programmes"]
    assert planned == {name: each["planned"] for name, each in truth.items()}
    assert sum(not row["programme_id"] for row in rows) == 3


def test_publishing_finds_what_was_planted(published_sample: PublishedSample):
    """A plan above the year so far is never ahead, and one below is never behind."""
    home, truth = published_sample.home, published_sample.truth["plans"]
    path = home.published / home.current_snapshot()["dashboard"]
    with duckdb.connect(str(path), read_only=True) as connection:
        found = {row[0]: row[1:] for row in connection.sql(STATUS).fetchall()}
    planted = truth["programmes"] | {"all": truth["organisation"]}
    assert found.keys() == planted.keys()
    shown = 0
    for name, (planned, to_date, status, reason, state) in found.items():
        each = planted[name]
        assert planned == each["planned"]
        assert status != OPPOSITE.get(each["side"]), name
        assert (reason is None) == (status != "cannot_say")
        if state == "shown":
            shown += 1
            assert abs(to_date - each["finished"] / each["rated"]) <= 0.0051, name
    # So small a sample hides its programmes; tests/publishing shows larger ones.
    assert shown >= 1
    assert found["all"][3:] == (None, "shown")
