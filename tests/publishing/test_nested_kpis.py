"""One KPI's base less that of a narrower KPI gives no small group of people."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from publishing.cells import Calendar, PublishedCells, publish_cells
from publishing.cubes import DIMENSIONS, Cube
from publishing.disclosure.figures import Rule
from publishing.page_kpis import nested_kpis
from tests.publishing.kpi_cells import AS_OF, LAST_QUARTER

K = 10
CUBES = (
    Cube("all", (), (4,), 100),
    Cube("mode", ("delivery_mode",), (4,), 20),
    Cube("category", ("outcome_category",), (4,), 10),
    Cube("unit_category", ("business_unit", "outcome_category"), (4,), 5),
    Cube("programme", ("programme_id",), (4,), 2),
)


def enrolments(seed: int, programmes: int = 12) -> pl.DataFrame:
    """Return groups of 3,000 enrolments: those who stayed, and the few who withdrew."""
    random = np.random.default_rng(seed)
    rows = []
    for number, unit in product(range(programmes), ("sales", "north", "works")):
        people = int(random.integers(30, 137))
        withdrew = int(random.binomial(people, 0.04)) if random.random() < 0.7 else 0
        rows.append(
            {
                "programme_id": f"p{number:02}",
                "delivery_mode": ("sync", "async", "hybrid")[number % 3],
                "outcome_category": ("leadership", "compliance")[number % 2],
                "business_unit": unit,
                "region": "north",
                "quarter": LAST_QUARTER,
                "stayed": people - withdrew,
                "withdrew": withdrew,
                "finished": int(random.binomial(people - withdrew, 0.7)),
            }
        )
    return pl.DataFrame(rows)


def published(groups: pl.DataFrame, nested: dict[str, str]) -> PublishedCells:
    frames = []
    for kpi_id, base in (
        ("everybody", pl.col("stayed") + pl.col("withdrew")),
        ("stayers", pl.col("stayed")),
    ):
        frames.append(
            groups.select(
                pl.lit(kpi_id).alias("kpi_id"),
                pl.exclude("stayed", "withdrew", "finished"),
                pl.col("finished").cast(pl.Float64).alias("numerator"),
                base.cast(pl.Float64).alias("denominator"),
                base.alias("learner_count"),
                pl.col("finished").alias("numerator_learner_count"),
                (base - pl.col("finished")).alias("complement_learner_count"),
            )
        )
    base_cells = pl.concat(frames)
    calendar = Calendar.of(base_cells, AS_OF, 1, 4)
    shares = frozenset({"everybody", "stayers"})
    people = learners(groups)
    return publish_cells(base_cells, people, shares, CUBES, calendar, Rule(K), nested)


def learners(groups: pl.DataFrame) -> pl.DataFrame:
    """Return the people behind both KPIs: each is in one group."""
    rows = []
    for number, group in enumerate(groups.iter_rows(named=True)):
        place = {name: group[name] for name in (*DIMENSIONS, "quarter")}
        for one in range(group["stayed"] + group["withdrew"]):
            person = {"learner_key": f"{number}-{one}", "denominator": 1.0}
            person["numerator"] = float(one < group["finished"])
            rows.append({"kpi_id": "everybody"} | place | person)
            if one < group["stayed"]:
                rows.append({"kpi_id": "stayers"} | place | person)
    return pl.DataFrame(rows)


def inside(groups: pl.DataFrame, row: dict[str, object]) -> np.ndarray:
    """Return which groups a cell holds."""
    found = np.ones(groups.height, dtype=bool)
    for name in ("programme_id", "delivery_mode", "outcome_category", "business_unit"):
        if row[name] != "all":
            found &= (groups[name] == row[name]).to_numpy()
    return found


def computed(groups: pl.DataFrame, found: PublishedCells) -> list[tuple[float, ...]]:
    """Bound the small rests by all published numbers of people of both KPIs.

    Returns:
        Truth, lower and upper bound of each cell with 1 to k - 1 who withdrew.
    """
    newest = found.cells.filter(
        (pl.col("window_quarter") == LAST_QUARTER) & (pl.col("state") == "shown")
    )
    count = groups.height
    equal: list[tuple[np.ndarray, float]] = []
    most: list[tuple[np.ndarray, float]] = []
    for row in newest.iter_rows(named=True):
        cell = inside(groups, row).astype(float)
        is_wide = row["kpi_id"] == "everybody"
        factors = np.concatenate([cell, cell * is_wide])
        if row["denominator"] is not None:
            equal.append((factors, row["denominator"]))
        else:
            most.append((factors, row["learner_count"] + K))
            most.append((-factors, -(row["learner_count"] - K)))
    known = {
        "A_eq": np.array([factors for factors, _ in equal]),
        "b_eq": [total for _, total in equal],
    }
    if most:
        known["A_ub"] = np.array([factors for factors, _ in most])
        known["b_ub"] = [total for _, total in most]
    ends = []
    for row in newest.filter(pl.col("kpi_id") == "stayers").iter_rows(named=True):
        cell = inside(groups, row)
        truth = int(groups["withdrew"].to_numpy()[cell].sum())
        if 0 < truth < K:
            goal = np.concatenate([np.zeros(count), cell.astype(float)])
            low, high = (sign * linprog(sign * goal, **known).fun for sign in (1, -1))
            ends.append((truth, low, high))
    return ends


@pytest.mark.parametrize("seed", range(3))
def test_no_small_rest_of_a_wider_kpi_can_be_computed(seed: int):
    groups = enrolments(seed)
    assert groups.select(pl.col("stayed") + pl.col("withdrew")).sum().item() > 2_500
    found = published(groups, {"stayers": "everybody"})
    assert found.remaining == {}
    ends = computed(groups, found)
    assert len(ends) > 0
    assert [end for end in ends if end[2] - end[1] < 1] == []


def test_without_rounding_the_rest_is_computed():
    """Otherwise the test above could not fail."""
    groups = enrolments(0)
    ends = computed(groups, published(groups, {}))
    assert any(low == high == truth for truth, low, high in ends)


def test_a_narrower_kpi_shows_its_share_and_no_counts():
    found = published(enrolments(1), {"stayers": "everybody"}).cells.filter(
        pl.col("state") == "shown"
    )
    narrow = found.filter(pl.col("kpi_id") == "stayers")
    wide = found.filter(pl.col("kpi_id") == "everybody")
    assert narrow.height > 3
    assert narrow["value"].null_count() == 0
    assert narrow["numerator"].null_count() == narrow.height
    assert narrow["denominator"].null_count() == narrow.height
    assert (narrow["learner_count"] % (2 * K)).sum() == 0
    assert wide["denominator"].null_count() == 0


def test_the_registry_says_which_kpis_are_nested():
    names = (
        "completion_rate_not_withdrawn",
        "completion_rate_started",
        "first_attempt_pass_rate",
        "pass_rate",
    )
    assert nested_kpis() == dict.fromkeys(names, "completion_rate")


@pytest.mark.parametrize("seed", range(3))
def test_no_small_rest_follows_from_a_share_and_the_wider_count(seed: int):
    groups = enrolments(seed)
    found = published(groups, {"stayers": "everybody"}).cells
    place = ["cube", *DIMENSIONS, "trailing_quarters", "window_quarter"]
    narrow = found.filter(
        (pl.col("kpi_id") == "stayers") & pl.col("value").is_not_null()
    )
    wide = found.filter(pl.col("kpi_id") == "everybody")
    both = narrow.join(wide, on=place, suffix="_wide")
    assert both.height > 3
    for row in both.drop_nulls("numerator_wide").iter_rows(named=True):
        base, count = int(row["denominator_wide"]), row["numerator_wide"]
        rests = [
            rest
            for rest in range(base)
            if abs(count / (base - rest) - row["value"]) <= 0.005
            and abs(base - rest - row["learner_count"]) <= K
        ]
        assert not all(0 < rest < K for rest in rests)
