"""The reader's language: chosen on every page, kept in the URL as a code."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboards.components import query_parameters
from tandem.core.wording import ENGLISH, is_reviewed, offered_languages, render

KEY = "lang"  # of the control, and of the query parameter


def current() -> str:
    """Return the language of this reader: chosen, in the URL, or the browser's."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH  # no reader: presenters and charts in tests and packs
    # A page renders hundreds of sentences; reading the URL is the dearer of the two.
    chosen = st.session_state.get(KEY) or st.query_params.get(KEY)
    return chosen if chosen in offered_languages() else of_browser()


def begin() -> None:
    """Settle the language of a run before anything is written; call it once per run."""
    query_parameters.read(KEY, list(offered_languages()), of_browser())


def of_browser() -> str:
    """Return the browser's language where it is offered, else English."""
    code = (st.context.locale or "").replace("_", "-").split("-")[0].lower()
    return code if code in offered_languages() else ENGLISH


def draw() -> None:
    """Draw the choice in the sidebar, and tell the browser the page's language."""
    names = {code: _name(code, own) for code, own in offered_languages().items()}
    with st.sidebar:
        label = render("language.label")
        chosen = query_parameters.choose(KEY, label, names, of_browser())
        st.html(
            f"<script>document.documentElement.lang = '{chosen}'</script>",
            unsafe_allow_javascript=True,
        )
        query_parameters.draw_script()


def _name(code: str, own_name: str) -> str:
    return own_name if is_reviewed(code) else f"{own_name} ({_unreviewed(code)})"


def _unreviewed(code: str) -> str:
    return render("language.unreviewed", language=code)
