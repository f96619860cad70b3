"""Find e-mail addresses, phone numbers, IP addresses and secrets by their pattern."""

import re
from collections.abc import Callable

AddressKey = Callable[[str], str]  # an e-mail address -> the key of that person

EMAIL = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
PHONE = re.compile(r"(?<!\w)\+\d[\d ()./-]{6,}\d")
IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")

# IPv6 and MAC addresses; a time of day has at most two colons.
HEX_ADDRESS = re.compile(
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}(?::?[0-9a-f]{1,4})?(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:)+:(?:[0-9a-f]{1,4}:?)*(?![\w:])",
    re.IGNORECASE,
)
# URL parameters that authenticate a session, hold an IP address, or repeat a search or
# a prompt. A number after q is a page number and is kept.
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
    """Return whether a URL in a text has a parameter that SECRET lists."""
    return "=" in text and SECRET.search(text) is not None


def without_secrets(text: str) -> str:
    """Return a text whose URLs have no parameter that SECRET lists."""
    return SECRET.sub(r"\1", text) if "=" in text else text


def without_addresses(text: str, address_key: AddressKey) -> str:
    """Return a text with each e-mail address replaced by the key of that person."""
    text = without_secrets(text)
    if not _may_hold_address(text):
        return text
    return EMAIL.sub(lambda match: address_key(match[0]), text)


def _may_hold_address(text: str) -> bool:
    return "@" in text or "%40" in text
