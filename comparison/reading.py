"""What comparison reads from the warehouse: cells, life tables, classes, registry."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import duckdb
import polars as pl

from comparison.cells import AUDIENCE, Cells, cells_of
from comparison.timing import Cohort, cohorts_of
from comparison.verdicts import Thresholds
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home
from tandem.core.settings import Settings

RESTRICTED_MEAN = "restricted_mean"
TENTH = 0.1  # of the usual value: the margin of a KPI that has none of its own

# Ordered, so that the same cells add up in the same order.
CELLS = """
    select * from marts.fct_comparison_cells
    where delivery_mode is not null and denominator > 0
    order by all
"""
SOURCES = """
    select kpi_id, source_fact, numerator_column, anchor from seeds.kpis
    where kpi_id in (select distinct kpi_id from marts.fct_comparison_cells)
    order by kpi_id
"""
STRATUM = (
    "programme_id",
    "cohort_id",
    "delivery_mode",
    "outcome_category",
    *AUDIENCE,
)
# Restricted means are computed for cohorts whose finishing has a date: those that such
# a KPI has values for.
LIFE_TABLE = """
    select programme_id, delivery_mode, cohort_id, day, at_risk, completed, withdrawn
    from marts.fct_life_table as life
    semi join (
        select values_of.programme_id, values_of.cohort_id
        from marts.fct_kpis as values_of
        inner join seeds.kpis as registry using (kpi_id)
        where registry.estimator = 'restricted_mean'
    ) as dated using (programme_id, cohort_id)
    where clock = 'completion' and delivery_mode is not null
    order by all
"""
PROGRAMMES = """
    select programme_id, completion_class, horizon_days from marts.dim_programmes
    order by all
"""
COHORTS = """
    select
        c.programme_id, c.cohort_id, c.enrolment_count,
        c.delivery_mode, c.outcome_category, c.starts_at, p.horizon_days,
        cast(p.as_of as date) as known_until
    from marts.dim_cohorts as c
    inner join marts.dim_programmes as p on c.programme_id = p.programme_id
    where c.enrolment_count > 0 and c.starts_at is not null
    order by all
"""
CATEGORIES = "select outcome_category, label from marts.dim_outcome_categories"
KPIS = """
    select
        kpi_id, kpi_name, unit, margin, population_words, anchor, comparable_within,
        is_base_selected, estimator, base_kpi, direction,
        is_headline or is_watched as is_watched
    from seeds.kpis
    where is_compared
    order by kpi_id
"""
KNOWN_UNTIL = """
    select cast(max(as_of) as date) from marts.dim_programmes
    where programme_id in (select programme_id from marts.fct_enrolments)
