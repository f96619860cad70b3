"""Who reads: the roles of a session. Signing in sets them; without it all are open."""

import streamlit as st

from tandem.core.roles import ROLES

KEY = "roles"
NOT_SIGNED_IN = "not_signed_in"


def current_roles() -> tuple[str, ...]:
    """Return the roles of the current reader; all of them where nobody signs in."""
    return tuple(st.session_state.get(KEY, ROLES))


def recorded_role(allowed: tuple[str, ...] = ROLES) -> str:
    """Return the role under which the current reader's action is recorded.

    Args:
        allowed: roles that may act so.

    Returns:
        The first of the reader's roles that may act so, the first of all roles where
        none may; NOT_SIGNED_IN where nobody signs in.
    """
    if KEY not in st.session_state:
        return NOT_SIGNED_IN
    own = current_roles()
    return next((role for role in own if role in allowed), own[0] if own else "none")
