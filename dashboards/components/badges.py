"""The states of a value or a verdict: an icon and words, never colour alone."""

import streamlit as st

from tandem.core.wording import render

ICONS = {
    "clear_difference": ":material/check_circle:",
    "no_clear_difference": ":material/help:",
    "too_small_to_matter": ":material/drag_handle:",
    "with_care": ":material/warning:",
    "cannot_compare": ":material/block:",
    "hidden": ":material/visibility_off:",
    "not_measured": ":material/do_not_disturb_on:",
    "still_running": ":material/hourglass_top:",
    "no_data": ":material/inbox:",
    "late": ":material/schedule:",
}


def badge(state: str) -> None:
    """Draw the badge of a state (a key of ICONS)."""
    st.badge(render(f"state.{state}.label"), icon=ICONS[state], color="gray")