"""


@dataclass(frozen=True)
class Kpi:
    """What comparison needs of a row of seeds/kpis.csv; columns are described there."""

    kpi_id: str
    kpi_name: str
    unit: str
    margin: float | None
    population_words: str
    anchor: str
    comparable_within: str
    is_base_selected: bool
    estimator: str
    base_kpi: str | None
    direction: str = "context"
    is_watched: bool = False

    def margin_for(self, usual: float | None, share_margin: float) -> float:
        """Return the largest difference that changes no decision, in the KPI's unit.

        Args:
            usual: the usual value, of which a tenth is taken where nothing else is
                known.
            share_margin: of shares whose registry row gives none.
        """
        if self.margin is not None:
            return float(self.margin)
        if self.unit == "share":
            return share_margin
        return abs(TENTH * (usual or 0.0))


@dataclass(frozen=True)
class Evidence:
    """All that the comparisons of one build are made from.

    Attributes:
        cells: marts.fct_comparison_cells, and `persons`, who is in each cell.
        life_table: marts.fct_life_table of the completion clock.
        classes: completion class by programme_id.
        horizons: days by programme_id.
        cohorts: programme_id, cohort_id, enrolment_count, delivery_mode,
            outcome_category, starts_at (UTC), horizon_days,
            known_until (the last day that the programme's data cover; null if unknown).
        category_labels: words by outcome category.
        kpis: the compared KPIs of the registry by kpi_id.
        known_until: the last day that the data cover.
    """

    cells: pl.DataFrame
    life_table: pl.DataFrame
    classes: dict[str, str | None]
    horizons: dict[str, float]
    cohorts: pl.DataFrame
    category_labels: dict[str, str]
    kpis: dict[str, Kpi]
    known_until: date | None

    @cached_property
    def quarters(self) -> list[date]:
        """First days of the quarters that have cells."""
        return self.cells["period_start_date"].drop_nulls().unique().to_list()

    @cached_property
    def life_tables(self) -> list[Cohort]:
        """The life tables of the cohorts."""
        return cohorts_of(self.life_table)

    @cached_property
    def cells_by_kpi(self) -> dict[str, Cells]:
        """The cells of each KPI as arrays, in the order of the KPIs."""
        return {
            str(kpi_id): cells_of(rows)
            for (kpi_id,), rows in self.cells.sort(
                "kpi_id", maintain_order=True
            ).group_by(["kpi_id"], maintain_order=True)
        }


def read_evidence(home: Home) -> Evidence:
    """Read the marts and the registry.

    Raises:
        WarehouseProblem: there is no warehouse, or it has no marts yet.
    """
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "there is no warehouse", str(home.warehouse), "run `tandem ingest PATH`"
        )
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            return _evidence(connection)
    except duckdb.CatalogException as error:
        raise WarehouseProblem(
            "the marts are not there", str(home.warehouse), "run `tandem build`"
        ) from error


def _evidence(connection: duckdb.DuckDBPyConnection) -> Evidence:
    programmes = connection.sql(PROGRAMMES).fetchall()
    kpis = connection.sql(KPIS).pl().to_dicts()
    known_until = connection.sql(KNOWN_UNTIL).fetchall()
    return Evidence(
        cells=_with_persons(connection, connection.sql(CELLS).pl()),
        life_table=connection.sql(LIFE_TABLE).pl(),
        classes={name: kind for name, kind, _days in programmes},
        horizons={name: float(days) for name, _kind, days in programmes},
        cohorts=connection.sql(COHORTS).pl(),
        category_labels=dict(connection.sql(CATEGORIES).fetchall()),
        kpis={kpi["kpi_id"]: Kpi(**kpi) for kpi in kpis},
        known_until=known_until[0][0] if known_until else None,
    )


def _with_persons(
    connection: duckdb.DuckDBPyConnection, cells: pl.DataFrame
) -> pl.DataFrame:
    """Add `persons`, the numbers of the distinct people of each cell.

    The same person may be in several cohorts and quarters: the gates count people. The
    numbers are those of this read only.
    """
    found = [
        connection.sql(
            f"""
            select
                $kpi_id as kpi_id,
                {", ".join(f"enrolments.{name}" for name in STRATUM)},
                measured."{anchor}" as period_start_date,
                list(distinct enrolments.person order by enrolments.person) as persons
            from marts."{fact}" as measured
            inner join (
                select *, dense_rank() over (order by learner_key) as person
                from marts.fct_enrolments
            ) as enrolments using (enrolment_id)
            where measured."{numerator}" is not null
            group by all
            """,
            params={"kpi_id": kpi_id},
        ).pl()
        for kpi_id, fact, numerator, anchor in connection.sql(SOURCES).fetchall()
    ]
    if not found:
        return cells
    on = ["kpi_id", *STRATUM, "period_start_date"]
    return cells.join(
        pl.concat(found), on=on, how="left", nulls_equal=True, maintain_order="left"
    )


def current_thresholds(settings: Settings) -> Thresholds:
    """Return the gates' current thresholds."""
    found = settings.vars
    return Thresholds(
        fewest_people=settings.minimum_people,
        fewest_programmes=int(found["compare_fewest_programmes"]),
        overlap_ok=float(found["compare_overlap_ok"]),
        overlap_least=float(found["compare_overlap_least"]),
        effective_least=float(found["compare_effective_least"]),
        smd_refused=float(found["compare_smd_refused"]),
        smd_care=float(found["compare_smd_care"]),
        false_discovery_rate=float(found["compare_false_discovery_rate"]),
        attribute_known_least=float(found["compare_attribute_known_least"]),
    )
