"""The pub tables of one snapshot, from a warehouse that passed the gate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import polars as pl

from publishing import catalogue
from publishing.blended import Year
from publishing.cells import Calendar, publish_cells
from publishing.cohorts import COHORTS, cohort_results, programme_cohorts
from publishing.comparisons import COMPARISONS, STATISTICS, comparisons, statistics
from publishing.cubes import quarter_number, read_cubes
from publishing.curves import curves
from publishing.database_files import Tables
from publishing.decisions import Evidence, decisions
from publishing.disclosure.figures import Rule
from publishing.disclosure.nested import nested_counts, rests_of
from publishing.funnels import hidden_steps
from publishing.page_kpis import (
    by_importance,
    kpis_on_pages,
    page_kpis,
    sparse_cells,
    sparse_kpis,
)
from publishing.people import people_behind
from publishing.pilots import PILOTS, pilots
from publishing.plans import (
    PLANS,
    outlook_of,
    plan_status,
    planned_facts,
    registry_of,
)
from publishing.programme_facts import FACTS, MODES, break_even
from publishing.programmes import (
    BENCHMARKS,
    CHANGES,
    PLACEBO,
    headline_year,
    programme_benchmarks,
    programme_changes,
)
from publishing.small_groups import check_small_groups
from publishing.units import populations
from publishing.waterfall import MOST_ENROLMENTS, WATERFALL, waterfall
from publishing.ways_through import ways_through
from publishing.year_to_date import Facts
from tandem.core.errors import NotPublished
from tandem.core.progress import step
from tandem.core.settings import Settings

KPIS = "from warehouse.seeds.kpis order by kpi_id"

BASE_CELLS = """
select
    kpi_id,
    coalesce(delivery_mode, 'unknown') as delivery_mode,
    coalesce(outcome_category, 'unclassified') as outcome_category,
    programme_id,
    coalesce(business_unit, 'unknown') as business_unit,
    coalesce(region, 'unknown') as region,
    period_start_date,
    sum(numerator)::double as numerator,
    sum(denominator)::double as denominator,
    sum(denominator_learner_count)::bigint as learner_count,
    max(numerator_learner_count)::bigint as numerator_learner_count,
    max(complement_learner_count)::bigint as complement_learner_count,
