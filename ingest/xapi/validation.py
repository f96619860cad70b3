"""Judge one statement: JSON text in, findings out."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.xapi import rules
from ingest.xapi.equivalence import canonical, content_hash
from ingest.xapi.findings import Finding, Place, Rule, json_path
from ingest.xapi.formats import parse_duration, parse_timestamp
from ingest.xapi.normalisation import decoded_keys, normalised
from ingest.xapi.statements import Dialect, dialect

__all__ = [
    "Findings",
    "canonical",
    "check",
    "check_text",
    "content_hash",
    "normalised",
    "parse_duration",
    "parse_timestamp",
]

Json = dict[str, Any]


@dataclass(frozen=True)
class Findings:
    """What a text holds and what is wrong with it.

    `parsed` is None if the text is no JSON object; `statement` is None if it is not
    valid.
    """

    parsed: Json | None
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether the statement may land."""
        return not self.errors

    @property
    def statement(self) -> Json | None:
        """The statement, if it is valid."""
        return None if self.errors else self.parsed

    @property
    def code(self) -> str:
        """The code of the first error, "" where there is none."""
        return self.errors[0].code if self.errors else ""

    @property
    def path(self) -> str:
        """Where the first error is, "" where there is none."""
        return self.errors[0].path if self.errors else ""

    @property
    def reason(self) -> str:
        """What the sender should mend first, "" where there is nothing."""
        return self.errors[0].message if self.errors else ""


class _Duplicated(dict):
    """An object in which a property occurred twice; `key` is the property."""

    key = ""


def _object(pairs: list[tuple[str, Any]]) -> Json:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    marked = _Duplicated(value)
    seen: set[str] = set()
    for key, _inner in pairs:
        if key in seen:
            marked.key = key
        seen.add(key)
    _duplicates.append(marked)
    return marked


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_duplicates: list[_Duplicated] = []
_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)


@lru_cache(maxsize=2)
def _dialect(is_2: bool) -> Dialect:
    return dialect(is_2=is_2)


def check_text(text: bytes | str, version: str | None = None) -> Findings:
    """Judge one statement's text.

    Args:
        text: one JSON object, as UTF-8 if bytes.
        version: of xAPI that the receiver speaks; None takes the statement's own,
            1.0.x where it has none.
    """
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        return _unreadable(rules.JSON_ENCODING)
    _duplicates.clear()
    try:
        statement = _decoder.decode(plain)
    except RecursionError:
        return _unreadable(rules.JSON_DEPTH)
    except ValueError as error:
        return _unreadable(rules.JSON, str(error)[:120])
    if _duplicates:
        place, key = _where_duplicated(statement, None) or (None, "")
        return Findings(None, (Finding(rules.JSON_DUPLICATE, json_path(place), key),))
    if type(statement) is not dict:
        return _unreadable(rules.JSON_OBJECT)
    statement = decoded_keys(statement, plain)
    found = check(statement, version)
    if not found:
        return Findings(statement, ())
    errors = tuple(finding for finding in found if finding.is_error)
    warnings = tuple(finding for finding in found if not finding.is_error)
    return Findings(statement, errors, warnings)


def check(statement: Json, version: str | None = None) -> list[Finding]:
    """Return all findings of a parsed statement, errors and warnings."""
    found: list[Finding] = []
    _dialect(_speaks_2(statement, version)).check(statement, found)
    return found


def _speaks_2(statement: Json, version: str | None) -> bool:
    if version is None:
        own = statement.get("version")
        return isinstance(own, str) and own.startswith("2.")
    return version.startswith("2")


def _unreadable(rule: Rule, detail: str = "") -> Findings:
    return Findings(None, (Finding(rule, "$", detail),))


def _where_duplicated(value: object, place: Place) -> tuple[Place, str] | None:
    """Return place and name of the first property that occurs twice."""
    if isinstance(value, _Duplicated):
        return (place, value.key), value.key
    children: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, inner in children:
        if found := _where_duplicated(inner, (place, key)):
            return found
    return None
