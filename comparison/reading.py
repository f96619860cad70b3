"""What comparison reads of the warehouse: cells, classes, names, thresholds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from comparison.cells import stratum
from comparison.verdicts import Thresholds
from tandem.errors import WarehouseProblem
from tandem.files import Home
from tandem.settings import Settings

CELLS = "select * from marts.fct_comparison_cells where delivery_mode is not null"
CLASSES = "select programme_id, completion_class from marts.dim_programmes"
CATEGORIES = "select outcome_category, label from marts.dim_outcome_categories"
KPIS = "select kpi_id, kpi_name, unit, margin from seeds.kpis"
KNOWN_UNTIL = "select cast(max(as_of) as date) from marts.fct_enrolments"


@dataclass(frozen=True)
class Evidence:
    """All that the comparisons of one build are made from."""

    cells: pl.DataFrame
    classes: dict[str, str | None]
    category_labels: dict[str, str]
    kpis: dict[str, dict[str, Any]]
    known_until: date | None


def read(home: Home) -> Evidence:
    """Read the marts.

    Raises:
        WarehouseProblem: there are no marts yet.
    """
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "there is no warehouse", str(home.warehouse), "run `tandem ingest PATH`"
        )
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            kpis = connection.sql(KPIS).pl().to_dicts()
            return Evidence(
                connection.sql(CELLS).pl().with_columns(stratum()),
                dict(connection.sql(CLASSES).fetchall()),
                dict(connection.sql(CATEGORIES).fetchall()),
                {kpi["kpi_id"]: kpi for kpi in kpis},
                connection.sql(KNOWN_UNTIL).fetchall()[0][0],
            )
    except duckdb.CatalogException as error:
        raise WarehouseProblem(
            "the marts are not there", str(home.warehouse), "run `tandem build`"
        ) from error


def thresholds(settings: Settings) -> Thresholds:
    """Return the gates' thresholds in force."""
    found = settings.vars
    return Thresholds(
        fewest_people=max(int(found["minimum_people"]), 5),
        fewest_programmes=int(found["compare_fewest_programmes"]),
        overlap_ok=float(found["compare_overlap_ok"]),
        overlap_least=float(found["compare_overlap_least"]),
        effective_least=float(found["compare_effective_least"]),
        smd_refused=float(found["compare_smd_refused"]),
        smd_care=float(found["compare_smd_care"]),
        false_discovery_rate=float(found["compare_false_discovery_rate"]),
    )
