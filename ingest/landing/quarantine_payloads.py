"""The part of a rejected payload that the vault may keep for replay.

A payload is kept unchanged, including duplicate keys, unless it holds something that
may never be written: passwords, tokens, IP addresses, text that people typed.
"""

import json
from typing import Any

from ingest.landing.collection_policy import Policy
from ingest.parsing.personal_data import HEX_ADDRESS, IP, has_secret, without_secrets
from ingest.storage.extensions import PLACES, extensions
from ingest.storage.text_columns import WITHHELD

TYPED = frozenset({"response", "password", "token", "secret", "ip"})


class Pairs(list[tuple[str, Any]]):
    """A JSON object as its pairs, in order and with repetitions."""


class Literal(str):
    """A JSON number in its original spelling."""

    __slots__ = ()


def kept_payload(payload: str, policy: Policy) -> str:
    """Return a rejected payload without what the collection policy never allows."""
    try:
        parsed = json.loads(
            payload,
            object_pairs_hook=Pairs,
            parse_int=Literal,
            parse_float=Literal,
            parse_constant=Literal,
        )
        if not _is_allowed(payload, policy):
            return json.dumps(WITHHELD)
        kept = _kept(parsed, "", policy)
        return payload if kept == parsed else _text(kept)
    except (ValueError, RecursionError):
        return _kept_text(payload)


def _is_allowed(payload: str, policy: Policy) -> bool:
    """Return whether a rejected statement is of a kind that may land."""
    try:
        return policy.allows(json.loads(payload))
    except (KeyError, TypeError, AttributeError):
        return True  # too damaged to have a kind: its parts are checked one by one


def _kept(value: Any, name: str, policy: Policy) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, Pairs):
        if name == "extensions":
            value = Pairs(pair for pair in value if _is_listed(pair[0]))
        if _is_withheld_definition(value, policy):
            return WITHHELD
        return Pairs((key, _kept(item, key, policy)) for key, item in value)
    if isinstance(value, list):
        return [_kept(item, name, policy) for item in value]
    if isinstance(value, str) and not isinstance(value, Literal):
        is_typed = name.casefold() in TYPED and "free_text" not in policy.allow
        is_device = name == "platform" and not policy.allows_platform(value)
        return WITHHELD if is_typed or is_device else _kept_text(value)
    return value


def _is_listed(iri: str) -> bool:
    return any((place, iri) in extensions() for place in PLACES)


def _is_withheld_definition(pairs: Pairs, policy: Policy) -> bool:
    """Return whether an object defines an activity whose texts people typed."""
    kinds = [item for key, item in pairs if key == "type" and isinstance(item, str)]
    return any(policy.hides_text_of(kind) for kind in kinds)


def _kept_text(text: str) -> str:
    if has_secret(text):
        text = without_secrets(text)
    for pattern in (IP, HEX_ADDRESS):
        text = pattern.sub(WITHHELD, text)
    return text


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON
    if isinstance(value, Literal):
        return str(value)
    if isinstance(value, Pairs):
        members = (f"{json.dumps(key)}: {_text(item)}" for key, item in value)
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return json.dumps(value)
