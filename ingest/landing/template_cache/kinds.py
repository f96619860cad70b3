"""Kinds of places in a statement whose value can be judged by itself.

A place that is of no kind here is part of what the rules have to prove as a whole.
Each kind says which values the rules accept wherever it stands, and how a value is
written in the canonical texts and in the columns. Anything doubtful is not accepted
here and goes to the rules.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import polars as pl

from ingest.landing.collection_filter import DEFAULT_POLICY
from ingest.parsing.personal_data import is_clean, is_clean_identifier
from ingest.storage.canonical import canonical_text
from ingest.xapi.equivalence import canonical
from ingest.xapi.formats import (
    is_duration,
    is_iri,
    is_language_tag,
    is_mailto,
    is_sha1,
    parse_duration,
    parse_timestamp,
)
from ingest.xapi.normalisation import spelled, utc_text
from ingest.xapi.validation import check

Render = Callable[[str], str]
Convert = Callable[[str], Any]

REMEMBERED = 200_000
SCORED: dict[str, Any] = {
    "actor": {"mbox": "mailto:somebody@example.org"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/scored"},
    "object": {"id": "https://example.org/"},
}
WHOLE_SECONDS = len("2024-05-01T10:00:00Z")
MILLISECONDS = len("2024-05-01T10:00:00.000Z")

_UUIDS = re.compile(
    r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\n)*"
)
PLAIN_TIMESTAMP = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]{1,6})?Z$"
)
# Of these, no date can fail to exist.
SURE_TIMESTAMP = PLAIN_TIMESTAMP.replace(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "(?:1[0-9]|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])",
)
_PLAIN_TIMESTAMP = re.compile(PLAIN_TIMESTAMP.removeprefix("^").removesuffix("$"))
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


@dataclass
class Kind:
    """One kind of place.

    `marker` gives the raw JSON content of the n-th of distinct sample values (n below
    40); `renders` are the ways in which a value may come out in canonical text,
    `converts` those in which it may come out in a column.
    """

    name: str
    marker: Callable[[int], str]
    accepts: Callable[[str], bool]
    renders: tuple[Render, ...]
    converts: tuple[Convert, ...]
    known: set[str]

    def refused(self, column: Iterable[str]) -> set[str]:
        """Return the values of a column that this kind cannot vouch for."""
        new = set(column) - self.known
        bad = {value for value in new if not self.accepts(value)}
        if len(self.known) > REMEMBERED:
            self.known.clear()
        self.known |= new - bad
        return bad

    def doubtful(self, column: pl.Series) -> pl.Series | None:
        """Return which values this kind cannot vouch for, None if there are none."""
        bad = self.refused(column.unique().to_list())
        return column.is_in(list(bad)) if bad else None


class Anything(Kind):
    """Texts of which nothing is written."""

    def doubtful(self, column: pl.Series) -> pl.Series | None:
        """Return None: any text will do."""


class Uuid(Kind):
    """Lower-case UUIDs: nearly all distinct, so judged by the column."""

    def refused(self, column: Iterable[str]) -> set[str]:
        """Return the values that are no lower-case UUID."""
        if _UUIDS.fullmatch("\n".join(column) + "\n"):
            return set()
        return {value for value in column if not self.accepts(value)}

    def doubtful(self, column: pl.Series) -> pl.Series | None:
        """Return which values are no lower-case UUID, None if there are none."""
        good = column.str.contains(UUID)
        return None if good.all() else ~good


class Timestamp(Kind):
    """Times: nearly all in one spelling, which polars reads at once."""

    def doubtful(self, column: pl.Series) -> pl.Series | None:
        """Return which values are no timestamps, None if there are none."""
        sure = column.str.contains(SURE_TIMESTAMP)
        if sure.all():
            return None
        bad = self.refused(column.filter(~sure).unique().to_list())
        return column.is_in(list(bad)) if bad else None


def same(text: str) -> str:
    """Return a value as it is: without escapes, source and canonical text agree."""
    return text


@lru_cache(REMEMBERED)
def moment(text: str) -> datetime:
    """Return the naive UTC time of an accepted timestamp."""
    if _PLAIN_TIMESTAMP.fullmatch(text):
        return datetime.fromisoformat(text[:-1])
    return parse_timestamp(text)


@lru_cache(REMEMBERED)
def normal_timestamp(text: str) -> str:
    """Return an accepted timestamp in the one spelling that is kept."""
    if not _PLAIN_TIMESTAMP.fullmatch(text):
        return utc_text(text)
    if len(text) == WHOLE_SECONDS:
        return text
    if len(text) == MILLISECONDS and text[-4:-1] != "000":
        return f"{text[:-1]}000Z"
    return spelled(moment(text))


@lru_cache(REMEMBERED)
def compared_duration(text: str) -> str:
    """Return a duration as two statements' durations are compared."""
    activity = {"id": ""}
    statement = {"actor": {}, "verb": activity, "object": activity}
    return canonical(statement | {"result": {"duration": text}})["result"]["duration"]


