"""Kinds of devices, from the texts by which browsers and apps name themselves.

Only the kind is ever written. A tablet that asks for desktop pages names itself as a
desktop, and looks like one.
"""

import re
from typing import Any

DEVICE_KINDS = ("desktop", "phone", "tablet", "app_offline", "unknown")
# In this order: the text of a phone or tablet also names its operating system.
_SIGNS = (
    ("app_offline", r"\boffline\b"),
    ("tablet", r"ipad|tablet|kindle|silk/|playbook"),
    ("phone", r"iphone|ipod|android.*\bmobile\b|windows phone|blackberry|opera mini"),
    ("phone", r"\b(?:smart)?phone\b|\bmobile\b"),
    ("tablet", r"android"),
    ("desktop", r"windows nt|macintosh|mac os x|x11|\bcros\b|\bdesktop\b|\blaptop\b"),
)
_PATTERNS = tuple((kind, re.compile(sign, re.IGNORECASE)) for kind, sign in _SIGNS)
# Last parts of the IRIs of extensions that name a browser or device.
_NAMES = frozenset(
    ["browser", "browserinfo", "device", "deviceinfo", "devicetype", "useragent"]
)
_SEPARATORS = re.compile(r"[-_.]")


def device_kind_of(text: str) -> str:
    """Return the kind of device that a text names, `unknown` where it names none."""
    return next((kind for kind, sign in _PATTERNS if sign.search(text)), "unknown")


def names_device(iri: str) -> bool:
    """Return whether an extension is one of those that name a browser or device."""
    last = re.split(r"[/#]", iri.rstrip("/#"))[-1].casefold()
    return _SEPARATORS.sub("", last) in _NAMES


def text_of_device(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return all texts of an extension's value, in the order of their names."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return " ".join(text_of_device(value[name]) for name in sorted(value))
    if isinstance(value, list):
        return " ".join(map(text_of_device, value))
    return ""
