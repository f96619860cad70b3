"""Canonical JSON text of statements, and hashes of it."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

import rfc8785

Json = dict[str, Any]
KEYED_BYTES, TEXT_BYTES = 16, 8

# Cases in which json.dumps may differ from RFC 8785: 81.0 for 81, exponents, whole
# numbers beyond 2^53, and keys whose order in UTF-16 differs.
_DIFFERS = re.compile(
    r"(?:^|[:,\[])-?(?:\d[\d.]*(?:\.0|e[+-]\d+)(?:[,}\]]|$)|\d{16}|Infinity|NaN)"
    r"|[\U00010000-\U0010ffff]"
)


def canonical_text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the canonical JSON text (RFC 8785).

    Whole numbers beyond 2^53, which RFC 8785 cannot hold, are taken as doubles.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not _DIFFERS.search(text):
        return text
    try:
        return rfc8785.dumps(value).decode()
    except rfc8785.IntegerDomainError:
        return rfc8785.dumps(_as_doubles(value)).decode()


def _as_doubles(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _as_doubles(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_doubles(item) for item in value]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_whole and abs(value) > 2**53 - 1 else value


def keyed_hash(text: str, key: bytes) -> str:
    """Return 128 bits of keyed BLAKE2b in hex; a guess cannot be tested without key."""
    return hashlib.blake2b(text.encode(), digest_size=KEYED_BYTES, key=key).hexdigest()


def text_hash(text: str, key: bytes) -> str:
    """Return 64 bits of keyed BLAKE2b in hex, used to choose among equivalent bodies.

    It is of the text before names are withheld, so that the choice does not depend on
    when a name became known; without the key, a guessed name cannot be tested.
    """
    return hashlib.blake2b(text.encode(), digest_size=TEXT_BYTES, key=key).hexdigest()


def keyed_hashes(texts: Iterable[str], key: bytes) -> list[str]:
    """Return `keyed_hash` of each text."""
    made, size = hashlib.blake2b, KEYED_BYTES
    return [made(t.encode(), digest_size=size, key=key).hexdigest() for t in texts]


def text_hashes(texts: Iterable[str], key: bytes) -> list[str]:
    """Return `text_hash` of each text."""
    made, size = hashlib.blake2b, TEXT_BYTES
    return [made(t.encode(), digest_size=size, key=key).hexdigest() for t in texts]
