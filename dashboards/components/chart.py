"""A chart with alt text and a table, for readers who cannot see it."""

from zlib import crc32

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboards.components import html_table
from dashboards.theme import CONFIG
from tandem.core.wording import render


def draw(figure: go.Figure, alt: str, data_table: pl.DataFrame, key: str) -> None:
    """Draw a chart and, below it, the same numbers as a table.

    Args:
        figure: in the house template.
        alt: the content of the chart in words, with its numbers.
        data_table: the rows of the table.
        key: unique on the page.
    """
    st.plotly_chart(figure, theme=None, config=CONFIG, alt=alt, key=key)
    with st.expander(render("page.show_table"), key=f"{key}_table"):
        table(data_table, alt, key)


def table(rows: pl.DataFrame, alt: str, key: str = "") -> None:
    """Draw a plain table, with a button that downloads it.

    Args:
        rows: of the table.
        alt: what it shows; screen readers hear it first.
        key: unique on the page; empty for one made of the words that it shows.
    """
    html_table.draw(rows, alt, key or f"table_{crc32(alt.encode()):08x}")
