"""Parse numbers as people and spreadsheets print them; ambiguous ones are refused.

The locale of a table is unknown, which Babel's parser needs.
"""

import re

_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_UNCLEAR = re.compile(r"^[+-]?[1-9]\d{0,2},\d{3}$")
_PLAIN = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")


def number_of(printed: str) -> float:
    """Return the number that a cell prints: 1234.5, 1.234,50, 1,234.50, 1 234,5.

    A single point is the decimal sign. So is a single comma, unless exactly three
    digits follow it: 1,234 can be 1234 or 1.234.

    Raises:
        ValueError: the text is no number, or is ambiguous.
    """
    text = _SPACES.sub("", printed)
    if _UNCLEAR.match(text):
        either = f"{text.replace(',', '')} or {text.replace(',', '.')}"
        raise ValueError(f"it could be {either}: write it without the comma")
    last = max(text.rfind(","), text.rfind("."))
    whole, rest = text[:last], text[last + 1 :]
    if "," in text and "." in text:
        text = _ungrouped(whole, printed) + f".{rest}"
    elif text.count(",") > 1 or text.count(".") > 1:
        text = _ungrouped(text, printed)
    text = text.replace(",", ".")
    if not _PLAIN.match(text):
        raise ValueError(f"{printed!r} is no number")
    return float(text)


def _ungrouped(text: str, printed: str) -> str:
    if not _GROUPED.match(text) and not text.lstrip("+-").isdigit():
        raise ValueError(f"{printed!r} is no number")
    return re.sub(r"[.,]", "", text)
