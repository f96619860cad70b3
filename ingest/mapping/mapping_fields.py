"""The parts of a mapping: person, activity, verb, time, score, duration, session.

A column is a name, which the header must contain, or a list of optional names, of which
the first filled one is used. Names are compared without case, spaces and punctuation.
"""

from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ingest.mapping.completion_statuses import STATES
from ingest.xapi.terms import activity_types, verbs

SKIP = "skip"
COMMON_VERBS = (
    "completed",
    "passed",
    "failed",
    "progressed",
    "initialized",
    "attended",
)
COMMON_VERBS += ("joined", "left", "answered", "asked", "registered", "unregistered")


class StrictModel(BaseModel):
    """A part of a mapping that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _short(field: str) -> Any:  # noqa: ANN401
    """Return a validator that accepts a bare text or list as the value of one field."""

    def widened(value: object) -> object:
        return {field: value} if isinstance(value, str | list) else value

    return model_validator(mode="before")(staticmethod(widened))


class Column(StrictModel):
    """The column of one fact: names in order of preference."""

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
    """Return a verb's name unchanged.

    Raises:
        ValueError: it is neither in the vocabulary nor an IRI.
    """
    if name in verbs() or "://" in name:
        return name
    near = [*get_close_matches(name, verbs(), n=3), SKIP, *COMMON_VERBS]
    known = ", ".join(dict.fromkeys(near))
    raise ValueError(
        f"{name!r} is no verb of seeds/verbs.csv, such as {known}, nor an IRI"
    )


class Person(StrictModel):
    """The person: an e-mail, or an account at a home page; names go to the vault."""

    email: Column | None = None
    account: Column | None = None
    home_page: str | None = None
    name: Column | None = None
    given_name: Column | None = None
    family_name: Column | None = None

    _bare = _short("email")

    @model_validator(mode="after")
    def _has_identity(self) -> "Person":
        if self.email is None and self.account is None and self.name is None:
            raise ValueError("it needs email, account or name")
        return self


class Activity(StrictModel):
    """The activity: an id or a name from a column, or one fixed id for all rows.

    `{file}` in a fixed id is the file's name. A `hidden` activity, such as a question
    that a person typed, lands as a hash, without its words.
    """

    id: Column | None = None
    iri: str | None = None
    fixed: str | None = None
    name: Column | None = None
    type: str = "course"
    hidden: bool = False
    within: Column | None = None  # the course that it is part of
    whole_type: str | None = None  # of a row that is part of no course, but is one

    _bare = _short("name")

    @model_validator(mode="after")
    def _has_identity(self) -> "Activity":
        if self.id is None and self.name is None and self.fixed is None:
            raise ValueError("it needs id, name or fixed")
        if self.iri is not None and "{}" not in self.iri:
            raise ValueError("iri must hold {}, where the id goes")
        if self.type not in activity_types() and "://" not in self.type:
            known = ", ".join(sorted(activity_types()))
            raise ValueError(f"type {self.type!r} is not one of {known}, nor an IRI")
        return self


class Verb(StrictModel):
    """The verb: one for all rows, or a column whose values stand for verbs.

    With `statuses` the column holds the statuses of a completion report: what its words
    mean stands in tables, and `values` outranks them.
    """

    fixed: str | None = None
    column: Column | None = None
    values: dict[str, str] = {}
    otherwise: str | None = None
    statuses: bool = False

    _bare = _short("fixed")

    @field_validator("values", mode="before")
    @classmethod
    def _with_text_keys(cls, value: object) -> object:
        is_table = isinstance(value, dict)
        return {str(k): v for k, v in value.items()} if is_table else value

    @model_validator(mode="after")
    def _has_known_verbs(self) -> "Verb":
        if (self.fixed is None) == (self.column is None):
            raise ValueError("it needs either fixed, or column with values")
        if self.column is not None and not (self.values or self.statuses):
            raise ValueError("a column needs values: which cell means which verb")
        if self.statuses and (self.fixed or self.otherwise):
            raise ValueError("statuses needs a column, and no otherwise")
        known = (None, SKIP, *STATES) if self.statuses else (None, SKIP)
        for name in (self.fixed, self.otherwise, *self.values.values()):
            if name not in known:
                known_verb(name)
        return self


class Time(StrictModel):
    """The time: one column, or two with a day and a time of day.

    `form` is the unit of bare numbers: seconds or milliseconds since 1970 in UTC, or a
    spreadsheet's days in local time.
    """

    column: Column | None = None
    date: Column | None = None
    clock: Column | None = None
    form: Literal["unix_seconds", "unix_milliseconds", "spreadsheet_days"] | None = None

    _bare = _short("column")

    @model_validator(mode="after")
    def _has_one_source(self) -> "Time":
        if (self.column is None) == (self.date is None):
            raise ValueError("it needs either column, or date (and clock)")
        return self


class Score(StrictModel):
    """The score: scaled (-1 to 1), percent (0 to 100), or raw (min to max)."""

    scaled: Column | None = None
    percent: Column | None = None
    raw: Column | None = None
    min: Column | float | None = None
    max: Column | float | None = None

    _bare = _short("raw")


class Flag(StrictModel):
    """A yes or no: the values of a column that mean either."""

    column: Column
    true: tuple[str, ...] = ("true", "yes", "1")
    false: tuple[str, ...] = ("false", "no", "0")


class Duration(StrictModel):
    """The duration, and what its column leaves open.

    That is the unit of bare numbers, whether 14:32 is hours and minutes or minutes and
    seconds, the decimal sign, and the language of the units' names. A row whose cell is
    empty lasted from `starts` to `ends`, if the mapping names both.
    """

    column: Column
    starts: Time | None = None
    ends: Time | None = None
    unit: Literal["seconds", "minutes", "hours", "milliseconds"] | None = None
    format: Literal["h:mm", "m:ss"] | None = None
    decimal: Literal["point", "comma"] | None = None
    language: str | None = None

    _bare = _short("column")

    @model_validator(mode="after")
    def _has_both_ends(self) -> "Duration":
        if (self.starts is None) != (self.ends is None):
            raise ValueError("it needs both starts and ends, or neither")
        return self


class Session(StrictModel):
    """The live session: its meeting number, link, code or title.

    `type` states which of them it is; without one the text is compared as both.
    """

    column: Column | None = None
    fixed: str | None = None
    type: Literal["meeting", "title"] | None = None

    _bare = _short("column")


class Questions(StrictModel):
    """Every column that the mapping neither names nor lists here holds answers."""

    other_than: tuple[str, ...] = ()


class Wide(StrictModel):
    """A table with a column for each activity, read as one row for each of its cells.

    The columns that it yields are named `Wide activity`, `Wide key`, `Wide course`,
    `Wide state`, `Wide time`, `Wide score` and `Wide maximum`; a column without a
    heading is `Column 1`, `Column 2`.

    Attributes:
        first_unnamed: the table is known by a first column without a heading, and by
            columns of states each followed by one without a heading, or with a day.
        date_after: endings of the heading of a column with the time of the one before.
        completed_on: headings of columns that hold only the day of the completion of
            the whole course.
        activities: pattern of the heading of an activity; its group `id` is its key.
        scores: whether the cells are points.
        maxima: beginning of the first cell of the row with the highest points.
        course: pattern of the file's name; its group `course` is the course.
        without: text from which on a state is left out.
        skipped: cells that say nothing.
        participants: whether each person who is listed takes part in the course.
    """

    first_unnamed: bool = False
    date_after: tuple[str, ...] = ()
    completed_on: tuple[str, ...] = ()
    activities: str | None = None
    scores: bool = False
    maxima: str | None = None
    course: str = "(?P<course>.+)"
    without: str | None = None
    skipped: tuple[str, ...] = ("",)
    participants: bool = False


class Meetings(StrictModel):
    """The columns of a calendar's table of planned sessions."""

    title: Column
    starts: Time
    ends: Time
    location: Column | None = None
    description: Column | None = None
    attendees: Column | None = None
    all_day: Column | None = None
