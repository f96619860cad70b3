"""Parse text to a JSON object; refuse what no later stage could store.

Python's parser keeps the last of two equal keys, takes NaN and lone surrogates, and
nests as deep as its stack: all of that is named here instead of passed on.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from ingest.xapi import rules
from ingest.xapi.findings import Finding, Place, Rule, json_path, shown

Json = dict[str, Any]

DEEPEST = 100  # levels; the deepest statement without extensions has 9
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class _Repeated(Exception):
    """An object has one key twice."""


def _object(pairs: list[tuple[str, Any]]) -> Json:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Repeated
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant
).decode


def parsed(text: bytes | str) -> Json | Finding:
    """Return the JSON object that a text holds, or why it holds none."""
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        return _unreadable(rules.JSON_ENCODING, f"byte {error.start + 1}")
    try:
        value = _decode(plain)
    except _Repeated:
        return _repetition(plain)
    except RecursionError:
        return _unreadable(rules.JSON_DEPTH)
    except ValueError as error:
        return _unreadable(rules.JSON, shown(str(error)))
    if type(value) is not dict:
        return _unreadable(rules.JSON_OBJECT)
    if plain.count("{") + plain.count("[") > DEEPEST and _is_deep(value):
        return _unreadable(rules.JSON_DEPTH, f"more than {DEEPEST} levels")
    if _holds_half_letters(plain, value):
        return _unreadable(rules.JSON_SURROGATE)
    return value


def _unreadable(rule: Rule, detail: str = "") -> Finding:
    return Finding(rule, "$", detail)


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for outer in level for inner in _children(outer)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _holds_half_letters(plain: str, value: Json) -> bool:
    """Return whether a string holds half of a surrogate pair, which is no character."""
    try:
        if not plain.isascii():
            plain.encode()
        if "\\u" in plain and _SURROGATE.search(plain):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


class _Pairs(list):
    """An object as its pairs, repeated keys included."""


_decode_all = json.JSONDecoder(object_pairs_hook=_Pairs).decode


def _repetition(plain: str) -> Finding:
    """Return which key occurs twice, and where: the first one in the text's order."""
    try:
        place = _repeated_in(_decode_all(plain), None)
    except RecursionError:
        return _unreadable(rules.JSON_DEPTH)
    except ValueError as error:
        return _unreadable(rules.JSON, shown(str(error)))
    return Finding(rules.JSON_DUPLICATE, json_path(place))


def _repeated_in(value: object, place: Place) -> Place:
    if isinstance(value, _Pairs):
        items: list[tuple[str | int, object]] = list(value)
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        return None
    seen: set[str | int] = set()
    for key, inner in items:
        here = (place, key)
        if key in seen:
            return here
        seen.add(key)
        if found := _repeated_in(inner, here):
            return found
    return None
