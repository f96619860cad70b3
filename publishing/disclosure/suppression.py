"""Cell suppression: which cells of a KPI are hidden, and why.

Primary suppression hides a cell of fewer than k distinct people, and an amount of which
one person has too large a part. Where fewer than `each_side` distinct people are behind
a share or outside of it, a band replaces it, however many events they have; an amount
of so few people is hidden. Complementary suppression then protects these cells, and
what is left of a cell after its published parts are subtracted, in three steps: the
sizes of small groups, the same for every KPI of one population, so that one KPI cannot
disclose what another hides; the numerators; and at last everything that is published of
the KPI together, rounded counts, shares in whole points and bands included.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from publishing.cubes import Cube
from publishing.disclosure.complementary import Measure, SuppressionPlan
from publishing.disclosure.dominance import mark_dominated
from publishing.disclosure.figures import HIGH, LOW, Knowledge, Rule, describe
from publishing.disclosure.kpi_table import KpiTable
from publishing.disclosure.linked_tables import (
    LinkedTables,
    link_tables,
    measure_values,
    number_cells,
)
from publishing.disclosure.relations import Bounds
from publishing.disclosure.sensitivity import Groups
from publishing.disclosure.single_relations import suppress_in_single_relations

MOST_TO_SOLVE = 100  # that programmes over rounded cells are solved for; takes seconds


@dataclass(frozen=True)
class SuppressionResult:
    """The cells of one KPI, and which of them are suppressed.

    Attributes:
        cells: the numbered cells with `reason`: null where shown, else small, few,
            dominated, share_low, share_high or complementary.
        audit: one row per measure: how many cells and relations there are, how they
            were attacked (`exact_cells`: by linear programmes over those, and by bounds
            over the others; `all_cells`: by linear programmes), and how many exposures
            the last audit still found.
    """

    cells: pl.DataFrame
    audit: pl.DataFrame

    @property
    def exposure_count(self) -> int:
        """How many exposures remain; 0 where the audit passed."""
        return int(self.audit["exposure_count"].sum())


def primary_reason(rule: Rule, is_share: bool) -> pl.Expr:
    """Return the reason for a cell's primary suppression, null where it has none.

    Args:
        rule: how small a group may be.
        is_share: whether the KPI's numerator counts members of its denominator.
    """
    small = pl.when(pl.col("people") < rule.k).then(pl.lit("small"))
    counted = pl.col("numerator_people") < rule.each_side
    if not is_share:
        dominated = small.when(pl.col("is_dominated")).then(pl.lit("dominated"))
        return dominated.when(counted).then(pl.lit("few"))
    others = pl.col("complement_people") < rule.each_side
    return small.when(counted).then(pl.lit(LOW)).when(others).then(pl.lit(HIGH))


def suppress_cells(table: KpiTable, rule: Rule) -> SuppressionResult:
    """Suppress what must be hidden among the cells of one KPI."""
    numbered, linked, plan, sensitive, exposed = _protected_sizes(table, rule)
    values = {name: measure_values(numbered, linked, name) for name in sensitive}
    plan.suppressed[: numbered.height] |= numbered["reason"].is_not_null().to_numpy()
    exposed |= _protected(plan, _numerator(table, values, sensitive))
    everything = SuppressionPlan.of(plan.suppressed, plan.cost, linked.relations)
    published = _published_measures(table, numbered, linked, values, sensitive, rule)
    for measure in published.values():
        suppress_in_single_relations(everything, measure)
    reports = {
        name: _audited(everything, measure, exposed.get(name, 0))
        for name, measure in published.items()
    }
    is_hidden = pl.Series(everything.suppressed[: numbered.height])
    reason = pl.when(is_hidden).then(pl.col("reason").fill_null("complementary"))
    cells = numbered.with_columns(reason.alias("reason"))
    audit = pl.DataFrame(
        [
            {
                "measure": name,
                "cell_count": cells.height,
                "hidden_count": int(is_hidden.sum()),
                "relation_count": len(linked.relations),
                **report,
            }
            for name, report in reports.items()
        ]
    )
    return SuppressionResult(cells, audit)


def protect_sizes(table: KpiTable, rule: Rule) -> pl.DataFrame:
    """Return the cells with `is_suppressed`: whose size must not be known exactly.

    Args:
        table: with `is_open` of its cells: of which the size is not known from the
            start.
        rule: how small a group may be.
    """
    numbered, _linked, plan, _sensitive, _exposed = _protected_sizes(table, rule)
    suppressed = pl.Series("is_suppressed", plan.suppressed[: numbered.height])
    return numbered.with_columns(suppressed)


def _protected_sizes(
    table: KpiTable, rule: Rule
) -> tuple[
    pl.DataFrame, LinkedTables, SuppressionPlan, dict[str, np.ndarray], dict[str, int]
]:
    """Protect the sizes of small groups.

    Returns:
        The numbered cells, their relations, what is suppressed, the least widths of
        safe intervals by measure, and how many exposures of each size remain.
    """
    numbered = number_cells(_with_dominance(table, rule)).with_columns(
        primary_reason(rule, table.is_share).alias("reason"),
        pl.col("people").cast(pl.Float64),
    )
    linked = link_tables(table.base_cells, numbered, table.cubes, table.span)
    sensitive = _sensitive(table, numbered, linked, rule)
    is_residual = np.ones(linked.residuals.height, dtype=bool)
    is_exact = np.concatenate([numbered["is_exact"].to_numpy(), is_residual])
    is_open = pl.col("reason") == "small"
    if "is_open" in numbered.columns:
        is_open |= pl.col("is_open")
    opened = numbered.select(is_open.fill_null(False)).to_series().to_numpy()
    plan = SuppressionPlan.of(
        np.concatenate([opened, is_residual]),
        _suppression_cost(numbered, linked, table.cubes),
        [
            relation
            for relation in linked.relations
            if is_exact[[relation.total, *relation.parts]].all()
        ],
    )
    measures = {
        name: Measure(measure_values(numbered, linked, name), sensitive[name])
        for name in ("people", "denominator")
    }
    exposed = _protected(plan, measures)
    return numbered, linked, plan, sensitive, exposed


def _protected(plan: SuppressionPlan, measures: dict[str, Measure]) -> dict[str, int]:
    """Protect measures; return how many exposures of each remain."""
    remaining = plan.add_complementary_suppression(list(measures.values()))
    return dict(zip(measures, map(len, remaining), strict=True))


def _audited(
    plan: SuppressionPlan, measure: Measure, exposed: int
) -> dict[str, str | int]:
    """Attack one measure as it is published, suppress until it is safe, and report.

    Args:
        plan: what is suppressed so far.
        measure: with what is known from the published numbers.
        exposed: exposures of it that remained among exact cells.
    """
    if (measure.sensitive > 0).sum() > MOST_TO_SOLVE:
        return {"attack": "exact_cells", "exposure_count": exposed}
    remaining = plan.suppress_until_safe(measure)
    return {"attack": "all_cells", "exposure_count": len(remaining)}


def _with_dominance(table: KpiTable, rule: Rule) -> pl.DataFrame:
    if table.is_share:
        return table.cells.with_columns(pl.lit(False).alias("is_dominated"))
    return mark_dominated(
        table.cells, table.people, table.cubes, table.span, rule.largest_percent
    )


def _sensitive(
    table: KpiTable, cells: pl.DataFrame, linked: LinkedTables, rule: Rule
) -> dict[str, np.ndarray]:
    """Return the least widths of safe intervals of all cells, by measure."""
    groups = Groups.of(cells, linked, table.base_cells, table.people)
    sizes = np.where(groups.is_small(rule.k), float(rule.k), 0.0)
    counted = groups.share_width(rule) if table.is_share else groups.amount_width(rule)
    return {"people": sizes, "denominator": sizes, "numerator": counted}


def _numerator(
    table: KpiTable, values: dict[str, np.ndarray], sensitive: dict[str, np.ndarray]
) -> dict[str, Measure]:
    """Return the numerator as a measure whose shown cells are exact.

    An amount that may be negative is in no measure: nothing follows from its sums.
    """
    if (values["numerator"] < 0).any():
        return {}
    hidden = None
    if table.is_share:
        size = values["denominator"]
        hidden = Bounds(np.zeros(len(size)), size)
    counted = Measure(values["numerator"], sensitive["numerator"], hidden=hidden)
    return {"numerator": counted}


def _published_measures(
    table: KpiTable,
    cells: pl.DataFrame,
    linked: LinkedTables,
    values: dict[str, np.ndarray],
    sensitive: dict[str, np.ndarray],
    rule: Rule,
) -> dict[str, Measure]:
    """Return each measure with what the published numbers say of its cells."""
    no_reason = pl.lit(None, dtype=pl.String).alias("reason")
    as_shown = describe(cells.with_columns(no_reason), table.is_share, rule)
    hidden_reason = pl.col("reason").fill_null("complementary")
    as_hidden = describe(cells.with_columns(hidden_reason), table.is_share, rule)
    shown, hidden = (
        _known_bounds(table, cells, linked, published, rule)
        for published in (as_shown, as_hidden)
    )
    return {
        name: Measure(
            values[name],
            np.minimum(sensitive[name], hidden[name].high - hidden[name].low),
            shown[name],
            hidden[name],
        )
        for name in shown
    }


def _known_bounds(
    table: KpiTable,
    cells: pl.DataFrame,
    linked: LinkedTables,
    published: pl.DataFrame,
    rule: Rule,
) -> dict[str, Bounds]:
    """Return what published numbers say of each cell by itself, by measure.

    Args:
        table: the KPI.
        cells: its numbered cells, with the true numbers.
        linked: their residual cells, of which nothing is known but that they are
            counts; of a share, also their base, which another KPI may publish.
        published: the same cells as they are published.
        rule: how small a group may be.

    Returns:
        Bounds of `people`, `denominator` and `numerator`; without the last where an
        amount may be negative, since nothing follows from its sums then.
    """
    known = Knowledge.of(cells, published, table.is_share, rule.k)
    nothing = np.full(linked.residuals.height, np.inf)
    bounds = {
        "people": _extended(known.people, nothing),
        "denominator": _extended(known.base, nothing),
    }
    if (cells["numerator"] >= 0).all():
        base = linked.residuals["denominator"].to_numpy()
        most = base if table.is_share else nothing
        bounds["numerator"] = _extended(known.numerator, most)
    return bounds


def _extended(bounds: Bounds, most: np.ndarray) -> Bounds:
    """Return bounds of cells and, after them, of residual cells: 0 to `most`."""
    return Bounds(
        np.concatenate([bounds.low, np.zeros(len(most))]),
        np.concatenate([bounds.high, most]),
    )


def _suppression_cost(
    cells: pl.DataFrame, linked: LinkedTables, cubes: tuple[Cube, ...]
) -> np.ndarray:
    """Return what suppressing costs: people times the cube's cost per person.

    A residual cell is suppressed anyway; its cost is infinite.
    """
    per_person = {cube.name: cube.cost for cube in cubes}
    cost = cells["people"] * cells["cube"].replace_strict(per_person)
    residual = np.full(linked.residuals.height, np.inf)
    return np.concatenate([cost.to_numpy(), residual])
