"""What of a statement may be written at all: the collection policy.

Extensions that seeds/extensions.csv does not list, words that people typed, and text
that holds an e-mail address, a phone number or an IP address are never written.
"""

import re
from collections.abc import Callable
from typing import Any

from ingest.landing.extensions import extensions

Json = dict[str, Any]
AddressKey = Callable[[str], str]  # an e-mail address -> the key of that person

EMAIL = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
PHONE = re.compile(r"(?<!\w)\+\d[\d ()./-]{6,}\d")
IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")

# Interactions whose response names choices; any other response is somebody's words.
CLOSED = frozenset(
    [
        "true-false",
        "choice",
        "likert",
        "matching",
        "performance",
        "sequencing",
        "numeric",
    ]
)
# Texts that a statement cannot do without: an address in them becomes a key.
NEEDED = frozenset(
    [
        "id",
        "type",
        "moreInfo",
        "homePage",
        "usageType",
        "fileUrl",
        "objectType",
        "contentType",
        "sha2",
        "timestamp",
        "stored",
        "version",
        "registration",
        "duration",
        "mbox_sha1sum",
    ]
)


def is_clean(text: str) -> bool:
    """Return whether a text holds no e-mail address, phone number or IP address."""
    return not (
        (_may_hold_address(text) and EMAIL.search(text))
        or ("+" in text and PHONE.search(text))
        or ("." in text and IP.search(text))
    )


def without_addresses(text: str, address_key: AddressKey) -> str:
    """Return a text in which each e-mail address is the key of that person."""
    if not _may_hold_address(text):
        return text
    return EMAIL.sub(lambda found: address_key(found[0]), text)


def _may_hold_address(text: str) -> bool:
    return "@" in text or "%40" in text


def collected(statement: Json, address_key: AddressKey) -> Json:
    """Return the part of a statement (people replaced already) that may be written."""
    shown = dict(statement)
    target = shown.get("object", {})
    definition = target.get("definition", {})
    if "extensions" in definition:
        definition = _listed(definition, "definition")
        shown["object"] = target | {"definition": definition}
    for place in ("result", "context"):
        if "extensions" in shown.get(place, {}):
            shown[place] = _listed(shown[place], place)
    if definition.get("interactionType") not in CLOSED and "result" in shown:
        shown["result"] = _without(shown["result"], "response")
    if target.get("objectType") == "SubStatement":
        shown["object"] = collected(target, address_key)
    return _scrubbed(shown, address_key)


def _listed(holder: Json, place: str) -> Json:
    kept = {
        iri: value
        for iri, value in holder["extensions"].items()
        if (place, iri) in extensions()
    }
    return holder | {"extensions": kept}


def _without(values: Json, name: str) -> Json:
    return {key: value for key, value in values.items() if key != name}


def _scrubbed(value: Any, address_key: AddressKey) -> Any:  # noqa: ANN401 - any JSON
    """Return a value whose texts hold no personal data: dropped, or made a key."""
    if isinstance(value, str):
        return without_addresses(value, address_key)
    if isinstance(value, list):
        return [_scrubbed(item, address_key) for item in value]
    if isinstance(value, dict):
        return {
            without_addresses(name, address_key): _scrubbed(item, address_key)
            for name, item in value.items()
            if not isinstance(item, str) or name in NEEDED or is_clean(item)
        }
    return value
