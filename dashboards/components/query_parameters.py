"""Choices in the URL of the page, as codes that do not depend on the words on screen.

Streamlit's own binding would write the words, and a link would break when they are
translated or a category is renamed.

Back and Forward bring an earlier URL: what it says wins over what the session holds.
A page that is opened from the menu has a URL without parameters: the session's choices
stay, and are written to that URL.
"""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

SEEN = "url_seen"  # key -> the value in the URL after the last run, None without one
PAGE = "url_page"
# Streamlit adds an entry to the history for each parameter that is written. One action
# of the reader is one entry, so that Back undoes it whole.
ONE_ENTRY_AN_ACTION = """<script>
if (!window.tandemHistory) {
    window.tandemHistory = true;
    let hasActed = false;
    for (const kind of ['pointerdown', 'keydown', 'click', 'change']) {
        window.addEventListener(kind, () => { hasActed = true }, true);
    }
    const push = history.pushState.bind(history);
    history.pushState = (...entry) => {
        if (hasActed) push(...entry); else history.replaceState(...entry);
        hasActed = false;
    };
}
</script>"""


def follow_history() -> None:
    """Take over what Back, Forward or a link changed in the URL.

    Call it once per run, before any choice is read.
    """
    context = get_script_run_ctx(suppress_warning=True)
    page = context.page_script_hash if context else ""
    is_other_page = st.session_state.get(PAGE, page) != page
    st.session_state[PAGE] = page
    for key, seen in st.session_state.setdefault(SEEN, {}).items():
        now = st.query_params.get(key)
        if now != seen and not (is_other_page and now is None):
            st.session_state[key] = now or ""  # no option: `read` sets the default


def draw_script() -> None:
    """Let the browser keep one entry of its history for each action of the reader."""
    st.html(ONE_ENTRY_AN_ACTION, unsafe_allow_javascript=True)


def choose(
    key: str,
    label: str,
    words: Mapping[str, str],
    default: str | None = None,
    *,
    draw: Callable[..., str] = st.selectbox,
    **options: object,
) -> str:
    """Draw the choice of one option, kept in the URL; return its code.

    Args:
        key: of the control, and of the query parameter.
        label: of the control.
        words: code -> what the reader sees, in the order of the options.
        default: the code without a query parameter; None for the first.
        draw: Streamlit's control.
        **options: of that control.
    """
    first = next(iter(words)) if default is None else default
    read(key, list(words), first)
    chosen = draw(
        label,
        list(words),
        format_func=lambda code: words.get(code, code),
        key=key,
        **options,
    )
    write(key, chosen, first)
    return chosen


def read(key: str, options: Sequence[str], default: str) -> None:
    """Set a control to the value in the URL; call it before the control is drawn.

    Args:
        key: of the control, and of the query parameter.
        options: the codes that may be chosen; any other falls back to the default.
        default: the code without a query parameter.
    """
    requested = st.session_state.get(key, st.query_params.get(key))
    st.session_state[key] = requested if requested in options else default


def keep(key: str) -> None:
    """Keep the choice of a control that this page does not draw, for the next page."""
    if key in st.session_state:
        st.session_state[key] = st.session_state[key]
    st.session_state.setdefault(SEEN, {})[key] = st.query_params.get(key)


def write(key: str, chosen: str, default: str) -> None:
    """Keep a choice in the URL; a default is left out of it."""
    if chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
    st.session_state.setdefault(SEEN, {})[key] = st.query_params.get(key)
