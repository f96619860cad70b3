"""Basic checks that the rules consist of: types, formats, objects, lists.

A check is a function of (value, place, found): it adds what is wrong to found.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ingest.xapi import formats, rules
from ingest.xapi.findings import Found, Place, Rule, add, shown

Check = Callable[[Any, Place, Found], None]
Json = dict[str, Any]

LARGEST = 1.7976931348623157e308  # of IEEE 754 double precision


def of_type(kind: type, words: str) -> Check:
    """Make a check for one JSON type."""

    def check(value: object, place: Place, found: Found) -> None:
        if type(value) is not kind:
            add(found, rules.TYPE, place, f"wanted {words}")

    return check


def formatted(is_well_formed: Callable[[str], bool], rule: Rule) -> Check:
    """Make a check for a string of one format."""

    def check(value: object, place: Place, found: Found) -> None:
        if type(value) is not str:
            add(found, rules.TYPE, place, "wanted a string")
        elif not is_well_formed(value):
            add(found, rule, place, shown(value))

    return check


def exactly(name: str) -> Check:
    """Make a check for an objectType with one allowed value."""

    def check(value: object, place: Place, found: Found) -> None:
        if value != name:
            add(found, rules.OBJECT_TYPE, place, f"wanted {name}")

    return check


def nothing(_value: object, _place: Place, _found: Found) -> None:
    """Accept anything."""


def object_of(properties: Mapping[str, Check], required: Iterable[str] = ()) -> Check:
    """Make a check for an object with exactly these properties, some required."""
    needed = tuple(required)

    def check(value: object, place: Place, found: Found) -> None:
        if type(value) is not dict:
            add(found, rules.TYPE, place, "wanted an object")
            return
        check_properties(value, place, found, properties, needed)

    return check


def check_properties(
    value: Json,
    place: Place,
    found: Found,
    properties: Mapping[str, Check],
    required: tuple[str, ...] = (),
) -> None:
    """Check each property of an object; unknown, null and missing ones are wrong."""
    for key, inner in value.items():
        if inner is None or key not in properties:
            _note_property(key, (place, key), found, properties)
        else:
            properties[key](inner, (place, key), found)
    for key in required:
        if key not in value:
            add(found, rules.MISSING, (place, key), key)


def _note_property(
    key: str, place: Place, found: Found, properties: Mapping[str, Check]
) -> None:
    if key in properties:
        add(found, rules.NULL, place)
        return
    meant = [name for name in properties if name.lower() == key.lower()]
    add(found, rules.UNKNOWN, place, f"did you mean {meant[0]}?" if meant else "")


def list_of(check_item: Check) -> Check:
    """Make a check for an array of like items."""

    def check(value: object, place: Place, found: Found) -> None:
        if type(value) is not list:
            add(found, rules.TYPE, place, "wanted an array")
            return
        for position, item in enumerate(value):
            check_item(item, (place, position), found)

    return check


def language_map(value: object, place: Place, found: Found) -> None:
    """Check a map from language tags to strings (4.2); it may be empty."""
    if type(value) is not dict:
        add(found, rules.TYPE, place, "wanted a language map")
        return
    for tag, words in value.items():
        if not formats.is_language_tag(tag):
            add(found, rules.LANGUAGE, (place, tag), shown(tag))
        if words is None:
            add(found, rules.NULL, (place, tag))
        elif type(words) is not str:
            add(found, rules.TYPE, (place, tag), "wanted a string")


def extensions(value: object, place: Place, found: Found) -> None:
    """Check a map from IRIs to anything, null included (4.1)."""
    if type(value) is not dict:
        add(found, rules.TYPE, place, "wanted an extensions map")
        return
    for key, inner in value.items():
        if not formats.is_iri(key):
            add(found, rules.IRI, (place, key), shown(key))
        if type(inner) is not str:
            _check_numbers(inner, (place, key), found)


def _check_numbers(value: object, place: Place, found: Found) -> None:
    kind = type(value)
    if kind is float or kind is int:
        _check_range(value, place, found)
    elif kind is dict:
        for key, inner in value.items():
            _check_numbers(inner, (place, key), found)
    elif kind is list:
        for position, inner in enumerate(value):
            _check_numbers(inner, (place, position), found)


def _check_range(value: float, place: Place, found: Found) -> None:
    """Check that IEEE 754 can represent a number."""
    if not -LARGEST <= value <= LARGEST:
        add(found, rules.NUMBER, place)


def number(value: object, place: Place, found: Found) -> None:
    """Check a JSON number; a boolean is not one."""
    if type(value) not in {int, float}:
        add(found, rules.TYPE, place, "wanted a number")
    else:
        _check_range(value, place, found)


string = of_type(str, "a string")
boolean = of_type(bool, "true or false")
integer = of_type(int, "a whole number")
iri = formatted(formats.is_iri, rules.IRI)
uuid = formatted(formats.is_uuid, rules.UUID)
duration = formatted(formats.is_duration, rules.DURATION)
language = formatted(formats.is_language_tag, rules.LANGUAGE)
media_type = formatted(formats.is_media_type, rules.MEDIA_TYPE)


def timestamp(value: object, place: Place, found: Found) -> None:
    """Check a date and time (4.5); without a zone it is read as UTC, with a warning."""
    if type(value) is not str:
        add(found, rules.TYPE, place, "wanted a string")
    elif not formats.is_timestamp(value):
        add(found, rules.TIMESTAMP, place, shown(value))
    elif not formats.has_zone(value):
        add(found, rules.TIMESTAMP_ZONE, place, shown(value))
