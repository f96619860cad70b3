"""A chart with what makes it readable without seeing it: words, alt text, a table."""

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboards.theme import CONFIG
from tandem.core.wording import render


def draw(figure: go.Figure, alt: str, twin: pl.DataFrame, key: str) -> None:
    """Draw a chart and, below it, the same numbers as a table.

    Args:
        figure: in the house template.
        alt: the finding in words, with its numbers.
        twin: the rows of the table.
        key: unique on the page.
    """
    st.plotly_chart(figure, theme=None, config=CONFIG, alt=alt, key=key)
    with st.expander(render("page.twin"), key=f"{key}_twin"):
        table(twin, alt)


def table(rows: pl.DataFrame, alt: str) -> None:
    """Draw a plain table; screen readers hear `alt` first."""
    st.table(rows, border="horizontal", hide_index=True, alt=alt)
