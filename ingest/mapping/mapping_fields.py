"""The parts of a mapping: who, what, did what, when, how well, how long, where.

A column is a name, which must be in the header, or a list of names, of which the first
filled one is taken and none has to be there. Names are compared without case, spaces
and punctuation.
"""

from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ingest.xapi.terms import activity_types, verbs

SKIP = "skip"
USUAL = ("completed", "passed", "failed", "progressed", "initialized", "attended")
USUAL += ("joined", "left", "answered", "asked", "registered", "unregistered")


class Strict(BaseModel):
    """What may have the keys that it names, and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _short(field: str) -> Any:  # noqa: ANN401
    """Return a validator that takes a bare text or list for one field's value."""

    def widened(value: object) -> object:
        return {field: value} if isinstance(value, str | list) else value

    return model_validator(mode="before")(staticmethod(widened))


class Column(Strict):
    """One fact's column: names in order of preference."""

    names: tuple[str, ...] = Field(min_length=1)
    is_optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str):
            return {"names": [value]}
        if isinstance(value, list):
            return {"names": value, "is_optional": True}
        return value


def known_verb(name: str) -> str:
    """Return a verb's name as it is.

    Raises:
        ValueError: the vocabulary has no such verb, and it is no IRI.
    """
    if name in verbs() or "://" in name:
        return name
    near = [*get_close_matches(name, verbs(), n=3), SKIP, *USUAL]
    known = ", ".join(dict.fromkeys(near))
    raise ValueError(
        f"{name!r} is no verb of seeds/verbs.csv, such as {known}, nor an IRI"
    )


class Person(Strict):
    """Who: an e-mail, or an account at a home page; the name is for the vault only."""

    email: Column | None = None
    account: Column | None = None
    home_page: str | None = None
    name: Column | None = None
    given_name: Column | None = None
    family_name: Column | None = None

    _bare = _short("email")

    @model_validator(mode="after")
    def _is_somebody(self) -> "Person":
        if self.email is None and self.account is None and self.name is None:
            raise ValueError("it needs email, account or name")
        return self


class Activity(Strict):
    """What: an id or a name from a column, or one fixed id for all rows.

    `{file}` in a fixed id is the file's name. What is `hidden`, such as a question that
    somebody typed, is told apart by a hash and lands without its words.
    """

    id: Column | None = None
    iri: str | None = None
    fixed: str | None = None
    name: Column | None = None
    type: str = "course"
    hidden: bool = False

    _bare = _short("name")

    @model_validator(mode="after")
    def _is_something(self) -> "Activity":
        if self.id is None and self.name is None and self.fixed is None:
            raise ValueError("it needs id, name or fixed")
        if self.iri is not None and "{}" not in self.iri:
            raise ValueError("iri must hold {}, where the id goes")
        if self.type not in activity_types() and "://" not in self.type:
            known = ", ".join(sorted(activity_types()))
            raise ValueError(f"type {self.type!r} is not one of {known}, nor an IRI")
        return self


class Verb(Strict):
    """Did what: one verb for all rows, or a column whose values stand for verbs."""

    fixed: str | None = None
    column: Column | None = None
    values: dict[str, str] = {}
    otherwise: str | None = None

    _bare = _short("fixed")

    @field_validator("values", mode="before")
    @classmethod
    def _cells(cls, value: object) -> object:
        is_table = isinstance(value, dict)
        return {str(k): v for k, v in value.items()} if is_table else value

    @model_validator(mode="after")
    def _is_known(self) -> "Verb":
        if (self.fixed is None) == (self.column is None):
            raise ValueError("it needs either fixed, or column with values")
        if self.column is not None and not self.values:
            raise ValueError("a column needs values: which cell means which verb")
        for name in (self.fixed, self.otherwise, *self.values.values()):
            if name not in (None, SKIP):
                known_verb(name)
        return self


class Time(Strict):
    """When: one column, or a day and a time of day in two.

    `form` says what a bare number counts: seconds or milliseconds since 1970 in UTC, or
    a spreadsheet's days on the wall of the zone.
    """

    column: Column | None = None
    date: Column | None = None
    clock: Column | None = None
    form: Literal["unix_seconds", "unix_milliseconds", "spreadsheet_days"] | None = None

    _bare = _short("column")

    @model_validator(mode="after")
    def _is_told(self) -> "Time":
        if (self.column is None) == (self.date is None):
            raise ValueError("it needs either column, or date (and clock)")
        return self


class Score(Strict):
    """How well: scaled -1 to 1, percent 0 to 100, or raw of max."""

    scaled: Column | None = None
    percent: Column | None = None
    raw: Column | None = None
    min: Column | float | None = None
    max: Column | float | None = None

    _bare = _short("raw")


class Flag(Strict):
    """Yes or no by a column's values."""

    column: Column
    true: tuple[str, ...] = ("true", "yes", "1")
    false: tuple[str, ...] = ("false", "no", "0")


class Duration(Strict):
    """How long; a bare number needs its unit."""

    column: Column
    unit: Literal["seconds", "minutes", "hours", "milliseconds"] | None = None

    _bare = _short("column")


class Session(Strict):
    """Which live session: its meeting number, link, code or title."""

    column: Column | None = None
    fixed: str | None = None

    _bare = _short("column")


class Questions(Strict):
    """Every column that is no other fact, and is not listed, is a question."""

    other_than: tuple[str, ...] = ()


class Meetings(Strict):
    """A table of planned sessions, as calendars export it."""

    title: Column
    starts: Time
    ends: Time
    location: Column | None = None
    description: Column | None = None
    attendees: Column | None = None
    all_day: Column | None = None
