"""Which texts that people wrote name a business unit that is closed to a reader."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from dashboards.queries import Snapshot, catalogue
from tandem.core.readers import EVERY_UNIT


def units_not_of_reader(snapshot: Snapshot) -> list[str]:
    """Return the business units that the reader of a snapshot may not read about."""
    own = snapshot.business_unit
    if own == EVERY_UNIT:
        return []
    whole = replace(snapshot, business_unit=EVERY_UNIT)
    return [name for name in catalogue.business_units(whole) if name != own]


def names_any(values: Iterable[object], names: list[str]) -> bool:
    """Return whether a text names one of some business units as words of their own.

    Case, line ends, hyphens, other signs between the words, and characters that
    nobody sees make no difference.
    """
    texts = [value for value in values if isinstance(value, str)]
    return any(_names(text, name) for name in names for text in texts)


def _names(text: str, name: str) -> bool:
    words = _words(name)
    return f" {words} " in f" {_words(text)} " if words else name in text


def _words(text: str) -> str:
    """Return the words of a text in small letters, with one space between them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kinds = ((each, unicodedata.category(each)) for each in plain)
    # L, M and N: letters, their marks, digits. Cf: joiners, which nobody sees.
    kept = (each if kind[0] in "LMN" else " " for each, kind in kinds if kind != "Cf")
    return " ".join("".join(kept).split())
