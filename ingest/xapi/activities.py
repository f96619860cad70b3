"""Rules about Activities and their interactions (2.4.4.1)."""

from ingest.xapi import rules
from ingest.xapi.findings import Found, Place, add
from ingest.xapi.shapes import (
    Json,
    check_properties,
    exactly,
    extensions,
    iri,
    language_map,
    list_of,
    object_of,
    string,
)

LISTS = {
    "choice": {"choices"},
    "sequencing": {"choices"},
    "likert": {"scale"},
    "matching": {"source", "target"},
    "performance": {"steps"},
    "true-false": set(),
    "fill-in": set(),
    "long-fill-in": set(),
    "numeric": set(),
    "other": set(),
}
COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")

_component = object_of({"id": string, "description": language_map}, ("id",))
_components = list_of(_component)


def components(value: object, place: Place, found: Found) -> None:
    """Check a list of interaction components: their ids are distinct."""
    _components(value, place, found)
    if type(value) is not list:
        return
    ids = [item.get("id") for item in value if type(item) is dict]
    texts = [text for text in ids if type(text) is str]
    if len(texts) != len(set(texts)):
        add(found, rules.COMPONENT_IDS, place)


def _interaction_type(value: object, place: Place, found: Found) -> None:
    if type(value) is not str or value not in LISTS:
        add(found, rules.INTERACTION_TYPE, place)


_DEFINITION = {
    "name": language_map,
    "description": language_map,
    "type": iri,
    "moreInfo": iri,
    "extensions": extensions,
    "interactionType": _interaction_type,
    "correctResponsesPattern": list_of(string),
} | dict.fromkeys(COMPONENT_LISTS, components)


def definition(value: object, place: Place, found: Found) -> None:
    """Check an Activity's definition, with the rules of interactions."""
    if type(value) is not dict:
        add(found, rules.TYPE, place, "wanted an object")
        return
    check_properties(value, place, found, _DEFINITION)
    _check_interaction(value, place, found)


def _check_interaction(value: Json, place: Place, found: Found) -> None:
    given = [name for name in COMPONENT_LISTS if name in value]
    needs_type = bool(given) or "correctResponsesPattern" in value
    if needs_type and "interactionType" not in value:
        add(found, rules.INTERACTION_TYPE, (place, "interactionType"))
        return
    kind = value.get("interactionType")
    allowed = LISTS.get(kind) if type(kind) is str else None
    for name in given:
        if allowed is not None and name not in allowed:
            add(found, rules.COMPONENT_LIST, (place, name))


activity = object_of(
    {"objectType": exactly("Activity"), "id": iri, "definition": definition}, ("id",)
)
