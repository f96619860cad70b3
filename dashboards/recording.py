"""What readers decide in the app, written to the journal and read from it.

Who may write which kind, and what it means, is the table of tandem/core/journal_kinds.
A change is a new entry about the same subject: the newest is its state.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from dashboards import reader
from tandem.core import journal
from tandem.core.addresses import names_somebody
from tandem.core.errors import TandemError, WrongUse
from tandem.core.files import Home
from tandem.core.journal_kinds import KINDS, Kind
from tandem.core.wording import render

Row = dict[str, Any]


class NotRecorded(TandemError):
    """The journal refuses an entry; `what` says why, in the reader's language."""


def may_record(kind: str) -> bool:
    """Return whether the current reader may write a kind."""
    return bool(set(KINDS[kind].writers) & set(reader.current_roles()))


def record(kind: str, subject: str, payload: Row, reason: str = "") -> None:
    """Append a decision of the current reader, with the role and the time in UTC.

    Args:
        kind: of KINDS.
        subject: what it is about.
        payload: exactly the details that the kind has; values as JSON allows them.
        reason: why; required by some kinds.

    Raises:
        WrongUse: there is no such kind, or the details are not those of the kind.
        NotRecorded: the reader may not, a required reason is missing, a text holds an
            e-mail address or phone number, or the journal cannot be written.
    """
    found = _known(kind, payload)
    if not may_record(kind):
        raise NotRecorded(render("journal.refused.role"), kind)
    if found.needs_reason and not reason.strip():
        raise NotRecorded(render("journal.refused.reason"), kind)
    if any(map(names_somebody, [subject, reason, *texts_of(payload)])):
        raise NotRecorded(render("journal.refused.person"), kind)
    role = reader.recorded_role(found.writers)
    entry = journal.Entry(role, kind, subject, payload, reason.strip())
    path = Home.from_environment().journal
    try:
        journal.append(path, [entry], datetime.now(UTC))
    except (sqlite3.Error, OSError) as error:
        raise NotRecorded(render("journal.refused.file"), str(path)) from error


def entries(kind: str) -> list[Row]:
    """Return the entries of a kind, oldest first; recorded_at is UTC as ISO 8601.

    Raises:
        NotRecorded: the journal is damaged.
    """
    path = Home.from_environment().journal
    if not path.exists():
        return []
    try:
        found = path.stat()
        return _read(str(path), (found.st_mtime_ns, found.st_size), kind)
    except (sqlite3.Error, ValueError) as error:
        raise NotRecorded(render("journal.refused.file"), str(path)) from error


@st.cache_data(max_entries=100, show_spinner=False)
def _read(path: str, stamp: tuple[int, int], kind: str) -> list[Row]:
    """Return the entries of a kind, read again once the file's `stamp` has changed."""
    del stamp  # part of the key of the cache only
    return journal.read(Path(path), kind)


def latest(kind: str) -> dict[str, Row]:
    """Return the newest entry about each subject."""
    return {entry["subject"]: entry for entry in entries(kind)}


def texts_of(value: object) -> list[str]:
    """Return every text in a value of JSON, keys of objects among them."""
    if isinstance(value, dict):
        return [
            text for each in value.items() for part in each for text in texts_of(part)
        ]
    if isinstance(value, list | tuple):
        return [text for part in value for text in texts_of(part)]
    return [value] if isinstance(value, str) else []


def _known(kind: str, payload: Row) -> Kind:
    if kind not in KINDS:
        raise WrongUse(
            "there is no such kind of entry", kind, "add it to journal_kinds.py"
        )
    found = KINDS[kind]
    if set(payload) != set(found.payload):
        raise WrongUse(
            f"its details are {', '.join(found.payload) or 'none'}", kind, "pass those"
        )
    return found
