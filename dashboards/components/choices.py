"""What the reader chooses on the page that compares modes; kept in the address."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards.answers.pairs import pair_words
from tandem.wording import render

LIKE_FOR_LIKE, AS_HAPPENED = "like_for_like", "as_happened"


def kpi(registry: pl.DataFrame, compared: pl.DataFrame) -> dict[str, Any] | None:
    """Draw the choice of the KPI; return its registry row, None where there is none."""
    known = registry.join(compared, on="kpi_id", how="semi", maintain_order="left")
    if known.is_empty():
        return None
    by_id = {row["kpi_id"]: row for row in known.iter_rows(named=True)}
    chosen = st.selectbox(
        render("page.compare.measure"),
        list(by_id),
        format_func=lambda kpi_id: by_id[kpi_id]["kpi_name"],
        key="measure",
        bind="query-params",
        width=360,
    )
    return by_id[chosen or next(iter(by_id))]


def pair(pairs: list[tuple[str, str]]) -> tuple[str, str]:
    """Draw the choice of two modes, the pair with most answers first."""
    by_name = {f"{first}-{second}": (first, second) for first, second in pairs}
    chosen = st.segmented_control(
        render("page.compare.pair"),
        list(by_name),
        format_func=lambda name: pair_words(*by_name[name]),
        default=next(iter(by_name)),
        required=True,
        key="modes",
        bind="query-params",
    )
    return by_name[chosen]


def is_like_for_like() -> bool:
    """Draw the choice between evened out and as it happened."""
    chosen = st.segmented_control(
        render("page.view"),
        [LIKE_FOR_LIKE, AS_HAPPENED],
        format_func=lambda view: render(f"page.view.{view}"),
        default=LIKE_FOR_LIKE,
        required=True,
        key="view",
        bind="query-params",
    )
    return chosen == LIKE_FOR_LIKE
