"""Rows of charts, made from published rows: selected, labelled and sorted."""

from typing import Any

import polars as pl

from dashboards import formats
from dashboards.charts import programme_strip, rates
from dashboards.presenters import states
from dashboards.theme import MODES, mode_style
from dashboards.words import detail_words
from tandem.core.wording import render

Row = dict[str, Any]


def rates_by_mode(cells: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Return a row per delivery mode for `charts.rates`, in the fixed order of modes.

    Args:
        cells: published cells of one KPI with delivery_mode.
        unit: of the KPI.
    """
    by_mode = {row["delivery_mode"]: row for row in cells.iter_rows(named=True)}
    order = [mode for mode in MODES if mode in by_mode]
    order += sorted(set(by_mode) - set(order))
    return pl.DataFrame(
        [
            {
                "label": mode_style(mode).label,
                "mode": mode,
                "unit": unit,
                "value": row["value"],
                "ci_low": row["ci_low"],
                "ci_high": row["ci_high"],
                "base": base_in_short(row),
                "state": states.of_cell(row) or "shown",
                "state_detail": detail_words(row["state_detail"]),
            }
            for mode, row in ((mode, by_mode[mode]) for mode in order)
        ],
        schema=rates.SCHEMA,
    )


def base_in_short(row: Row) -> str:
    """Return the base of a published cell in words; empty where it is not shown."""
    if row["state"] != "shown":
        return ""
    if row["denominator"] is None:
        return render("tile.base_about", people=formats.count(row["learner_count"]))
    return render("page.rates.base", base=formats.count(row["denominator"]))


def curve_points(found: pl.DataFrame) -> pl.DataFrame:
    """Return the shown points of each delivery mode's curve, in the order of modes."""
    order = {mode: rank for rank, mode in enumerate(MODES)}
    return found.filter(
        (pl.col("state") == "shown") & pl.col("delivery_mode").is_in(list(order))
    ).sort(pl.col("delivery_mode").replace_strict(order, return_dtype=pl.Int64), "day")


def programme_marks(
    cells: pl.DataFrame,
    programmes: pl.DataFrame,
    averages: dict[str, float | None],
    unit: str,
) -> pl.DataFrame:
    """Return a row per programme with a shown value, for `charts.programme_strip`.

    Args:
        cells: published cells of one KPI by programme.
        programmes: pub.programmes, those of the chosen category.
        averages: the published value of each mode.
        unit: of the KPI.
    """
    modes = dict(programmes.select("programme_id", "delivery_modes").iter_rows())
    names = dict(programmes.select("programme_id", "programme_name").iter_rows())
    order = [*MODES, programme_strip.SEVERAL]
    rows = []
    for row in cells.filter(pl.col("state") == "shown").iter_rows(named=True):
        listed = modes.get(row["programme_id"])
        if not listed:
            continue
        mode = programme_strip.SEVERAL if "," in listed else listed
        rows.append(
            {
                "mode": mode,
                "programme_name": names[row["programme_id"]] or row["programme_id"],
                "value": row["value"],
                "average": averages.get(mode),
                "unit": unit,
            }
        )
    known = [row for row in rows if row["mode"] in order]
    known.sort(key=lambda row: (order.index(row["mode"]), row["programme_name"]))
    return pl.DataFrame(known, schema=programme_strip.SCHEMA)
