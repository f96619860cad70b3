"""Addresses, phone numbers and secrets that a text holds, found by their form."""

import re
from collections.abc import Callable

AddressKey = Callable[[str], str]  # an e-mail address -> the key of that person

EMAIL = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
PHONE = re.compile(r"(?<!\w)\+\d[\d ()./-]{6,}\d")
IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")

# IPv6 and the address of a device; a time of day has at most two colons.
HEX_ADDRESS = re.compile(
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}(?::?[0-9a-f]{1,4})?(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:)+:(?:[0-9a-f]{1,4}:?)*(?![\w:])",
    re.IGNORECASE,
)
# Parameters of an address that open a session, tell where somebody sits, or repeat what
# somebody looked for or asked; a number after q is a page and no word.
SECRET = re.compile(
    r"([?&;#])(?:[\w.-]*(?:token|secret|passw(?:or)?d|pwd|sesskey|session_?id|jwt)"
    r"|sid|auth|authorization|signature|sig|otp|api_?key|ip|ip_?addr(?:ess)?|client_?ip"
    r"|prompt|query|search(?:[-_]?(?:term|query|text|word|string)s?)?"
    r"|q(?==[^&;#\s]*[^\W\d_]))"
    r"=[^&;#\s]*",
    re.IGNORECASE,
)


def is_clean(text: str) -> bool:
    """Return whether a text holds no e-mail address, phone number or IP address."""
    return not (
        (_may_hold_address(text) and EMAIL.search(text))
        or ("+" in text and PHONE.search(text))
        or ("." in text and IP.search(text))
        or (text.count(":") > 1 and HEX_ADDRESS.search(text))
        or has_secret(text)
    )


def has_secret(text: str) -> bool:
    """Return whether an address in a text holds a token, a password or the like."""
    return "=" in text and SECRET.search(text) is not None


def without_secrets(text: str) -> str:
    """Return a text whose addresses have lost such parameters."""
    return SECRET.sub(r"\1", text) if "=" in text else text


def without_addresses(text: str, address_key: AddressKey) -> str:
    """Return a text in which each e-mail address is the key of that person."""
    text = without_secrets(text)
    if not _may_hold_address(text):
        return text
    return EMAIL.sub(lambda found: address_key(found[0]), text)


def _may_hold_address(text: str) -> bool:
    return "@" in text or "%40" in text
