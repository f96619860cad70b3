"""Queries read the snapshot that the pointer names, read-only, and nothing else."""

from datetime import date
from itertools import pairwise

import duckdb
import pytest

from dashboards.queries import (
    Snapshot,
    SnapshotOutdated,
    SnapshotUnreadable,
    catalogue,
    comparisons,
    current_snapshot,
    curves,
    decisions,
    fetch,
    kpis,
    page_kpis,
)
from dashboards.queries import snapshot as snapshot_queries
from dashboards.selection import PublishedCut
from tandem.core.files import Home, replace_text
from tandem.core.readers import EVERY_UNIT
from tests.dashboards.published import SITUATIONS, make_published
from tests.dashboards.published_situations import END


@pytest.fixture
def three_modes(home: Home) -> Snapshot:
    """The snapshot of an organisation with three modes."""
    make_published(home, SITUATIONS["three_modes"])
    found = current_snapshot(home)
    assert found is not None
    return found


def test_before_the_first_publish_there_is_no_snapshot(home: Home):
    assert current_snapshot(home) is None


def test_the_pointer_names_the_file_that_is_read(three_modes: Snapshot, home: Home):
    path = home.published / "a1" / "dashboard.duckdb"
    assert three_modes == Snapshot("a1", str(path))


@pytest.mark.parametrize("pointer", ["{", "{}", '{"snapshot_id": "gone"}'])
def test_a_broken_pointer_raises_one_error(home: Home, pointer: str):
    replace_text(home.pointer, pointer)
    with pytest.raises(SnapshotUnreadable, match="tandem publish"):
        current_snapshot(home)


def test_a_file_that_is_not_a_database_raises_one_error(home: Home):
    path = make_published(home, SITUATIONS["one_mode"], "broken")
    path.write_bytes(b"half a file")
    found = current_snapshot(home)
    assert found is not None
    with pytest.raises(SnapshotUnreadable, match="tandem publish"):
        fetch(found, "select 1")


@pytest.mark.parametrize("unit", [EVERY_UNIT, "Sales"])
def test_a_table_that_an_older_tandem_did_not_publish_is_named(home: Home, unit: str):
    path = make_published(home, SITUATIONS["three_modes"])
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table pub.page_kpis")
    with pytest.raises(SnapshotOutdated, match="page_kpis") as caught:
        page_kpis.names(Snapshot("a1", str(path), unit), "at_a_glance", "tiles")
    assert "Python" not in caught.value.one_line()


def test_an_old_snapshot_stays_readable_after_a_new_one(
    three_modes: Snapshot, home: Home
):
    make_published(home, SITUATIONS["one_mode"], "b2")
    newer = current_snapshot(home)
    assert newer is not None
    assert snapshot_queries.snapshot_info(newer).snapshot_id == "b2"
    assert snapshot_queries.snapshot_info(three_modes).snapshot_id == "a1"


def test_the_file_is_read_only(three_modes: Snapshot):
    with pytest.raises(SnapshotUnreadable):
        fetch(three_modes, "delete from pub.kpis returning kpi_id")
    with duckdb.connect(three_modes.path, read_only=True) as connection:
        assert connection.sql("from pub.kpis").pl().height == 6


def test_the_quarter_under_review_is_the_one_that_was_compared(three_modes: Snapshot):
    quarter = snapshot_queries.reviewed_quarter(three_modes)
    assert quarter == snapshot_queries.Quarter("2026-Q1", END)


def test_a_snapshot_without_numbers_has_no_quarter(home: Home):
    make_published(home, SITUATIONS["empty"])
    found = current_snapshot(home)
    assert found is not None
    assert snapshot_queries.reviewed_quarter(found) is None


def test_cells_by_mode_have_one_row_per_kpi_and_mode(three_modes: Snapshot):
    found = kpis.cells(three_modes, PublishedCut("mode"), 4, END)
    assert found.select("kpi_id", "delivery_mode").rows() == [
        (kpi_id, mode)
        for kpi_id in ("completion_rate", "pass_rate", "time_to_completion")
        for mode in ("async", "hybrid", "sync")
    ]


def test_cells_of_a_category_are_of_that_category_only(three_modes: Snapshot):
    place = PublishedCut("mode_category", outcome_category="leadership")
    found = kpis.cells(three_modes, place, 4, END)
    assert set(found["outcome_category"]) == {"leadership"}


def test_history_is_oldest_first_and_ends_with_the_window(three_modes: Snapshot):
    found = kpis.history(three_modes, PublishedCut("all"), 4, END)
    ends = [row[1] for row in found.select("kpi_id", "period_end_date").rows()][:2]
    assert all(earlier < later for earlier, later in pairwise(ends))
    assert ends[-1] == END


def test_the_options_of_the_filters(three_modes: Snapshot):
    assert list(catalogue.categories(three_modes)) == [
        "leadership",
        "complex_skill",
        "compliance",
        "skill_drilling",
    ]
    assert catalogue.business_units(three_modes) == ["Operations", "Sales"]
    assert catalogue.regions(three_modes) == ["North", "South"]


def test_comparisons_are_of_one_window(three_modes: Snapshot):
    end = date(2026, 3, 31)
    found = comparisons.comparisons(three_modes, 8, end)
    assert set(found["trailing_quarters"]) == {8}
    assert set(found["period_end_date"]) == {end}
    assert comparisons.comparisons(three_modes, 8, date(2025, 12, 31)).is_empty()


def test_curves_are_of_the_chosen_category_ordered_by_day(three_modes: Snapshot):
    found = curves.finished_by_day(three_modes, "leadership")
    assert set(found["outcome_category"]) == {"leadership"}
    live = found.filter(delivery_mode="sync")["day"].to_list()
    assert live == sorted(live)


def test_decisions_are_ordered_by_rank(three_modes: Snapshot):
    assert decisions.decisions(three_modes)["rank"].to_list() == [1, 2]


def test_the_newest_window_of_a_cube_is_none_without_cells(
    three_modes: Snapshot,
):
    assert kpis.newest_window(three_modes, "programme", 4) == END
    assert kpis.newest_window(three_modes, "no_such_cube", 4) is None
