"""Small checks that the rules are put together from: types, formats, objects, lists.

A check is a function of (value, path, found): it adds what is wrong to `found`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ingest.xapi import formats, rules
from ingest.xapi.findings import Finding, Found, Rule

Check = Callable[[Any, str, Found], None]
Json = dict[str, Any]


def of_type(kind: type, words: str) -> Check:
    """Make a check for one JSON type."""

    def check(value: object, path: str, found: Found) -> None:
        if type(value) is not kind:
            found.append(Finding(rules.TYPE, path, f"wanted {words}"))

    return check


def formatted(is_well_formed: Callable[[str], bool], rule: Rule) -> Check:
    """Make a check for a string of one format."""

    def check(value: object, path: str, found: Found) -> None:
        if type(value) is not str:
            found.append(Finding(rules.TYPE, path, "wanted a string"))
        elif not is_well_formed(value):
            found.append(Finding(rule, path, shown(value)))

    return check


def shown(value: str) -> str:
    """Return a value as a message may show it: formats only, and not at length."""
    return value if len(value) <= 80 else value[:77] + "..."


def nothing(_value: object, _path: str, _found: Found) -> None:
    """Accept anything."""


def object_of(properties: Mapping[str, Check], required: Iterable[str] = ()) -> Check:
    """Make a check for an object with exactly these properties, some required."""
    needed = tuple(required)

    def check(value: object, path: str, found: Found) -> None:
        if type(value) is not dict:
            found.append(Finding(rules.TYPE, path, "wanted an object"))
            return
        check_properties(value, path, found, properties, needed)

    return check


def check_properties(
    value: Json,
    path: str,
    found: Found,
    properties: Mapping[str, Check],
    required: tuple[str, ...] = (),
) -> None:
    """Check each property of an object: none unknown, null or missing."""
    for key, inner in value.items():
        check = properties.get(key)
        if check is None:
            found.append(Finding(rules.UNKNOWN, f"{path}.{key}"))
        elif inner is None:
            found.append(Finding(rules.NULL, f"{path}.{key}"))
        else:
            check(inner, f"{path}.{key}", found)
    for key in required:
        if key not in value:
            found.append(Finding(rules.MISSING, f"{path}.{key}", key))


def list_of(check_item: Check) -> Check:
    """Make a check for an array of like items."""

    def check(value: object, path: str, found: Found) -> None:
        if type(value) is not list:
            found.append(Finding(rules.TYPE, path, "wanted an array"))
            return
        for position, item in enumerate(value):
            check_item(item, f"{path}[{position}]", found)

    return check


def language_map(value: object, path: str, found: Found) -> None:
    """Check a map from language tags to strings (4.2); it may be empty."""
    if type(value) is not dict:
        found.append(Finding(rules.TYPE, path, "wanted a language map"))
        return
    for tag, words in value.items():
        if not formats.is_language_tag(tag):
            found.append(Finding(rules.LANGUAGE, f"{path}.{tag}", shown(tag)))
        if words is None:
            found.append(Finding(rules.NULL, f"{path}.{tag}"))
        elif type(words) is not str:
            found.append(Finding(rules.TYPE, f"{path}.{tag}", "wanted a string"))


def extensions(value: object, path: str, found: Found) -> None:
    """Check a map from IRIs to anything, null included (4.1)."""
    if type(value) is not dict:
        found.append(Finding(rules.TYPE, path, "wanted an extensions map"))
        return
    for key in value:
        if not formats.is_iri(key):
            found.append(Finding(rules.IRI, f"{path}.{key}", shown(key)))


def number(value: object, path: str, found: Found) -> None:
    """Check a JSON number; a boolean is none."""
    if type(value) not in {int, float}:
        found.append(Finding(rules.TYPE, path, "wanted a number"))


string = of_type(str, "a string")
boolean = of_type(bool, "true or false")
integer = of_type(int, "a whole number")
iri = formatted(formats.is_iri, rules.IRI)
uuid = formatted(formats.is_uuid, rules.UUID)
timestamp = formatted(formats.is_timestamp, rules.TIMESTAMP)
duration = formatted(formats.is_duration, rules.DURATION)
language = formatted(formats.is_language_tag, rules.LANGUAGE)
media_type = formatted(formats.is_media_type, rules.MEDIA_TYPE)
