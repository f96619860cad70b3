"""KPIs that only one page reads: few cells of each, so that hiding stays cheap.

seeds/page_kpis.csv says which page reads which KPI, and where. Of those that no cube of
cubes.toml holds, the newest two years are published: all together, by delivery mode,
and by programme where the page leads to programmes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import duckdb
import polars as pl

from publishing.cells import Calendar, PublishedCells, publish_cells
from publishing.cubes import Cube, Span
from publishing.disclosure.figures import Rule
from publishing.people import people_behind
from tandem.core.seeds import seed_rows

YEAR = 4  # quarters
CUBES = (
    Cube("all", (), (YEAR,), 100),
    Cube("mode", ("delivery_mode",), (YEAR,), 20),
)
PROGRAMME = Cube("programme", ("programme_id",), (YEAR,), 2)


def page_kpis() -> pl.DataFrame:
    """Return pub.page_kpis: which page reads which KPI in which place."""
    return pl.DataFrame(
        seed_rows("page_kpis"),
        schema={
            "page": pl.String,
            "place": pl.String,
            "kpi_id": pl.String,
            "position": pl.String,
            "is_by_programme": pl.String,
        },
    ).with_columns(
        pl.col("position").cast(pl.Int64), pl.col("is_by_programme") == "true"
    )


def kpis_on_pages(kpis: pl.DataFrame) -> list[str]:
    """Return the KPIs of which every cube is published, in alphabetical order.

    Hiding small groups takes seconds for each KPI. The headline, tiles and what takes
    their place, comparisons and watched KPIs are read in every cube. Of those in
    seeds/page_kpis.csv there are a few cells; all others have none here.

    Args:
        kpis: the registry.
    """
    is_read = pl.any_horizontal(
        "is_headline", "is_compared", "is_watched", pl.col("tile_slot").is_not_null()
    )
    read = kpis.filter(is_read)["kpi_id"]
    return sorted({*read, *kpis["fallback_kpi"].drop_nulls()})


def sparse_kpis(known: Collection[str]) -> dict[str, bool]:
    """Return the KPIs of pages that have no cells yet, and whether by programme.

    Args:
        known: KPIs of which every cube is published.
    """
    wanted = page_kpis().filter(~pl.col("kpi_id").is_in(list(known)))
    return dict(wanted.group_by("kpi_id").agg(pl.col("is_by_programme").any()).rows())


def by_importance(kpis: pl.DataFrame, complete: Collection[str]) -> list[str]:
    """Return the KPIs: the headline, those of every cube, the others.

    Args:
        kpis: the registry; its order decides among equals.
        complete: KPIs of which every cube is published.
    """
    is_sparse = ~pl.col("kpi_id").is_in(list(complete))
    order = [~pl.col("is_headline"), is_sparse, pl.col("list_order"), pl.col("kpi_id")]
    return kpis.sort(order, nulls_last=True)["kpi_id"].to_list()


def sparse_cells(
    connection: duckdb.DuckDBPyConnection,
    base_cells: pl.DataFrame,
    shares: frozenset[str],
    calendar: Calendar,
    rule: Rule,
    rests: Mapping[str, Sequence[pl.DataFrame]],
    earlier: pl.DataFrame | None = None,
) -> list[PublishedCells]:
    """Publish the newest two years of the KPIs of `sparse_kpis`.

    Args:
        connection: with the warehouse attached as `warehouse`.
        base_cells: as `publish_cells` takes them, of KPIs without other cells.
        shares: KPIs whose numerator counts members of the denominator.
        calendar: of all KPIs.
        rule: how small a group may be.
        rests, earlier: as `publish_cells` takes them.
    """
    newest = calendar.span.newest
    first = max(calendar.span.oldest, newest - YEAR)
    recent = base_cells.filter(pl.col("quarter") >= first)
    within = replace(
        calendar,
        span=Span(first, newest),
        oldest=max(calendar.oldest, newest - 1),
    )
    of_programmes = {name for name, is_by in sparse_kpis(()).items() if is_by}
    found = []
    for cubes, is_wanted in (
        (CUBES, ~pl.col("kpi_id").is_in(of_programmes)),
        ((*CUBES, PROGRAMME), pl.col("kpi_id").is_in(of_programmes)),
    ):
        cells = recent.filter(is_wanted)
        if cells.is_empty():
            continue
        people = people_behind(connection, cells["kpi_id"].unique().to_list()).filter(
            pl.col("quarter").is_between(first, newest)
        )
        found.append(
            publish_cells(cells, people, shares, cubes, within, rule, rests, earlier)
        )
    return found
