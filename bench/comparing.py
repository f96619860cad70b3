"""What gates, intervals and words cost beside the bare point estimates.

All comparisons of an invented organisation (13 categories, 12 KPIs, 3 pairs of modes, 8
quarters with windows of 1, 4 and 8 quarters) are made as `tandem compare` makes them,
and once more as nothing but point estimates, all of them in one vectorised pass: as
plain differences of rates inside programmes, and at everybody's mix. CPU seconds are
measured, not the time of a machine that others use too. Run by `make bench`.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from comparison.audience import SHRINKAGE
from comparison.reading import Evidence, Kpi
from comparison.results import ALL, MODES
from comparison.run import comparison_rows
from comparison.windows import TRAILING, months_later
from tandem.core.files import Home
from tandem.core.settings import Settings

FIRST_QUARTER = date(2023, 1, 1)
QUARTERS = 8
PROGRAMMES = 6  # of a category, each in all three modes
SEGMENTS = REGIONS = 2
Array = np.ndarray


def evidence(categories: int, kpis: int, seed: int = 1) -> Evidence:
    """Return invented evidence: a cohort per programme, mode and quarter."""
    chance = np.random.default_rng(seed)
    axes = (categories, PROGRAMMES, len(MODES), QUARTERS, SEGMENTS, REGIONS)
    category, programme, mode, quarter, segment, region = (
        axis.ravel() for axis in np.indices(axes)
    )
    programme_id = [f"C{c:02}P{p}" for c, p in zip(category, programme, strict=True)]
    people = chance.integers(4, 14, category.size)
    level = chance.normal(0.8, 0.4, axes[:2])[category, programme] + 0.2 * segment
    offered = pl.DataFrame(
        {
            "programme_id": programme_id,
            "cohort_id": [
                f"{name}-{m}-{q}"
                for name, m, q in zip(programme_id, mode, quarter, strict=True)
            ],
            "delivery_mode": [MODES[m] for m in mode],
            "outcome_category": [f"category_{c:02}" for c in category],
            "period_start_date": [months_later(FIRST_QUARTER, 3 * q) for q in quarter],
            "segment": [f"segment_{s}" for s in segment],
            "region": [f"region_{r}" for r in region],
            "language": "en",
            "tenure_band": "unknown",
            "prior_completion_band": "unknown",
            "learner_count": people,
            "denominator": people.astype(float),
        }
    )
    cells = []
    for number in range(kpis):
        odds = level + chance.normal(0, 0.13, level.size)
        value = chance.binomial(people, 1 / (1 + np.exp(-odds))).astype(float)
        names = ("numerator", "value_sum", "value_sum_of_squares")
        names += ("unmatched_low", "unmatched_high")
        values = [pl.Series(name, value) for name in names]
        kpi_id = pl.lit(f"kpi_{number:02}").alias("kpi_id")
        cells.append(offered.with_columns(kpi_id, *values))
    ids = sorted(set(programme_id))
    return Evidence(
        cells=pl.concat(cells),
        life_table=pl.DataFrame(schema=LIFE_TABLE),
        classes=dict.fromkeys(ids, "content"),
        horizons=dict.fromkeys(ids, 30.0),
        cohorts=pl.DataFrame(schema=COHORTS),
        category_labels={},
        kpis={f"kpi_{n:02}": _kpi(f"kpi_{n:02}") for n in range(kpis)},
        known_until=months_later(FIRST_QUARTER, 3 * QUARTERS),
    )


LIFE_TABLE = {
    **dict.fromkeys(("programme_id", "delivery_mode", "cohort_id"), pl.String),
    **dict.fromkeys(("day", "at_risk", "completed", "withdrawn"), pl.Int64),
}
COHORTS = {
    "delivery_mode": pl.String,
    "outcome_category": pl.String,
    "starts_at": pl.Datetime,
    "horizon_days": pl.Int64,
    "known_until": pl.Date,
}


def _kpi(kpi_id: str) -> Kpi:
    return Kpi(
        kpi_id=kpi_id,
        kpi_name=kpi_id,
        unit="share",
        margin=0.03,
        population_words="people enrolled",
        anchor="enrolled_quarter_date",
        comparable_within="nothing",
        is_base_selected=False,
        estimator="cell_mean",
        base_kpi=None,
    )


KEYS = ["trailing_quarters", "end", "kpi_id", "outcome_category", "mode_a", "mode_b"]


def exploded(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells once for each question that they are part of.

    A question is a window, a KPI, a category or all of them, and a pair of modes.
    """
    quarters = sorted(cells["period_start_date"].unique().to_list())
    windows = [
        (trailing, end, quarters[n])
        for trailing in TRAILING
        for place, end in enumerate(quarters)
        for n in range(max(0, place - trailing + 1), place + 1)
    ]
    pairs = [(a, b, m) for a, b in combinations(MODES, 2) for m in (a, b)]
    names = ["trailing_quarters", "end", "period_start_date"]
    all_of_them = cells.with_columns(pl.lit(ALL).alias("outcome_category"))
    of_pairs = ["mode_a", "mode_b", "delivery_mode"]
    return (
        pl.concat([cells, all_of_them])
        .lazy()
        .join(pl.LazyFrame(windows, schema=names, orient="row"), on=names[2])
        .join(pl.LazyFrame(pairs, schema=of_pairs, orient="row"), on=of_pairs[2])
        .collect()
    )


