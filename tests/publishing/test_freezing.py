"""A frozen quarter is kept for ever, and restated only with a reason."""

import pytest

from publishing.freezing import KIND, freeze
from publishing.snapshots import prune
from tandem.core import journal
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home
from tests.publishing.conftest import Publish
from tests.publishing.warehouse import changed, make_warehouse


def test_a_frozen_quarter_is_kept_and_restated_with_a_reason(
    home: Home, judge_and_publish: Publish
):
    make_warehouse(home.warehouse)
    first = judge_and_publish(home)
    assert freeze(home, "2024-Q3", "owner") == first
    with pytest.raises(WrongUse, match="frozen already"):
        freeze(home, "2024-Q3", "owner", " ")
    make_warehouse(home.warehouse, changed("selling", finishing=70))
    second = judge_and_publish(home)
    assert prune(home, 1) == []
    assert (home.snapshot_folder(first) / "dashboard.duckdb").exists()
    assert freeze(home, "2024-Q3", "owner", "late reports") == second
    entries = journal.read(home.journal, KIND)
    assert [entry["payload"]["restates"] for entry in entries] == [None, first]
    assert entries[-1]["reason"] == "late reports"


@pytest.mark.parametrize("quarter", ["2031-Q1", "2024-Q9", "spring"])
def test_a_quarter_that_is_not_over_cannot_be_frozen(
    home: Home, judge_and_publish: Publish, quarter: str
):
    make_warehouse(home.warehouse)
    judge_and_publish(home)
    with pytest.raises(WrongUse, match="that is over"):
        freeze(home, quarter, "owner")


def test_nothing_can_be_frozen_before_anything_is_published(home: Home):
    with pytest.raises(WarehouseProblem, match="nothing is published"):
        freeze(home, "2024-Q3", "owner")