from warehouse.marts.fct_kpis
where period_start_date is not null and denominator_learner_count > 0
group by all
order by all
"""

LIFE_TABLE = "from warehouse.marts.fct_life_table"


@dataclass(frozen=True)
class Stamp:
    """The columns of pub.snapshot that do not depend on the content."""

    snapshot_id: str
    published_at: datetime
    code_version: str


def assemble(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    accepted: pl.DataFrame,
    earlier: pl.DataFrame | None = None,
) -> Tables:
    """Return every pub table; pub.snapshot lacks the columns of `Stamp`.

    Args:
        connection: with the warehouse attached as `warehouse`.
        settings: k, margin and the fiscal year, and the organisation's name.
        accepted: pub.accepted_warnings.
        earlier: the cells of kept snapshots, from `earlier_cells`; None for none.

    Raises:
        NotPublished: there is nothing to publish, or the privacy audit failed.
    """
    k = settings.minimum_people
    as_of = connection.sql(catalogue.AS_OF).fetchall()[0][0]
    kpis = connection.sql(KPIS).pl()
    complete = kpis_on_pages(kpis)
    read = [*complete, *sparse_kpis(complete)]
    base_cells = connection.sql(BASE_CELLS).pl().filter(pl.col("kpi_id").is_in(read))
    if base_cells.is_empty() or as_of is None:
        raise NotPublished(
            "no KPI has any evidence",
            "marts.fct_kpis",
            "land a roster, or a list of people that names their cohort and programme, "
            "then tandem build",
        )
    rule = Rule(
        k,
        int(settings.vars["minimum_people_each_side"]),
        float(settings.vars["largest_contributor_percent"]),
    )
    tables = _suppressed_tables(
        connection, settings, rule, as_of, kpis, base_cells, earlier
    )
    tables["page_kpis"] = page_kpis()
    tables["kpis"] = kpis.select(
        name for name in catalogue.KPI_COLUMNS if name in kpis.columns
    )
    tables["outcome_categories"] = connection.sql(catalogue.CATEGORIES).pl()
    tables["sources"] = connection.sql(catalogue.SOURCES, params={"k": k}).pl()
    tables["accepted_warnings"] = accepted
    tables["decisions"] = decisions(_evidence(tables, settings.vars))
    snapshot = _snapshot_row(tables["kpi_cells"], settings, k, as_of)
    currency = connection.sql(catalogue.CURRENCY).pl()["currency"]
    tables["snapshot"] = snapshot.with_columns(currency)
    check_small_groups(tables, k)
    return tables


def _suppressed_tables(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    rule: Rule,
    as_of: datetime,
    kpis: pl.DataFrame,
    base_cells: pl.DataFrame,
    earlier: pl.DataFrame | None,
) -> Tables:
    """Return the tables with numbers about groups, after suppression."""
    base_cells = base_cells.with_columns(
        quarter_number("period_start_date").alias("quarter")
    )
    is_complete = pl.col("kpi_id").is_in(kpis_on_pages(kpis))
    kpi_ids = base_cells["kpi_id"].unique().to_list()
    sparse = base_cells.filter(~is_complete)
    base_cells = base_cells.filter(is_complete)
    calendar = Calendar.of(
        base_cells,
        as_of,
        settings.vars["fiscal_year_start_month"],
        settings.vars["quarters_published"],
    )
    shares = frozenset(kpis.filter(pl.col("unit") == "share")["kpi_id"])
    order = by_importance(kpis, kpis_on_pages(kpis))
    nested = nested_counts(populations(connection, kpi_ids), order)
    rests = rests_of(nested)
    with step("Hiding small groups", kpis.height):
        published = publish_cells(
            base_cells,
            people_behind(connection, base_cells["kpi_id"].unique().to_list()),
            shares,
            read_cubes(),
            calendar,
            rule,
            rests,
            earlier,
        ).joined(
            sparse_cells(connection, sparse, shares, calendar, rule, rests, earlier)
        )
    published = published.without_small_rests(nested, rule.k)
    if earlier is not None:
        published = published.compared_with(earlier, shares, rule.k)
    if published.remaining:
        names = ", ".join(sorted(published.remaining))
        raise NotPublished(
            f"privacy_audit: small groups can be computed in {names}",
            "publishing/cubes.toml",
            "remove the cube that discloses them; this cannot be accepted",
        )
    cells = published.cells.select(catalogue.CELL_COLUMNS)
    cohorts, k = connection.sql(catalogue.COHORTS).pl(), rule.k
    enrolments = catalogue.enrolment_counts(connection, k)
    programmes = catalogue.programmes(cohorts, enrolments)
    compared = connection.sql(COMPARISONS).pl()
    reviewed = compared["period_end_date"].max() or cells["period_end_date"].max()
    life_table = connection.sql(LIFE_TABLE).pl()
    facts = Facts(
        base_cells, pl.DataFrame(), cells, shares, calendar, rule, as_of.date()
    )
    return {
        "kpi_cells": cells,
        "privacy_audit": published.audit,
        "programmes": programmes,
        "programme_facts": connection.sql(FACTS).pl(),
        "break_even": break_even(connection, programmes, k),
        "programme_cohorts": programme_cohorts(
            connection.sql(COHORTS).pl(),
            cohort_results(connection, kpis),
            cells,
            _headline(kpis) or "",
            rule,
        ),
        "programme_modes": connection.sql(MODES).pl(),
        "mode_mix": catalogue.mode_mix(cohorts, enrolments),
        "kpi_statistics": statistics(connection.sql(STATISTICS).pl(), k),
        "life_curves": curves(life_table, k),
        "mode_comparisons": comparisons(compared, cells, k),
        "kpi_waterfall": waterfall(
            connection.sql(WATERFALL).pl(),
            cells,
            connection.sql(MOST_ENROLMENTS).fetchall()[0][0],
            k,
        ),
        "pilots": pilots(connection.sql(PILOTS).pl(), k),
        "plan_status": _plan_status(connection, facts, life_table, kpis),
        "placebo_results": connection.sql(PLACEBO).pl(),
        "programme_benchmarks": programme_benchmarks(
            connection.sql(BENCHMARKS).pl(), cells
        ),
        "programme_changes": programme_changes(connection.sql(CHANGES).pl(), cells),
        **ways_through(
            connection,
            Year.ending(reviewed),
            headline_year(cells, _headline(kpis) or "", reviewed),
            hidden_steps(kpis, cells, reviewed),
            k,
        ),
    }


def _plan_status(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    life_table: pl.DataFrame,
    kpis: pl.DataFrame,
) -> pl.DataFrame:
    plans = connection.sql(PLANS).pl()
    return plan_status(
        plans,
        planned_facts(connection, plans, facts),
        outlook_of(connection, life_table, facts),
        registry_of(kpis, kpis_on_pages(kpis), _headline(kpis)),
    )


def stamped(tables: Tables, stamp: Stamp) -> Tables:
    """Return the tables with the snapshot's own id, time and code version."""
    snapshot = tables["snapshot"].with_columns(
        pl.lit(stamp.snapshot_id).alias("snapshot_id"),
        pl.lit(stamp.published_at.replace(tzinfo=None)).alias("published_at"),
        pl.lit(stamp.code_version).alias("code_version"),
    )
    return tables | {"snapshot": snapshot}


def _snapshot_row(
    cells: pl.DataFrame, settings: Settings, k: int, as_of: datetime
) -> pl.DataFrame:
    organisation = settings.section("organisation")
    with_people = cells.filter(pl.col("state").is_in(["shown", "hidden"]))
    return pl.DataFrame(
        {
            "as_of": [as_of],
            "k": [k],
            "organisation_name": [organisation.get("name", "Your organisation")],
            "is_sample": [bool(organisation.get("is_sample", False))],
            "fiscal_year_start_month": [settings.vars["fiscal_year_start_month"]],
            "hidden_cell_count": [(with_people["state"] == "hidden").sum()],
            "cell_count": [with_people.height],
        }
    )


def _headline(kpis: pl.DataFrame) -> str | None:
    return next(iter(kpis.filter("is_headline")["kpi_id"]), None)


def _evidence(tables: Tables, thresholds: dict[str, Any]) -> Evidence:
    return Evidence(
        headline=_headline(tables["kpis"]),
        changes=tables["programme_changes"],
        comparisons=tables["mode_comparisons"],
        programmes=tables["programmes"],
        categories=tables["outcome_categories"],
        sources=tables["sources"],
        unmatched_share=thresholds["expect_unmatched_share"],
    )
