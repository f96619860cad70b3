"""HTML that pages draw themselves: faster in the browser than widgets and charts.

Streamlit removes scripts and inline SVG from it; drawings are images (charts/svg.py).
"""

from html import escape
from pathlib import Path

import streamlit as st

STYLES = Path(__file__).parent.parent / "theme.css"


def text(words: object) -> str:
    """Return words or a number so that they cannot be read as markup."""
    return escape(str(words), quote=True)


def draw(markup: str, *, css_class: str = "") -> None:
    """Draw markup in the styles of theme.css.

    Args:
        markup: of which every word from data went through `text`.
        css_class: further classes of the outermost element.
    """
    st.html(f'<div class="td {css_class}">{markup}</div>')


def draw_headline(finding: str, lead: str = "") -> None:
    """Draw the finding that a page begins with, and a line below it.

    Args:
        finding: a sentence.
        lead: what it rests on; empty for none.
    """
    below = f'<p class="td-lead">{text(lead)}</p>' if lead else ""
    draw(f'<h2 class="td-headline">{text(finding)}</h2>{below}')


def draw_styles() -> None:
    """Load theme.css; call it once in a rerun."""
    st.html(STYLES)
