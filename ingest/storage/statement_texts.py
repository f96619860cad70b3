"""The texts of a statement that could name a person, and leaving some of them out."""

import json
import re
from collections.abc import Callable, Container, Iterator
from typing import Any

import polars as pl

from ingest.storage.text_columns import WITHHELD, is_identifier

Json = dict[str, Any]
KeyOfText = Callable[[str], str]
LONGER_THAN_MEMBERS = 18  # letters: the names of xAPI's own members are shorter

_STRING = r'"(?:[^"\\]|\\.)*"'
_LETTERS = re.compile(r"[^\W\d_]{2}|[^\x00-\u2fff]")
# Ids, keys, hashes and times name nobody, and there are as many as statements.
_MADE = re.compile(
    r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-f]{32}(?:[0-9a-f]{8})?"
    r"|\d{4}-\d\d-\d\dT[\d:.+-]+Z?|P[\d.,DWMYTHS]+"
)


def may_name(text: str) -> bool:
    """Return whether a text could name a person."""
    return _LETTERS.search(text) is not None and _MADE.fullmatch(text) is None


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the texts of a JSON value that could name a person, also member names."""
    if isinstance(value, str):
        if may_name(value):
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if not (name.isalnum() and len(name) < LONGER_THAN_MEMBERS):
                yield name
            yield from texts_in(item)


def strings_of(documents: pl.Series) -> Iterator[str]:
    """Yield the distinct strings of JSON texts that could name a person."""
    quoted = documents.str.extract_all(_STRING).explode().drop_nulls().unique()
    return (text for text in map(json.loads, quoted) if may_name(text))


def without_texts(value: Any, named: Container[str], key_of: KeyOfText) -> Any:  # noqa: ANN401 - any JSON
    """Return a JSON value without some texts: ids become keys, others are left out.

    Whole texts are replaced, so that the result does not depend on the order in which
    texts are found to name somebody.
    """
    if isinstance(value, str):  # of a list: nothing may move up
        return WITHHELD if value in named else value
    if isinstance(value, list):
        return [without_texts(item, named, key_of) for item in value]
    if isinstance(value, dict):
        return {
            key_of(name) if name in named else name: (
                key_of(item)
                if isinstance(item, str) and item in named
                else without_texts(item, named, key_of)
            )
            for name, item in value.items()
            if not isinstance(item, str) or item not in named or is_identifier(name)
        }
    return value