def _is_timestamp(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True


@lru_cache(REMEMBERED)
def number_text(literal: str) -> str:
    """Return the canonical text of a JSON number."""
    return canonical_text(json.loads(literal))


def _is_fraction(literal: str) -> bool:
    value = float(literal)
    return abs(value) < 1e15 and not value.is_integer()


def _is_plain_iri(text: str) -> bool:
    is_plain = "@" not in text and "%40" not in text
    return is_plain and is_clean_identifier(text) and is_iri(text)


@lru_cache(REMEMBERED)
def is_score(names: tuple[str, ...], literals: tuple[str, ...]) -> bool:
    """Return whether the rules accept a score of these parts, as JSON numbers."""
    parts = zip(names, map(json.loads, literals), strict=True)
    return not check(SCORED | {"result": {"score": dict(parts)}})


def kinds() -> dict[str, Kind]:
    """Return the kinds by name, with nothing remembered yet."""
    number = (float, lambda text: float(text) / 100)
    whole = (lambda text: int(float(text)), *number)
    made = (
        Uuid(
            "uuid",
            lambda n: f"{n:08x}-feed-4bad-8bad-0123456789ab",
            lambda text: _UUIDS.fullmatch(text + "\n") is not None,
            (same,),
            (same,),
            set(),
        ),
        Timestamp(
            "timestamp",
            lambda n: f"2001-02-03T05:{n:02}:06.1234567+01:00",
            _is_timestamp,
            (same, normal_timestamp),
            (moment, same),
            set(),
        ),
        Kind(
            "duration",
            lambda n: f"PT7H{n}M5.129S",
            is_duration,
            (same, compared_duration),
            (parse_duration, same),
            set(),
        ),
        Kind(
            "iri",
            lambda n: f"https://marker.example/{n}/place",
            _is_plain_iri,
            (same,),
            (same,),
            set(),
        ),
        Kind("text", lambda n: f"Marker{n}Text", is_clean, (same,), (same,), set()),
        Kind(
            "platform",
            lambda n: f"Marker{n}Platform",
            lambda text: is_clean(text) and DEFAULT_POLICY.allows_platform(text),
            (same,),
            (same,),
            set(),
        ),
        Kind(
            "language",
            lambda n: f"x-mark{n:02}",
            lambda text: is_clean(text) and is_language_tag(text),
            (same,),
            (same,),
            set(),
        ),
        Anything("any", lambda n: f"Marker{n}Any", lambda _: True, (same,), (), set()),
        Kind(
            "mbox",
            lambda n: f"mailto:marker{n}@marker.example",
            is_mailto,
            (same,),
            (),
            set(),
        ),
        Kind("sha1", lambda n: f"{n:040x}", is_sha1, (same,), (), set()),
        Kind(
            "I",
            lambda n: str(700_001 + n),
            lambda text: len(text) < 15 and text != "-0",
            (same,),
            whole,
            set(),
        ),
        Kind(
            "W",
            lambda n: f"{700_001 + n}.0",
            lambda text: len(text) < 15 and not text.startswith("-0"),
            (number_text,),
            whole,
            set(),
        ),
        Kind(
            "F",
            lambda n: f"{700_001 + n}.25",
            _is_fraction,
            (number_text,),
            number,
            set(),
        ),
    )
    return {kind.name: kind for kind in made}
