"""Titles of meetings that are read while somebody asks for them.

Schema raw holds titles as hashes only, because titles can hold names of people. A
workbook for the person who runs the meetings needs them in words: while a collection
is open, each key that is made from a title is kept beside that title, in memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_collection: ContextVar[dict[str, str] | None] = ContextVar("titles", default=None)


@contextmanager
def titles_by_key() -> Iterator[dict[str, str]]:
    """Yield a dictionary that fills with the title of each key made in the block."""
    found: dict[str, str] = {}
    token = _collection.set(found)
    try:
        yield found
    finally:
        _collection.reset(token)


def keep_title(key: str | None, title: str | None) -> None:
    """Keep a title beside its key, where a collection is open."""
    found = _collection.get()
    if found is not None and key and title and title.strip():
        found.setdefault(key, " ".join(title.split()))
