"""The reader's choices on the page that compares modes; kept in the URL."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards.components import query_parameters
from dashboards.presenters.verdicts import pair_words
from tandem.core.wording import render

LIKE_FOR_LIKE, AS_HAPPENED = "like_for_like", "as_happened"


def kpi(registry: pl.DataFrame, compared: pl.DataFrame) -> dict[str, Any] | None:
    """Draw the choice of the KPI; return its registry row, None where there is none."""
    known = registry.filter(
        pl.col("kpi_id").is_in(compared["kpi_id"].unique().to_list())
    )
    if known.is_empty():
        return None
    by_id = {row["kpi_id"]: row for row in known.iter_rows(named=True)}
    names = {kpi_id: row["kpi_name"] for kpi_id, row in by_id.items()}
    label = render("page.compare.measure")
    return by_id[query_parameters.choose("measure", label, names, width=360)]


def pair(pairs: list[tuple[str, str]]) -> tuple[str, str]:
    """Draw the choice of two modes, the pair with most estimates first."""
    by_name = {f"{first}-{second}": (first, second) for first, second in pairs}
    words = {name: pair_words(*modes) for name, modes in by_name.items()}
    return by_name[_choice("modes", render("page.compare.pair"), words)]


def is_like_for_like(adjusted: str) -> bool:
    """Draw the choice between adjusted and unadjusted figures.

    Args:
        adjusted: the words for the adjusted ones.
    """
    words = {LIKE_FOR_LIKE: adjusted, AS_HAPPENED: render("page.view.as_happened")}
    return _choice("view", render("page.view"), words) == LIKE_FOR_LIKE


def _choice(key: str, label: str, words: dict[str, str]) -> str:
    """Draw a choice of a few options; the first is the default."""
    return query_parameters.choose(
        key, label, words, draw=st.segmented_control, required=True
    )
