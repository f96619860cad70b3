"""The formatted strings of xAPI: their syntax and their values.

Each `is_*` takes any string and answers without raising; answers are remembered, since
a million statements hold few distinct identifiers.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

REMEMBERED = 65_536

_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    r"[^\x00-\x20\x7f-\x9f\"<>\\^`{|}\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]*"
)
_HEX = r"[0-9a-fA-F]"
_UUID = re.compile(rf"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}")
_SHA1 = re.compile(rf"{_HEX}{{40}}")
_SHA2 = re.compile(rf"{_HEX}{{64}}|{_HEX}{{96}}|{_HEX}{{128}}")
_LOCAL_PART = r"[^\x00-\x20\x7f-\x9f\"<>\\@,;:?#]+"
_DOMAIN = r"(?:[^\x00-\x20\x7f-\x9f\"<>\\@,;:?#/\[\]%&=]+|\[[0-9A-Fa-f:.]+\])"
_MAILTO = re.compile(rf"mailto:{_LOCAL_PART}@{_DOMAIN}")
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d)"
    r"(?::([0-5]\d|60)(?:[.,](\d+))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_BASIC_TIMESTAMP = re.compile(
    r"(\d{4})(\d\d)(\d\d)[Tt]([01]\d|2[0-3])([0-5]\d)"
    r"(?:([0-5]\d|60)(?:[.,](\d+))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?"
    r"(?:Z|\+(?:[01]\d|2[0-3]):[0-5]\d|-(?!00:00)(?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_DURATION = re.compile(
    r"P(?=.)(?:(\d+)W|(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?"
    r"(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?)",
    re.ASCII,
)
_TOKEN = r"[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+"
_MEDIA_TYPE = re.compile(
    rf"{_TOKEN}/{_TOKEN}(?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|\"[^\"\\\x00-\x1f]*\"))*"
)
_VERSIONS_1, _VERSIONS_2 = ("1.0",), ("1.0", "2.0")

_GRANDFATHERED = frozenset(
    {"en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon"}
    | {"i-lux", "i-mingo", "i-navajo", "i-pwn", "i-tao", "i-tay", "i-tsu", "no-bok"}
    | {"no-nyn", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de", "art-lojban", "cel-gaulish"}
    | {"zh-guoyu", "zh-hakka", "zh-min", "zh-min-nan", "zh-xiang"}
)
_LANGUAGE_TAG = re.compile(
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"  # language, extlang
    r"(?:-[a-z]{4})?"  # script
    r"(?:-(?:[a-z]{2}|\d{3}))?"  # region
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"  # private use
    r"|x(?:-[a-z0-9]{1,8})+)",
    re.ASCII | re.IGNORECASE,
)

SECONDS_A_YEAR = 365.2425 * 86_400  # mean Gregorian year; a month is a twelfth
LONGEST_SECONDS = 10_000 * SECONDS_A_YEAR  # the years that a timestamp can express


@lru_cache(REMEMBERED)
def is_iri(text: str) -> bool:
    """Return whether a string has a scheme and only characters of RFC 3987.

    A relative reference is none. Letters beyond ASCII are legal, as are `+`, `-` and
    `.` in a scheme; spaces, quotes, `<>{}|\\^` and backticks are not. Beyond that
    nothing is parsed: senders leave brackets and percent signs as they find them.
    """
    return _IRI.fullmatch(text) is not None


@lru_cache(REMEMBERED)
def is_uuid(text: str) -> bool:
    """Return whether a string is 8-4-4-4-12 hexadecimal digits, of any variant."""
    return _UUID.fullmatch(text) is not None


@lru_cache(REMEMBERED)
def is_mailto(text: str) -> bool:
    """Return whether a string is `mailto:` and one e-mail address."""
    return _MAILTO.fullmatch(text) is not None


@lru_cache(REMEMBERED)
def is_sha1(text: str) -> bool:
    """Return whether a string is 40 hexadecimal digits."""
    return _SHA1.fullmatch(text) is not None


@lru_cache(REMEMBERED)
def is_sha2(text: str) -> bool:
    """Return whether a string is the hexadecimal digits of SHA-256, 384 or 512."""
    return _SHA2.fullmatch(text) is not None


@lru_cache(REMEMBERED)
def is_language_tag(text: str) -> bool:
    """Return whether the tokens of a string follow RFC 5646 in kind and length."""
    if _LANGUAGE_TAG.fullmatch(text):
        return True
    return text.isascii() and text.lower() in _GRANDFATHERED


@lru_cache(REMEMBERED)
def is_media_type(text: str) -> bool:
    """Return whether a string is an Internet media type (RFC 2046)."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def is_version(text: str, *, is_2: bool) -> bool:
    """Return whether a statement of this version may arrive.

    It may if its version starts with `1.0.`, whatever follows (a patch, `-beta`,
    `+build`), and not otherwise (xAPI 1.0.3 part 2, 2.4.10: an LRS MUST accept the
    first and MUST reject the others); `1.0` alone is taken, as ADL's conformance tests
    want. A receiver of 2.0 (IEEE 9274.1.1) takes `2.0` by the same rule.

    Args:
        text: the statement's own version.
        is_2: the receiver speaks 2.0, which takes 1.0.x as well.
    """
    known = _VERSIONS_2 if is_2 else _VERSIONS_1
    return any(text == one or text.startswith(f"{one}.") for one in known)


