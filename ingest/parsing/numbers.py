"""Parse numbers as people and spreadsheets print them; ambiguous ones are refused.

The locale of a table is seldom known, which Babel's parser needs: groups of thousands
and the decimal sign are recognised by their shape, and by the other cells of a column.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Literal

Sign = Literal[".", ","]

_BLANK = r"[ \u00a0\u2009\u202f'’٬]"  # separates thousands, never decimals
_SPACED = re.compile(rf"^\d{{1,3}}({_BLANK})\d{{3}}(?:\1\d{{3}})*(?=[.,]|$)")
_GROUPED = re.compile(
    r"^(?:\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*|\d{1,2}(?:([.,])\d\d)(?:\2\d\d)*\2\d{3})$"
)  # 1,234,567, or 12,34,567 as in India
_ONE_GROUP = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$")
_EXPONENT = re.compile(r"^\d+(?:\.\d+)?[eE][+-]?\d+$")
_MARKS = str.maketrans({"٫": ".", "−": "-"})
# A printed number inside a longer text, with its groups of thousands.
NUMBER = (
    rf"\d{{1,3}}(?:{_BLANK}\d{{3}})+(?!\d)(?:[.,٫]\d+)?"  # 1 234,5
    r"|\d+(?:[.,٫]\d+)*"  # 1234.5, 1.234,5, 1.234.567
)


class UnclearNumber(ValueError):
    """A number that can be read in two ways: 1,234 is 1234 or 1.234."""

    def __init__(self, printed: str) -> None:
        either = f"{re.sub('[.,]', '', printed)} or {printed.replace(',', '.')}"
        sign = "point" if "." in printed else "comma"
        super().__init__(f"it could be {either}: write it without the {sign}")


def number_of(printed: str, sign: Sign | None = None) -> float:
    """Return the number that a cell prints: 1234.5, 1.234,50, 1,234.50, 1 234,5.

    Args:
        printed: the text of the cell.
        sign: the decimal sign of its column, None where that is not known. Then a
            single point is the decimal sign. So is a single comma, unless exactly three
            digits follow it: 1,234 can be 1234 or 1.234.

    Raises:
        ValueError: the text is no number, or is ambiguous.
    """
    return float(decimal_of(printed, sign, unclear=","))


def decimal_of(printed: str, sign: Sign | None = None, unclear: str = ".,") -> Decimal:
    """Return the number that a text prints, exactly.

    Args:
        printed: the text.
        sign: the decimal sign of its column, None where that is not known.
        unclear: the separators that are refused before exactly three digits, where the
            sign is not known.

    Raises:
        UnclearNumber: it can be read in two ways.
        ValueError: the text is no number.
    """
    text = _ascii_digits(printed.strip().translate(_MARKS))
    minus = "-" if text.startswith("-") else ""
    body = text.removeprefix("-").removeprefix("+").strip() or "?"
    try:
        return Decimal(minus + _plain(body, sign, unclear))
    except (InvalidOperation, ArithmeticError) as error:
        raise ValueError(f"{printed!r} is no number") from error


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def _plain(body: str, sign: Sign | None, unclear: str) -> str:
    """Return a number with a point as its only separator, "" for another text."""
    if _EXPONENT.match(body):
        return body
    if spaced := _SPACED.match(body):
        whole = body[: spaced.end()].replace(spaced.group(1), "")
        return _digits(whole, body[spaced.end() + 1 :])
    separators = [letter for letter in body if letter in ".,"]
    last = max(body.rfind("."), body.rfind(","))
    whole, rest = body[:last], body[last + 1 :]
    if len(set(separators)) == 2:
        is_grouped = _GROUPED.match(whole) and separators.count(body[last]) == 1
        return _digits(re.sub("[.,]", "", whole), rest) if is_grouped else ""
    if len(separators) > 1:
        return re.sub("[.,]", "", body) if _GROUPED.match(body) else ""
    if _ONE_GROUP.match(body):
        if sign is None and separators[0] in unclear:
            raise UnclearNumber(body)
        if sign is not None and separators[0] != sign:
            return re.sub("[.,]", "", body)
    return _digits(whole, rest) if separators else _digits(body, "")


def _digits(whole: str, rest: str) -> str:
    """Return whole and fraction with a point between them, "" for other characters."""
    is_number = (whole + rest).isdecimal() and (not rest or rest.isdecimal())
    return f"{whole or '0'}.{rest or '0'}" if is_number else ""


def count_of(printed: str) -> float:
    """Return a number of a column of whole numbers, such as minutes: 1,234 is 1234.

    A separator before exactly three digits separates thousands, any other is a decimal
    sign.

    Raises:
        ValueError: the text is no number.
    """
    text = printed.strip()
    return number_of(re.sub("[.,]", "", text) if _GROUPED.match(text) else text)


def decimal_sign(printed: Iterable[str]) -> Sign | None:
    """Return the decimal sign that the numbers of one column prove.

    A separator that is not before exactly three digits is the decimal sign, and so is
    the last of two different ones; a separator that occurs twice is none. None where no
    number proves one, or they contradict each other.
    """
    proven = {sign for text in printed for sign in _proven(text.strip())}
    return proven.pop() if len(proven) == 1 else None


def _proven(text: str) -> Iterator[Sign]:
    body = text.lstrip("+-").strip()
    if spaced := _SPACED.match(body):
        yield from re.findall("[.,]", body[spaced.end() :])[:1]
        return
    separators = re.findall("[.,]", body)
    if not separators or not re.fullmatch(r"[\d.,]+", body):
        return
    if len(set(separators)) == 2:
        yield separators[-1]
    elif len(separators) > 1:
        yield "," if separators[0] == "." else "."
    elif not _ONE_GROUP.match(body):
        yield separators[0]
