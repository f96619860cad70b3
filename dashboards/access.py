"""Who opened or exported what: written to access.sqlite, by role and time, no person.

An export that cannot be written down does not take place. A page opens all the same:
the oversight page then says that the log cannot be written.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st

from dashboards import reader
from tandem.core.access_log import log_access
from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.query_access import log_query

OPENED, EXPORTED = "page", "export"
KEY = "pages_noted"

log = logging.getLogger(__name__)


class NotLogged(TandemError):
    """access.sqlite cannot be written."""


def note_export(role: str, what: str) -> None:
    """Write down an export.

    Args:
        role: as `reader.recorded_role` gives it.
        what: the table and the snapshot.

    Raises:
        NotLogged: the log cannot be written.
    """
    with _writing() as home:
        log_access(home.access_log, role, EXPORTED, what, datetime.now(UTC))


def note_query(role: str, query: str) -> None:
    """Write down a query, without its texts; one that cannot be does not run.

    Raises:
        NotLogged: the log cannot be written.
    """
    with _writing() as home:
        log_query(home, role, query)


def note_page(name: str, snapshot_id: str) -> None:
    """Write down that the reader opened a page; once per session and snapshot."""
    seen = st.session_state.setdefault(KEY, set())
    if (name, snapshot_id) in seen:
        return
    seen.add((name, snapshot_id))
    what = f"{name}, snapshot {snapshot_id}"
    try:
        with _writing() as home:
            role = reader.recorded_role()
            log_access(home.access_log, role, OPENED, what, datetime.now(UTC))
    except NotLogged as error:
        log.warning("%s (%s)", error.one_line(), error.__cause__)


@contextmanager
def _writing() -> Iterator[Home]:
    """Give the home, to whose log the block writes.

    Raises:
        NotLogged: the log cannot be written.
    """
    home = Home.from_environment()
    try:
        yield home
    except (sqlite3.Error, OSError) as error:
        raise NotLogged(
            "the access log cannot be written", str(home.access_log), "allow writing it"
        ) from error
