"""The keys of the organisation's table of sessions, each with its type.

A column names the type of its key. `join_key` names none: its text is compared with
keys of every type, as each of them is written, and the models report a text that names
two different meetings (int_session_keys).
"""

import re
from collections.abc import Iterator
from typing import Any

from ingest.connectors.organisation.format.table_columns import UNTYPED
from ingest.parsing.join_keys import meeting_key, title_key


def with_keys(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row of raw.sessions for each key that a row of the table names.

    Raises:
        ValueError: the row names no key.
    """
    given = {name: row[name] for name in (UNTYPED, *_TYPES) if row.get(name)}
    if not given:
        names = ", ".join([*_TYPES, UNTYPED])
        raise ValueError(f"column {UNTYPED}: a session needs one of {names}")
    rest = {name: value for name, value in row.items() if name not in given}
    rest = {name: value for name, value in rest.items() if name not in _TYPES}
    keys: dict[tuple[str, str], str | None] = {}
    if text := given.pop(UNTYPED, None):
        keys = dict.fromkeys(_readings(text), title_key(text))
    keys |= {(_TYPES[n][0], _TYPES[n][1](text)): None for n, text in given.items()}
    return [
        rest | {"key_type": kind, "join_key": key, "untyped_cell": cell}
        for (kind, key), cell in keys.items()
    ]


def _readings(text: str) -> Iterator[tuple[str, str]]:
    yield "meeting", meeting_key(text)
    yield "title", title_key(text)
    if not re.search(r"\s", text):  # a text with spaces may name a person
        yield "series", text
        yield "session", text


def _as_written(text: str) -> str:
    return text


# Column -> type of its key, and how a key of that type is written.
_TYPES = {
    "meeting_id": ("meeting", meeting_key),
    "meeting_link": ("meeting", meeting_key),
    "title": ("title", title_key),
    "series_id": ("series", _as_written),
    "session_id": ("session", _as_written),
}