@lru_cache(REMEMBERED)
def is_duration(text: str) -> bool:
    """Return whether a string is a duration of ISO 8601 4.4.3.2.

    The alternative format (P0003-06-04T12:30:05) is not; weeks stand alone.
    """
    return _DURATION.fullmatch(text) is not None


@lru_cache(REMEMBERED)
def parse_duration(text: str) -> float | None:
    """Return the seconds of a duration, None where it is longer than 10,000 years.

    A year counts as 365.2425 days and a month as a twelfth of it: no statement says
    which year is meant. The specification sets no limit to the digits, so a statement
    with a duration beyond the calendar is valid, yet measures nothing.

    Raises:
        ValueError: it is no duration.
    """
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError(f"no ISO 8601 duration: {text!r}")
    weeks, years, months, days, hours, minutes = (
        float(part or 0) for part in found.groups()[:6]
    )
    seconds = float((found.group(7) or "0").replace(",", "."))
    whole = ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60
    total = whole + years * SECONDS_A_YEAR + months * SECONDS_A_YEAR / 12 + seconds
    return total if total < LONGEST_SECONDS else None


def is_timestamp(text: str) -> bool:
    """Return whether a string is a date and time that exists in the calendar.

    Both formats of ISO 8601 are taken, extended (`2026-03-01T10:00:00Z`) and basic
    (`20260301T100000Z`): xAPI 1.0.3 part 2, 4.5 names ISO 8601 alone, and ADL's
    requirement XAPI-00123 both formats. Date and time are in the same one. Decided: a
    date alone and a zone of minus zero are none; a space for the T, a missing zone
    (counted as a warning) and missing seconds are taken.
    """
    try:
        parse_timestamp(text)
    except ValueError:
        return False
    return True


def has_zone(text: str) -> bool:
    """Return whether a timestamp has a time zone."""
    return text[-1] in "Zz" or "+" in text or "-" in text[10:]


@lru_cache(REMEMBERED)
def parse_timestamp(text: str) -> datetime:
    """Return the instant as naive UTC, digits beyond the microsecond cut.

    A timestamp without a zone is taken as UTC; a leap second as the second before it.

    Raises:
        ValueError: it is no timestamp.
    """
    if _RFC_3339.fullmatch(text):
        return _in_utc(datetime.fromisoformat(text), text)
    found = _TIMESTAMP.fullmatch(text) or _BASIC_TIMESTAMP.fullmatch(text)
    if not found:
        raise ValueError(f"no ISO 8601 date and time: {text!r}")
    year, month, day, hour, minute, second = (
        int(part or 0) for part in found.groups()[:6]
    )
    micros = int(((found.group(7) or "") + "000000")[:6])
    if second == 60:
        second, micros = 59, 999_999
    offset = _offset(found.group(8) or "Z")
    moment = datetime(year, month, day, hour, minute, second, micros, offset)
    return _in_utc(moment, text)


def _in_utc(moment: datetime, text: str) -> datetime:
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError(f"not in the calendar: {text!r}") from error


def _offset(text: str) -> timezone:
    if text in {"Z", "z"}:
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if text[0] == "-" and hours == minutes == 0:
        raise ValueError("a zone of minus zero is not allowed")
    if hours > 23 or minutes > 59:
        raise ValueError(f"no such zone: {text}")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(span if text[0] == "+" else -span)
