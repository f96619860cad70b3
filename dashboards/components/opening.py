"""What the first page opens with, from a context; the command line says it too."""

import polars as pl

from dashboards import formats
from dashboards.components.page_context import PageContext
from dashboards.presenters import at_a_glance, verdicts
from dashboards.presenters import like_for_like as pairs
from dashboards.presenters.at_a_glance import GlanceView, Windows
from dashboards.queries import comparisons, kpis
from dashboards.theme import mode_style
from tandem.core.wording import render

SPARK_QUARTERS = 1  # windows of the sparklines, where the cut has such


def quarter_words(context: PageContext, label: str) -> str:
    """Return a published label of a quarter in words."""
    return formats.quarter(label, context.about.fiscal_year_start_month)


def windows(context: PageContext) -> Windows:
    """Return the cells of the choice, and of the quarters up to now."""
    cut, quarters = context.cut(), context.selection.trailing_quarters
    end = context.quarter.end
    chosen = kpis.history(context.snapshot, cut, quarters, end)
    recent = kpis.history(context.snapshot, cut, SPARK_QUARTERS, end)
    return Windows(
        chosen,
        recent if recent.height else chosen,
        end,
        quarters,
        lambda label: quarter_words(context, label),
    )


def cost_kpi(registry: pl.DataFrame) -> str | None:
    """Return the KPI of the tile of costs; None where the registry has none."""
    found = registry.filter(pl.col("tile_slot") == "cost").sort("tile_order")
    return found["kpi_id"][0] if found.height else None


def glance(context: PageContext, registry: pl.DataFrame) -> GlanceView:
    """Return the sentence and the tiles of the choice."""
    length, end = context.selection.trailing_quarters, context.quarter.end
    return at_a_glance.glance_view(
        registry,
        windows(context),
        kpis.measured(context.snapshot),
        kpis.costed(context.snapshot, cost_kpi(registry), length, end),
    )


def compared(context: PageContext, kpi_id: str) -> pl.DataFrame:
    """Return the comparisons of a KPI in the chosen window."""
    found = comparisons.comparisons(
        context.snapshot, context.selection.trailing_quarters, context.quarter.end
    )
    return found.filter(pl.col("kpi_id") == kpi_id)


def leads_words(only: str | None, like: pairs.LikeForLike) -> str:
    """Return which mode leads like for like, or that there is one mode only."""
    if only:
        return render("page.glance.leads.one_mode", mode=mode_style(only).label)
    return pairs.leaders_words(like.rows)


def opening_words(context: PageContext) -> str:
    """Return the sentence that the page opens with, as text."""
    registry = kpis.registry(context.snapshot)
    first = at_a_glance.headline_kpi(registry)
    row = registry.filter(pl.col("kpi_id") == first).row(0, named=True)
    found = compared(context, first)
    like = pairs.like_for_like(found, context.chosen_categories, row)
    leads = leads_words(verdicts.only_mode(found), like)
    return " ".join(
        part for part in (glance(context, registry).finished, leads) if part
    )