def plain_differences(cells: pl.DataFrame) -> pl.DataFrame:
    """Return differences of rates inside programmes, weighted by size."""
    arm = ["kpi_id", "outcome_category", "programme_id", "delivery_mode"]
    sums = cells.group_by(*arm, "period_start_date").agg(
        pl.col("value_sum").sum(), pl.col("denominator").sum()
    )
    return _paired(exploded(sums), 0.0)


def differences_at_one_mix(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the same at everybody's mix of segment and region.

    One least-squares fit a question, all of them solved at once; the first level of
    each attribute is the one that effects are measured from.
    """
    rows = exploded(cells)
    people = rows["denominator"].to_numpy()
    question = _numbered(rows, KEYS)
    arm = _numbered(rows, [*KEYS, "programme_id", "delivery_mode"])
    known = [
        (rows[name] == level).to_numpy().astype(float)
        for name in ("segment", "region")
        for level in sorted(rows[name].unique().to_list())[1:]
    ]
    total = np.bincount(arm, people)

    def inside(values: Array) -> Array:
        return values - (np.bincount(arm, people * values) / total)[arm]

    columns = [inside(column) for column in known]
    value = inside(rows["value_sum"].to_numpy() / people)
    products = np.array(
        [[np.bincount(question, people * a * b) for a in columns] for b in columns]
    ).transpose(2, 0, 1)
    outcome = np.array([np.bincount(question, people * a * value) for a in columns])
    ridge = SHRINKAGE * np.eye(len(columns))
    slopes = np.linalg.solve(products + ridge, outcome.T[..., None])[..., 0]
    effect = sum(c * slopes[question, n] for n, c in enumerate(known))
    return _paired(rows, effect)


def _numbered(rows: pl.DataFrame, keys: list[str]) -> Array:
    """Return a number for each combination of keys."""
    groups = rows.select(keys).unique().with_row_index("number")
    return rows.join(groups, on=keys, maintain_order="left")["number"].to_numpy()


def _paired(rows: pl.DataFrame, effect: Array | float) -> pl.DataFrame:
    """Return the weighted difference of each question, of values less an effect."""
    people = pl.col("denominator")
    arms = (
        rows.lazy()
        .with_columns(pl.col("value_sum") - pl.lit(effect) * people)
        .group_by(*KEYS, "programme_id", "delivery_mode")
        .agg(pl.col("value_sum").sum(), people.sum())
        .with_columns((pl.col("value_sum") / people).alias("value"))
    )
    in_a = pl.col("delivery_mode") == pl.col("mode_a")
    h = (1 / people).sum()
    weight = 1 / (pl.col("h") + pl.col("h").mean().over(KEYS))
    return (
        arms.group_by(*KEYS, "programme_id")
        .agg(
            (pl.col("value") * pl.when(in_a).then(1).otherwise(-1)).sum(),
            h.alias("h"),
        )
        .with_columns(weight.alias("weight"))
        .group_by(KEYS)
        .agg(
            ((pl.col("value") * pl.col("weight")).sum() / pl.col("weight").sum()).alias(
                "difference"
            )
        )
        .sort(KEYS)
        .collect()
    )


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a piece of work, the least of three."""
    found = []
    for _attempt in range(3):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--categories", type=int, default=13)
    parser.add_argument("--kpis", type=int, default=12)
    given = parser.parse_args()
    invented = evidence(given.categories, given.kpis)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(Home(Path(folder)))
        started = time.process_time()
        rows = comparison_rows(invented, settings)
        whole = time.process_time() - started
    table = Table(title=f"{len(rows):,} comparisons, each quarter and window")
    for heading in ("work", "CPU seconds", "comparisons are x times"):
        table.add_column(heading, justify="left" if heading == "work" else "right")
    table.add_row("comparisons: gates, intervals, words", f"{whole:.1f}", "")
    for name, estimate in (
        ("point estimates at one mix", differences_at_one_mix),
        ("plain differences of rates", plain_differences),
    ):
        seconds = cpu_seconds(lambda work=estimate: work(invented.cells))
        table.add_row(name, f"{seconds:.2f}", f"{whole / seconds:.0f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
