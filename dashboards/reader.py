"""Who reads, in this session: signing in says so; without it, all pages are open."""

import streamlit as st

from tandem.core.readers import Reader
from tandem.core.roles import ROLES

KEY = "reader"
NOT_SIGNED_IN = "not_signed_in"


def current_reader() -> Reader:
    """Return the current reader; one with all roles where nobody signs in."""
    return st.session_state.get(KEY) or Reader()


def keep(signed_in: Reader | None) -> None:
    """Keep who has signed in for this run; None where nobody signs in."""
    st.session_state[KEY] = signed_in


def is_signed_in() -> bool:
    """Return whether the current reader has signed in."""
    return st.session_state.get(KEY) is not None


def current_roles() -> tuple[str, ...]:
    """Return the roles of the current reader; all of them where nobody signs in."""
    return current_reader().roles


def may_open(roles: tuple[str, ...]) -> bool:
    """Return whether the current reader has one of some roles."""
    return bool(set(roles) & set(current_roles()))


def recorded_role(allowed: tuple[str, ...] = ROLES) -> str:
    """Return the role under which the current reader's action is recorded.

    Args:
        allowed: roles that may act so.

    Returns:
        The first of the reader's roles that may act so, the first of all roles where
        none may; NOT_SIGNED_IN where nobody signs in.
    """
    if not is_signed_in():
        return NOT_SIGNED_IN
    own = current_roles()
    return next((role for role in own if role in allowed), own[0] if own else "none")
