"""Remove from a statement what the collection policy does not allow to be written.

Of a text that names a browser or device, only the kind of device is written, as an
extension of Tandem's own, and only where the policy allows devices.

Never written are extensions that seeds/extensions.csv does not list, texts that people
typed, and texts with an e-mail address, a phone number or an IP address.
"""

from typing import Any

from ingest.landing.collection_policy import Policy
from ingest.parsing.devices import (
    DEVICE_KINDS,
    device_kind_of,
    names_device,
    text_of_device,
)
from ingest.parsing.personal_data import (
    Keys,
    is_clean,
    keyed_identifier,
    without_addresses,
)
from ingest.storage.extensions import extensions
from ingest.storage.text_columns import WITHHELD, is_identifier
from ingest.xapi.formats import is_timestamp, parse_timestamp
from ingest.xapi.normalisation import spelled

Json = dict[str, Any]

# Interactions whose response names choices; any other response is typed text.
CHOICE_INTERACTIONS = frozenset(
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
DEFAULT_POLICY = Policy()
DEVICE_KIND = "https://tandem.example/xapi/extensions/device-kind"


def collected(statement: Json, keys: Keys, policy: Policy = DEFAULT_POLICY) -> Json:
    """Return the part of a pseudonymised statement that may be written."""
    shown = dict(statement)
    target = shown.get("object", {})
    definition = target.get("definition", {})
    if "extensions" in definition:
        definition = _with_listed_extensions(definition, "definition")
    if policy.hides_text_of(definition.get("type", "")):
        definition = _without(_without(definition, "name"), "description")
    if definition != target.get("definition", {}):
        shown["object"] = target | {"definition": definition}
    device_kind = _device_kind(shown, policy)
    for place in ("result", "context"):
        if "extensions" in shown.get(place, {}):
            shown[place] = _with_listed_extensions(shown[place], place)
    is_free = definition.get("interactionType") not in CHOICE_INTERACTIONS
    if is_free and "result" in shown and "free_text" not in policy.allow:
        shown["result"] = _without(shown["result"], "response")
    if not policy.allows_platform(shown.get("context", {}).get("platform", "")):
        shown["context"] = _without(shown["context"], "platform")
    if device_kind is not None:
        own = shown["context"].get("extensions", {}) | {DEVICE_KIND: device_kind}
        shown["context"] = shown["context"] | {"extensions": own}
    if target.get("objectType") == "SubStatement":
        shown["object"] = collected(target, keys, policy)
    if policy.time_precision:
        shown = _cut(shown, policy)
    return _without_personal_data(shown, keys)


def _device_kind(statement: Json, policy: Policy) -> str | None:
    """Return the kind of device that the context names, None if none or not allowed."""
    context = statement.get("context", {})
    if not policy.keeps_device_kinds:
        return None
    found = context.get("extensions", {})
    if found.get(DEVICE_KIND) in DEVICE_KINDS:
        return str(found[DEVICE_KIND])
    named = [text_of_device(found[iri]) for iri in sorted(found) if names_device(iri)]
    if not policy.allows_platform(context.get("platform", "")):
        named.append(context["platform"])
    return device_kind_of(" ".join(named)) if any(named) else None


def _cut(statement: Json, policy: Policy) -> Json:
    """Return a statement with all times, also in extensions, cut to the precision."""

    def cut(value: Any) -> Any:  # noqa: ANN401 - any JSON
        is_moment = isinstance(value, str) and is_timestamp(value)
        return spelled(policy.cut(parse_timestamp(value))) if is_moment else value

    shown = {
        name: cut(value) if name in {"timestamp", "stored"} else value
        for name, value in statement.items()
    }
    for place in ("result", "context"):
        if "extensions" in shown.get(place, {}):
            values = shown[place]["extensions"]
            shown[place] = shown[place] | {
                "extensions": {iri: cut(value) for iri, value in values.items()}
            }
    return shown


def _with_listed_extensions(holder: Json, place: str) -> Json:
    kept = {
        iri: value
        for iri, value in holder["extensions"].items()
        if (place, iri) in extensions() and iri != DEVICE_KIND
    }
    return holder | {"extensions": kept}


def _without(values: Json, name: str) -> Json:
    return {key: value for key, value in values.items() if key != name}


def _without_personal_data(value: Any, keys: Keys) -> Any:  # noqa: ANN401 - any JSON
    """Return a value without personal data: texts removed, identifiers made keys."""
    if isinstance(value, str):  # of a list: nothing may move up
        shown = without_addresses(value, keys.of_address)
        return shown if is_clean(shown) else WITHHELD
    if isinstance(value, list):
        return [_without_personal_data(item, keys) for item in value]
    if isinstance(value, dict):
        return {
            keyed_identifier(name, keys): (
                keyed_identifier(item, keys)
                if isinstance(item, str) and is_identifier(name)
                else _without_personal_data(item, keys)
            )
            for name, item in value.items()
            if not isinstance(item, str) or is_identifier(name) or is_clean(item)
        }
    return value
