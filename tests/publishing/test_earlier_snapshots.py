"""Nobody sees from two snapshots that a few people came or went."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy.optimize import linprog

from publishing.cells import PublishedCells
from publishing.cubes import Cube
from publishing.disclosure.earlier import EARLIER
from tests.publishing.kpi_cells import LAST_QUARTER, Group, publish_groups

K = 10
CUBES = (
    Cube("all", (), (4,), 100),
    Cube("mode", ("delivery_mode",), (4,), 20),
    Cube("category", ("outcome_category",), (4,), 10),
    Cube("programme", ("programme_id",), (4,), 2),
)


def kept(*published: PublishedCells) -> pl.DataFrame:
    """Return published cells as those of earlier snapshots."""
    frames = [
        found.cells.filter(
            (pl.col("state") == "hidden") | pl.col("denominator").is_not_null()
        ).with_columns(pl.lit(f"snapshot {number}").alias("snapshot_id"))
        for number, found in enumerate(published)
    ]
    return pl.concat(
        frame.select(pl.col(name).cast(kind) for name, kind in EARLIER.items())
        for frame in frames
    )


def newest(found: PublishedCells, cube: str) -> pl.DataFrame:
    return found.cells.filter(
        (pl.col("cube") == cube) & (pl.col("window_quarter") == LAST_QUARTER)
    )


def programme(found: PublishedCells, name: str) -> dict[str, object]:
    return (
        newest(found, "programme")
        .filter(pl.col("programme_id") == name)
        .row(0, named=True)
    )


def groups(people: int, finished: int, other: int = 300) -> list[Group]:
    return [Group("a", people, finished), Group("b", other, 150), Group("c", 200, 90)]


BEFORE = publish_groups(groups(100, 50), K, cubes=CUBES)


@pytest.mark.parametrize(
    ("more", "is_exact"), [(0, True), (1, False), (9, False), (10, True), (11, True)]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_change_of_fewer_than_k_people_is_not_shown(
    more: int, is_exact: bool, sign: int
):
    # As many finishers came as others, so that both sides change by k, or none.
    others = 0 if more < K else K
    now = groups(100 + sign * (more + others), 50 + sign * (others and more))
    found = publish_groups(now, K, cubes=CUBES, earlier=kept(BEFORE))
    assert found.remaining == {}
    cell = programme(found, "a")
    assert cell["state"] == "shown"
    assert (cell["denominator"] is not None) == is_exact


@pytest.mark.parametrize(
    ("more", "is_exact"), [(0, True), (1, False), (9, False), (10, True), (11, True)]
)
def test_nor_is_a_change_of_who_finished(more: int, is_exact: bool):
    now = publish_groups(groups(100, 50 + more), K, cubes=CUBES, earlier=kept(BEFORE))
    assert (programme(now, "a")["numerator"] is not None) == is_exact


def test_the_change_of_a_total_does_not_give_away_that_of_a_part():
    now = groups(103, 53, other=350)
    found = publish_groups(now, K, cubes=CUBES, earlier=kept(BEFORE))
    exact = newest(found, "programme").filter(pl.col("denominator").is_not_null())
    total = newest(found, "all").row(0, named=True)
    is_known = total["denominator"] is not None
    assert programme(found, "a")["denominator"] is None
    assert exact.height + is_known < 3


@pytest.mark.parametrize(("people", "is_hidden"), [(17, True), (18, True), (19, False)])
def test_a_hidden_cell_stays_hidden_until_k_people_must_have_come(
    people: int, is_hidden: bool
):
    small = publish_groups(groups(9, 4), K, cubes=CUBES)
    assert programme(small, "a")["state"] == "hidden"
    found = publish_groups(
        groups(people, people // 2), K, cubes=CUBES, earlier=kept(small)
    )
    assert (programme(found, "a")["state"] == "hidden") == is_hidden


def test_the_same_data_give_the_same_cells():
    for now in (groups(100, 50), groups(103, 52), groups(9, 4), groups(15, 7)):
        first = publish_groups(now, K, cubes=CUBES, earlier=kept(BEFORE))
        second = publish_groups(now, K, cubes=CUBES, earlier=kept(BEFORE, first))
        columns = ["cube", *EARLIER]
        columns = [*dict.fromkeys(columns), "value", "ci_low", "state_detail"]
        columns.remove("snapshot_id")
        assert_frame_equal(
            second.cells.select(columns),
            first.cells.select(columns),
            check_row_order=False,
        )


def test_the_report_counts_what_was_compared():
    found = publish_groups(
        groups(100, 50), K, cubes=CUBES, earlier=kept(BEFORE, BEFORE)
    )
    report = found.audit.filter(pl.col("measure") == "earlier_snapshots")
    assert report["relation_count"].to_list() == [2]
    assert report["cell_count"].to_list() == [2 * kept(BEFORE).height]
    assert report["exposure_count"].to_list() == [0]


def random_groups(random: np.random.Generator, before: list[Group]) -> list[Group]:
    """Return groups to which some people came or from which they went."""
    found = []
    for group in before:
        came = int(random.choice([0, 0, 1, 3, 9, 15, 40, -1, -4, -20]))
        people = group.people + came
        finished = min(people, max(0, group.finished + int(random.integers(-3, 20))))
        found.append(
            Group(
                group.programme_id,
                people,
                finished,
                delivery_mode=group.delivery_mode,
                outcome_category=group.outcome_category,
            )
        )
    return found


def changes(
    before: list[Group], now: list[Group], published: list[PublishedCells]
) -> list[tuple[int, float, float]]:
    """Return truth and bounds of each small change of a cell's people.

    Unknown are the people of each group before and now.
    """
    count = len(now)
    rows, totals, cells = [], [], []
    for number, found in enumerate(published):
        for cube in ("all", "mode", "category", "programme"):
            for row in newest(found, cube).iter_rows(named=True):
                inside = np.array(
                    [
                        all(
                            row[name] in ("all", getattr(group, name))
                            for name in (
                                "programme_id",
                                "delivery_mode",
                                "outcome_category",
                            )
                        )
                        for group in now
                    ],
                    dtype=float,
                )
                if number:
                    cells.append(inside)
                if row["denominator"] is not None:
                    factors = np.zeros(2 * count)
                    factors[number * count : (number + 1) * count] = inside
                    rows.append(factors)
                    totals.append(row["denominator"])
    true = np.array([b.people for b in now]) - np.array([a.people for a in before])
    ends = []
    for inside in cells:
        truth = int(inside @ true)
        if 0 < abs(truth) < K:
            goal = np.concatenate([-inside, inside])
            low, high = (
                linprog(sign * goal, A_eq=np.array(rows), b_eq=totals, method="highs")
                for sign in (1, -1)
            )
            bounds = [
                sign * end.fun if end.status == 0 else sign * -np.inf
                for sign, end in ((1, low), (-1, high))
            ]
            ends.append((truth, *bounds))
    return ends


@pytest.mark.parametrize("seed", range(6))
def test_no_small_change_can_be_computed_from_two_snapshots(seed: int):
    random = np.random.default_rng(seed)
    before = [
        Group(
            f"p{number:02}",
            int(people := random.integers(40, 200)),
            int(people // 2),
            delivery_mode=("sync", "async", "hybrid")[number % 3],
            outcome_category=("leadership", "compliance")[number % 2],
        )
        for number in range(12)
    ]
    now = random_groups(random, before)
    first = publish_groups(before, K, cubes=CUBES)
    unprotected = publish_groups(now, K, cubes=CUBES)
    second = publish_groups(now, K, cubes=CUBES, earlier=kept(first))
    known = changes(before, now, [first, unprotected])
    assert any(high - low < 1 for _truth, low, high in known)
    found = changes(before, now, [first, second])
    assert len(found) > 0
    assert [each for each in found if each[2] - each[1] < 1] == []
