"""The row of tiles: value, likely range, base and change, or a state."""

from collections.abc import Sequence

import streamlit as st

from dashboards.components import value_state
from dashboards.presenters.tiles import Tile

NARROWEST = 150  # pixels of a tile; the row wraps if there is less room


def draw(tiles: Sequence[Tile]) -> None:
    """Draw tiles side by side, or below each other on a narrow screen."""
    grid = st.grid(len(tiles), min_column_width=NARROWEST, border=True)
    for tile in tiles:
        with grid.cell(), st.container(gap="xsmall"):
            _draw(tile)


def _draw(tile: Tile) -> None:
    st.markdown(f"**{tile.label}**")
    if tile.state:
        value_state.draw(tile.state)
        st.caption(tile.reason)
        return
    st.metric(tile.label, tile.value, label_visibility="collapsed")
    st.markdown(tile.span)
    if tile.change:
        st.markdown(tile.change)
    st.caption(tile.base)
