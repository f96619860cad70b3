"""What one KPI counts less what another one counts gives no small group of people."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from publishing.cells import Calendar, PublishedCells, publish_cells
from publishing.cubes import DIMENSIONS, Cube
from publishing.disclosure.figures import Rule
from publishing.disclosure.nested import (
    CELL,
    Nested,
    nested_counts,
    rests_of,
    small_rests,
)
from publishing.units import Counted, Population
from tests.publishing.kpi_cells import AS_OF, LAST_QUARTER

K = 10
CUBES = (
    Cube("all", (), (4,), 100),
    Cube("mode", ("delivery_mode",), (4,), 20),
    Cube("category", ("outcome_category",), (4,), 10),
    Cube("unit_category", ("business_unit", "outcome_category"), (4,), 5),
    Cube("programme", ("programme_id",), (4,), 2),
)
# How far an enrolment came: withdrew, never began, began, finished.
STAGES = 4
KPIS = {
    "everybody": 0,
    "stayers": 1,
    "starters": 2,
}  # the stage that the base begins at
IMPORTANCE = list(KPIS)


@dataclass(frozen=True)
class Enrolments:
    """Invented enrolments of a year.

    Attributes:
        rows: DIMENSIONS, quarter, learner_key, group, and the stage reached.
    """

    rows: pl.DataFrame

    @classmethod
    def invented(cls, seed: int, programmes: int = 12) -> "Enrolments":
        """Return 3,000 enrolments, of which few withdrew or never began."""
        random = np.random.default_rng(seed)
        rows = []
        for number in range(programmes * 3):
            people = int(random.integers(30, 137))
            few = 0.04 if random.random() < 0.7 else 0.0
            chances = [few, few / 2, 0.28, 0.72 - 1.5 * few]
            for one, stage in enumerate(random.choice(STAGES, people, p=chances)):
                programme = number // 3
                rows.append(
                    {
                        "delivery_mode": ("sync", "async", "hybrid")[programme % 3],
                        "outcome_category": ("leadership", "compliance")[programme % 2],
                        "programme_id": f"p{programme:02}",
                        "business_unit": ("sales", "north", "works")[number % 3],
                        "region": "north",
                        "quarter": LAST_QUARTER,
                        "learner_key": f"{number}-{one}",
                        "group": number,
                        "stage": int(stage),
                    }
                )
        return cls(pl.DataFrame(rows))

    @property
    def population(self) -> Population:
        """The rows, and the sets of them that the three KPIs count."""
        stage = self.rows["stage"].to_numpy()
        counted, columns = [], []
        for kpi_id, first in KPIS.items():
            sides = {
                "denominator": stage >= first,
                "numerator": stage == STAGES - 1,
                "complement": (stage >= first) & (stage < STAGES - 1),
            }
            for side, is_in in sides.items():
                counted.append(Counted(kpi_id, side))
                columns.append(is_in)
        units = self.rows.select(*DIMENSIONS, "quarter", "learner_key")
        return Population(units, counted, np.column_stack(columns))

    def published(self, *, is_protected: bool = True) -> PublishedCells:
        """Return the published cells of the three KPIs."""
        people = pl.concat(
            self.rows.filter(pl.col("stage") >= first).select(
                pl.lit(kpi_id).alias("kpi_id"),
                *DIMENSIONS,
                "quarter",
                "learner_key",
                (pl.col("stage") == STAGES - 1).cast(pl.Float64).alias("numerator"),
                pl.lit(1.0).alias("denominator"),
            )
            for kpi_id, first in KPIS.items()
        )
        base_cells = people.group_by("kpi_id", *DIMENSIONS, "quarter").agg(
            pl.col("numerator", "denominator").sum(),
            pl.len().cast(pl.Int64).alias("learner_count"),
            pl.col("numerator").sum().cast(pl.Int64).alias("numerator_learner_count"),
            (1 - pl.col("numerator"))
            .sum()
            .cast(pl.Int64)
            .alias("complement_learner_count"),
        )
        nested = self.nested if is_protected else []
        calendar = Calendar.of(base_cells, AS_OF, 1, 4)
        return publish_cells(
            base_cells,
            people,
            frozenset(KPIS),
            CUBES,
            calendar,
            Rule(K),
            rests_of(nested),
        ).without_small_rests(nested, K)

    @property
    def nested(self) -> list[Nested]:
        return nested_counts([self.population], IMPORTANCE)

    def inside(self, row: dict[str, object]) -> np.ndarray:
        """Return which groups a cell holds."""
        is_in = pl.all_horizontal(
            pl.lit(row[name] == "all") | (pl.col(name) == row[name])
            for name in DIMENSIONS
        )
        groups = self.rows.filter(is_in)["group"].unique().to_numpy()
        found = np.zeros(self.rows["group"].max() + 1, dtype=bool)
        found[groups] = True
        return found


def stages_of(counted: Counted) -> np.ndarray:
    """Return which stages a set of rows holds."""
    stage = np.arange(STAGES)
    is_base = stage >= KPIS[counted.kpi_id]
    is_finished = stage == STAGES - 1
    return {
        "denominator": is_base,
        "numerator": is_finished,
        "complement": is_base & ~is_finished,
    }[counted.side]


def newest(found: PublishedCells) -> pl.DataFrame:
    return found.cells.filter(
        (pl.col("window_quarter") == LAST_QUARTER) & (pl.col("state") == "shown")
    )


def attacker(enrolments: Enrolments, found: PublishedCells) -> dict[str, object]:
    """Return everything published as limits of how many of each group and stage."""
    equal: list[tuple[np.ndarray, float]] = []
    most: list[tuple[np.ndarray, float]] = []
    for row in newest(found).iter_rows(named=True):
        cell = enrolments.inside(row).astype(float)
        base, finished = (
            np.outer(cell, stages_of(Counted(row["kpi_id"], side))).ravel()
            for side in ("denominator", "numerator")
        )
        if row["denominator"] is not None:
            equal.append((base, row["denominator"]))
        else:
            most.append((base, row["learner_count"] + K))
            most.append((-base, -(row["learner_count"] - K)))
        if row["numerator"] is not None:
            equal.append((finished, row["numerator"]))
        else:
            most.append((finished - (row["value"] + 0.005) * base, 1e-9))
            most.append(((row["value"] - 0.005) * base - finished, 1e-9))
    known: dict[str, object] = {}
    for name, rows in (("eq", equal), ("ub", most)):
        if rows:
            known[f"A_{name}"] = np.array([factors for factors, _ in rows])
            known[f"b_{name}"] = [limit for _, limit in rows]
    return known


def computed(
    enrolments: Enrolments, found: PublishedCells
) -> list[tuple[int, float, float]]:
    """Bound every small difference of two KPIs by everything that is published.

    Returns:
        Truth, lower and upper bound of each difference of 1 to k - 1.
    """
    known = attacker(enrolments, found)
    group, stage = enrolments.rows["group"], enrolments.rows["stage"]
    counts = np.zeros((group.max() + 1, STAGES))
    np.add.at(counts, (group.to_numpy(), stage.to_numpy()), 1)
    cells = newest(found).unique(CELL).sort(CELL)
    differences = {
        (stages_of(pair.outer) & ~stages_of(pair.inner)).tobytes()
        for pair in enrolments.nested
    }
    ends = []
    for row in cells.iter_rows(named=True):
        cell = enrolments.inside(row)
        for difference in sorted(differences):
            stages = np.frombuffer(difference, dtype=bool)
            goal = np.outer(cell, stages).astype(float).ravel()
            truth = int(goal @ counts.ravel())
            if 0 < truth < K:
                low, high = (
                    sign * linprog(sign * goal, **known, method="highs").fun
                    for sign in (1, -1)
                )
                ends.append((truth, low, high))
    return ends


@pytest.mark.parametrize("seed", range(3))
def test_no_small_difference_of_two_kpis_can_be_computed(seed: int):
    enrolments = Enrolments.invented(seed)
    assert enrolments.rows.height > 2_500
    found = enrolments.published()
    assert found.remaining == {}
    ends = computed(enrolments, found)
    assert len(ends) > 20
    assert [end for end in ends if end[2] - end[1] < 1] == []


def test_without_protection_small_differences_are_computed():
    """Otherwise the test above could not fail."""
    enrolments = Enrolments.invented(0)
    ends = computed(enrolments, enrolments.published(is_protected=False))
    assert sum(high - low < 1e-6 for _, low, high in ends) > 10


def test_no_cell_alone_shows_that_a_difference_is_small():
    enrolments = Enrolments.invented(0)
    nested = enrolments.nested
    before = enrolments.published(is_protected=False)
    assert sum(count for _, count in small_rests(before.cells, nested, K)) > 10
    found = enrolments.published()
    assert small_rests(found.cells, nested, K) == []
    report = found.audit.filter(pl.col("measure") == "nested_counts")
    assert set(report["kpi_id"]) == {pair.shown_coarsely for pair in nested}
    assert report["exposure_count"].to_list() == [0] * report.height
    assert report["relation_count"].sum() == len(nested)


def differing(withdrew: int) -> Enrolments:
    """Return 100 enrolments in one group of which some withdrew."""
    place = dict.fromkeys(DIMENSIONS, "x") | {"quarter": LAST_QUARTER, "group": 0}
    stages = [0] * withdrew + [2] * 25 + [3] * (75 - withdrew)
    return Enrolments(
        pl.DataFrame(
            place | {"learner_key": str(number), "stage": stage}
            for number, stage in enumerate(stages)
        )
    )


@pytest.mark.parametrize(
    ("withdrew", "is_exact"),
    [(0, True), (1, False), (9, False), (10, True), (11, True)],
)
def test_a_difference_of_k_people_and_nobody_may_be_known(
    withdrew: int, is_exact: bool
):
    found = newest(differing(withdrew).published())
    wide = found.filter((pl.col("kpi_id") == "everybody") & (pl.col("cube") == "all"))
    narrow = found.filter((pl.col("kpi_id") == "stayers") & (pl.col("cube") == "all"))
    assert wide["denominator"].to_list() == [100]
    shown = narrow["denominator"].drop_nulls().to_list()
    assert shown == ([100 - withdrew] if is_exact else [])


def test_of_two_kpis_the_less_important_one_gives_way():
    population = Enrolments.invented(0).population
    for importance in (IMPORTANCE, IMPORTANCE[::-1]):
        nested = nested_counts([population], importance)
        assert {pair.shown_coarsely for pair in nested} == set(importance[1:])


def test_which_counts_lie_inside_which_follows_from_the_rows():
    found = {(pair.inner, pair.outer) for pair in Enrolments.invented(0).nested}
    base = {name: Counted(name, "denominator") for name in KPIS}
    assert (base["stayers"], base["everybody"]) in found
    assert (base["everybody"], base["stayers"]) not in found
    assert (Counted("starters", "numerator"), base["stayers"]) in found
    # The rest of a KPI's own base is its complement, which has a rule of its own.
    assert (Counted("stayers", "numerator"), base["stayers"]) not in found
    # Equal counts leave nobody.
    finished = [Counted(name, "numerator") for name in KPIS]
    assert not {(one, other) for one in finished for other in finished} & found
