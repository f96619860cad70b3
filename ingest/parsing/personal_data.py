"""Find e-mail addresses, phone numbers, IP addresses and secrets by their pattern."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps

from ingest.parsing.decoding import decoded_views
from tandem.core.addresses import EMAIL, PHONE

# Texts whose answer is remembered: statements repeat ids and names of members.
REMEMBERED, LONGEST_REMEMBERED = 65_536, 256
# Endings of files, which are no part of an address in a file's name.
FILE_ENDING = re.compile(
    r"(?:\.(?:pdf|docx?|xlsx?|csv|tsv|pptx?|od[tspg]|rtf|txt|md|html?"
    r"|xml|json|zip|gz|7z|tar|png|jpe?g|gif|svg|webp|heic|mp[34]|m4[av]|wav|mov|avi"
    r"|webm|vtt|srt|ics|eml|msg|vcf|h5p|php|aspx?|jsp|bak|tmp))+$",
    re.IGNORECASE,
)
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


@dataclass(frozen=True)
class Keys:
    """What replaces an address by the key of that person, and a whole identifier."""

    of_address: Callable[[str], str]
    of_text: Callable[[str], str]


def _remembered(judge: Callable[[str], bool]) -> Callable[[str], bool]:
    """Remember what a function says of short texts."""
    known = lru_cache(REMEMBERED)(judge)

    @wraps(judge)
    def judged(text: str) -> bool:
        return (known if len(text) <= LONGEST_REMEMBERED else judge)(text)

    return judged


@_remembered
def is_clean(text: str) -> bool:
    """Return whether a text holds no e-mail address, phone number or IP address.

    Percent-encoding, HTML entities and Unicode forms are decoded.
    """
    return not any(
        _names_somebody(view)
        or ("." in view and IP.search(view))
        or (view.count(":") > 1 and HEX_ADDRESS.search(view))
        or has_secret(view)
        for view in decoded_views(text)
    )


@_remembered
def is_clean_identifier(text: str) -> bool:
    """Return whether an id or URL holds no e-mail address and no phone number.

    The address of a server in a URL is no address of a person.
    """
    return not (any(map(_names_somebody, decoded_views(text))) or has_secret(text))


def _names_somebody(text: str) -> bool:
    return bool(
        (_may_hold_address(text) and EMAIL.search(text))
        or ("+" in text and PHONE.search(text))
    )


def has_secret(text: str) -> bool:
    """Return whether a URL in a text has a parameter that SECRET lists."""
    return "=" in text and SECRET.search(text) is not None


def without_secrets(text: str) -> str:
    """Return a text whose URLs have no parameter that SECRET lists."""
    return SECRET.sub(r"\1", text) if "=" in text else text


def without_addresses(text: str, of_address: Callable[[str], str]) -> str:
    """Return a text with each e-mail address replaced by the key of that person.

    In the name of a file the ending is kept: `ana@corp.example.pdf` is an address and
    `.pdf`.
    """
    text = without_secrets(text)
    if not _may_hold_address(text):
        return text

    def replaced(match: re.Match[str]) -> str:
        address, ending = without_file_ending(match[0])
        return of_address(address) + ending

    return EMAIL.sub(replaced, text)


def keyed_identifier(text: str, keys: Keys) -> str:
    """Return an id or URL in which nobody can be read.

    Addresses become keys in their place; where an encoded address or a phone number
    remains, the whole id becomes a key.
    """
    if is_clean_identifier(text):
        return text
    shown = without_addresses(text, keys.of_address)
    return shown if is_clean_identifier(shown) else keys.of_text(text)


def without_file_ending(address: str) -> tuple[str, str]:
    """Return an address, and the ending of a file that was written after it."""
    match = FILE_ENDING.search(address)
    if match is None or not EMAIL.fullmatch(address[: match.start()]):
        return address, ""
    return address[: match.start()], match[0]


def _may_hold_address(text: str) -> bool:
    return "@" in text or "%40" in text
