"""Publish the cells of one invented KPI from the sizes of its groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from publishing.cells import Calendar, PublishedCells, publish_cells
from publishing.cubes import DIMENSIONS, Cube
from publishing.disclosure.figures import Rule

LAST_QUARTER = 2024 * 4
AS_OF = datetime(2024, 3, 31)  # noqa: DTZ001 - the calendar's times are UTC, no zone
YEAR_CUBES = (
    Cube("all", (), (4,), 100),
    Cube("programme", ("programme_id",), (4,), 2),
)


@dataclass(frozen=True)
class Group:
    """The people of one programme in one quarter, and how many of them finished."""

    programme_id: str
    people: int
    finished: int
    quarter: int = LAST_QUARTER
    delivery_mode: str = "sync"
    outcome_category: str = "leadership"
    business_unit: str = "sales"
    region: str = "north"


def publish_groups(
    groups: Iterable[Group],
    k: int = 10,
    *,
    cubes: tuple[Cube, ...] = YEAR_CUBES,
    is_share: bool = True,
    learners: pl.DataFrame | None = None,
    most: int = 24,
    earlier: pl.DataFrame | None = None,
) -> PublishedCells:
    """Return the published cells of the KPI `rate`.

    Args:
        groups: its people; everybody is in one group only.
        k: the smallest group that may be shown.
        cubes: the published cubes.
        is_share: whether the KPI is a share.
        learners: programme_id, quarter, learner_key, numerator and denominator, where
            people differ from rows.
        most: how many quarters are published.
        earlier: the cells of kept snapshots.
    """
    base_cells = pl.DataFrame(
        [
            {name: getattr(group, name) for name in (*DIMENSIONS, "quarter")}
            | {
                "kpi_id": "rate",
                "numerator": float(group.finished),
                "denominator": float(group.people),
                "learner_count": group.people,
                "numerator_learner_count": group.finished,
                "complement_learner_count": group.people - group.finished,
            }
            for group in groups
        ]
    )
    if learners is not None:
        places = base_cells.select("kpi_id", *DIMENSIONS, "quarter")
        learners = places.join(learners, on=["programme_id", "quarter"])
    shares = frozenset({"rate"}) if is_share else frozenset()
    calendar = Calendar.of(base_cells, AS_OF, 1, most)
    found = publish_cells(
        base_cells, learners, shares, cubes, calendar, Rule(k), earlier=earlier
    )
    return found if earlier is None else found.compared_with(earlier, shares, k)


def programmes(published: PublishedCells) -> dict[str, dict]:
    """Return the programmes' rows of the newest window, by programme."""
    assert published.remaining == {}
    newest = published.cells.filter(
        (pl.col("cube") == "programme") & (pl.col("window_quarter") == LAST_QUARTER)
    )
    return {row["programme_id"]: row for row in newest.iter_rows(named=True)}


def hidden(published: PublishedCells) -> set[str]:
    """Return the hidden programmes and the cubes of one hidden cell, newest window."""
    assert published.remaining == {}
    newest = published.cells.filter(
        (pl.col("state") == "hidden") & (pl.col("window_quarter") == LAST_QUARTER)
    )
    return {
        row["programme_id"] if row["cube"] == "programme" else row["cube"]
        for row in newest.iter_rows(named=True)
    }
