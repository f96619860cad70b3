"""The row of tiles: value, likely range, base and change, or the honest state."""

from collections.abc import Sequence

import streamlit as st

from dashboards.answers.tiles import Tile
from dashboards.components.badges import badge

NARROWEST = 150  # pixels; the row wraps below it


def draw(tiles: Sequence[Tile]) -> None:
    """Draw tiles side by side, or below each other where there is no room."""
    grid = st.grid(len(tiles), min_column_width=NARROWEST, border=True)
    for tile in tiles:
        with grid.cell(), st.container(gap="xsmall"):
            _draw(tile)


def _draw(tile: Tile) -> None:
    st.markdown(f"**{tile.label}**")
    if tile.state:
        badge(tile.state)
        st.caption(tile.reason)
        return
    st.metric(tile.label, tile.value, label_visibility="collapsed")
    st.markdown(tile.span)
    if tile.change:
        st.markdown(tile.change)
    st.caption(tile.base)
