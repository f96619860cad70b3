"""Attacks on what is published: by an attacker of our own, on all tables at once."""

import json

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from publishing.cells import PublishedCells
from publishing.cubes import Cube
from publishing.disclosure import suppression
from publishing.disclosure.figures import NUMBERS
from tandem.core.files import Home
from tests.publishing.conftest import Read
from tests.publishing.kpi_cells import LAST_QUARTER, Group, publish_groups

K, FEW = 10, 3
LENGTHS = [(4, 8), (1, 4, 8)]  # with single quarters, whose counts are rounded


def cubes_of(lengths: tuple[int, ...]) -> tuple[Cube, ...]:
    return (
        Cube("all", (), lengths, 100),
        Cube("mode", ("delivery_mode",), lengths, 20),
        Cube("programme", ("programme_id",), lengths, 2),
    )


def intervals(groups: list[Group], published: PublishedCells) -> pl.DataFrame:
    """Bound the finishers of every programme and year from the published sums alone.

    The attacker knows who is enrolled in which programme and year, so that the base of
    everything is known. Unknown are the finishers of each.

    Returns:
        programme_id, quarter, truth, base, low and high.
    """
    sums = []
    for row in published.cells.drop_nulls("numerator").iter_rows(named=True):
        oldest = row["window_quarter"] - row["trailing_quarters"]
        inside = [
            oldest < group.quarter <= row["window_quarter"]
            and row["programme_id"] in ("all", group.programme_id)
            and row["delivery_mode"] in ("all", group.delivery_mode)
            for group in groups
        ]
        sums.append((np.array(inside, dtype=float), row["numerator"]))
    rows = []
    for number, group in enumerate(groups):
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(groups))
            goal[number] = sign
            equal = np.array([inside for inside, _ in sums]) if sums else None
            known = [total for _, total in sums] if sums else None
            bounds = [(0, each.people) for each in groups]
            found = linprog(goal, A_eq=equal, b_eq=known, bounds=bounds)
            assert found.status == 0
            ends.append(sign * found.fun)
        rows.append((group.programme_id, group.finished, group.people, *ends))
    schema = ["programme_id", "truth", "base", "low", "high"]
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize("seed", range(6))
def test_no_attacker_with_all_windows_and_totals_finds_one_or_two_people(
    seed: int, lengths: tuple[int, ...]
):
    """Nested windows, nested filters and totals are attacked together."""
    random = np.random.default_rng(seed)
    groups = []
    for number in range(6):
        for quarter in (LAST_QUARTER, LAST_QUARTER - 7):
            people = int(random.integers(20, 300))
            few = int(random.integers(0, 3)) if random.random() < 0.4 else people // 3
            finished = few if random.random() < 0.5 else people - few
            mode = ("sync", "async")[number % 2]
            groups.append(Group(f"p{number}", people, finished, quarter, mode))
    found = intervals(groups, publish_groups(groups, K, cubes=cubes_of(lengths)))
    rare = pl.min_horizontal("truth", pl.col("base") - pl.col("truth"))
    exposed = found.filter((rare < FEW) & (pl.col("high") - pl.col("low") < FEW - 1e-6))
    assert found.filter(rare < FEW).height
    assert exposed.is_empty(), exposed


@pytest.mark.parametrize("lengths", LENGTHS)
def test_two_people_in_one_of_two_years_are_not_found_by_subtraction(
    lengths: tuple[int, ...],
):
    """The years of 40 and of 2 of 90; both sums and the later year would tell them."""
    groups = [Group("a", 90, 40, LAST_QUARTER), Group("a", 90, 2, LAST_QUARTER - 7)]
    groups += [Group("b", 300, 150, quarter) for quarter in (LAST_QUARTER,)]
    found = intervals(groups, publish_groups(groups, K, cubes=cubes_of(lengths)))
    earlier = found.filter(pl.col("truth") == 2).row(0, named=True)
    assert earlier["high"] - earlier["low"] >= FEW


def test_the_attacker_finds_people_where_nothing_is_protected():
    """Otherwise the tests above could not fail."""
    groups = [Group("a", 90, 40, LAST_QUARTER), Group("a", 90, 2, LAST_QUARTER - 7)]
    published = publish_groups(groups, K, cubes=cubes_of((4, 8)))
    of_programme = pl.col("cube") == "programme"
    assert 8 in published.cells["trailing_quarters"]
    truth = published.cells.filter(of_programme).with_columns(
        pl.when(pl.col("trailing_quarters") == 8)
        .then(42.0)
        .when(pl.col("window_quarter") == LAST_QUARTER)
        .then(40.0)
        .alias("numerator")
    )
    found = intervals(groups, PublishedCells(truth, published.audit))
    assert found["high"].to_list() == found["low"].to_list() == [40.0, 2.0]


def test_the_report_of_the_audit_is_published(published_home: Home, read: Read):
    report = read(published_home, "from pub.privacy_audit")
    assert set(report["measure"]) == {"people", "denominator", "numerator"}
    assert report["exposure_count"].to_list() == [0] * report.height
    hidden = read(
        published_home,
        "select count(*) from pub.kpi_cells where state = 'hidden'",
    ).item()
    assert set(report["hidden_count"]) == {hidden}
    folder = published_home.snapshot_folder(
        published_home.current_snapshot()["snapshot_id"]
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["privacy_audit"] == report.to_dicts()


def test_peers_defect_17_a_sum_over_fewer_people_than_its_base():
    """A base of 40 people says nothing of the two who are behind the sum."""
    groups = [Group("a", 40, 2), Group("b", 300, 150), Group("c", 300, 120)]
    for is_share in (True, False):
        published = publish_groups(groups, K, is_share=is_share)
        cell = published.cells.filter(
            (pl.col("programme_id") == "a") & (pl.col("trailing_quarters") == 4)
        )
        assert cell.select(*NUMBERS).null_count().row(0) == (cell.height,) * 6


def test_peers_defect_18_a_hidden_part_is_found_by_subtraction():
    """An organisation less its large contract would be its small one."""
    groups = [Group("large", 60, 30), Group("small", 4, 2)]
    published = publish_groups(groups, K, is_share=False)
    newest = published.cells.filter(pl.col("window_quarter") == LAST_QUARTER)
    shown = newest.drop_nulls("denominator")["programme_id"].to_list()
    assert shown in ([], ["all"], ["large"])


@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize("people", [2, 9])
def test_few_people_of_the_older_year_are_no_difference_of_exact_windows(
    people: int, lengths: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
):
    """The newest year from both years would leave them.

    As where too many cells are protected for programmes over the rounded ones.
    """
    monkeypatch.setattr(suppression, "MOST_TO_SOLVE", 0)
    newest = [LAST_QUARTER - back for back in range(3)]
    groups = [Group("a", 30, 14, quarter) for quarter in newest]
    groups += [Group("b", 100, 50, quarter) for quarter in newest]
    groups += [
        Group("a", people, people - 1, LAST_QUARTER - 7),
        Group("b", 200, 100, LAST_QUARTER - 7),
    ]
    published = publish_groups(groups, K, cubes=cubes_of(lengths))
    assert published.remaining == {}
    exact = published.cells.filter(
        (pl.col("cube") == "programme") & (pl.col("programme_id") == "a")
    ).drop_nulls("denominator")
    both = exact.filter(pl.col("window_quarter") == LAST_QUARTER)
    assert both.height < 2, both.select("trailing_quarters", "denominator")
