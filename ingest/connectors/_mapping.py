"""The YAML that says which column is what: read, checked, and wrong keys named.

A column is a name, which must be in the header, or a list of names, of which the first
filled one is taken and none has to be there. Names are compared without case, spaces
and punctuation.
"""

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from ingest.connectors._vocabulary import activity_types, verbs
from tandem.errors import DamagedFile

PRESETS = Path(__file__).parent / "presets"
SKIP = "skip"
USUAL = ("completed", "passed", "failed", "progressed", "initialized", "attended")
USUAL += ("joined", "left", "answered", "asked", "registered", "unregistered")
_WORDS = (":bool", ":timestamp", ":null")


class _Loader(yaml.SafeLoader):
    """YAML in which yes, no and dates are the words that stand there."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (as in the class that it narrows)
        first: [(tag, pattern) for tag, pattern in known if not tag.endswith(_WORDS)]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _short(field: str) -> Any:  # noqa: ANN401
    """Return a validator that takes a bare text or list for one field's value."""

    def widened(value: object) -> object:
        return {field: value} if isinstance(value, str | list) else value

    return model_validator(mode="before")(staticmethod(widened))


class Column(_Strict):
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


class Person(_Strict):
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


class Activity(_Strict):
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


class Verb(_Strict):
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
        said = [self.fixed, self.otherwise, *self.values.values()]
        for name in said:
            if name not in (None, SKIP) and name not in verbs() and "://" not in name:
                near = [*get_close_matches(name, verbs(), n=3), SKIP, *USUAL]
                known = ", ".join(dict.fromkeys(near))
                raise ValueError(
                    f"{name!r} is no verb of seeds/verbs.csv, such as {known}, "
                    "nor an IRI"
                )
        return self


class Time(_Strict):
    """When: one column, or a day and a time of day in two."""

    column: Column | None = None
    date: Column | None = None
    clock: Column | None = None

    _bare = _short("column")

    @model_validator(mode="after")
    def _is_told(self) -> "Time":
        if (self.column is None) == (self.date is None):
            raise ValueError("it needs either column, or date (and clock)")
        return self


class Score(_Strict):
    """How well: scaled -1 to 1, percent 0 to 100, or raw of max."""

    scaled: Column | None = None
    percent: Column | None = None
    raw: Column | None = None
    min: Column | float | None = None
    max: Column | float | None = None

    _bare = _short("raw")


class Flag(_Strict):
    """Yes or no by a column's values."""

    column: Column
    true: tuple[str, ...] = ("true", "yes", "1")
    false: tuple[str, ...] = ("false", "no", "0")


class Duration(_Strict):
    """How long; a bare number needs its unit."""

    column: Column
    unit: Literal["seconds", "minutes", "hours", "milliseconds"] | None = None

    _bare = _short("column")


class Session(_Strict):
    """Which live session: its meeting number, link, code or title."""

    column: Column | None = None
    fixed: str | None = None

    _bare = _short("column")


class Questions(_Strict):
    """Every column that is no other fact, and is not listed, is a question."""

    other_than: tuple[str, ...] = ()


class Meetings(_Strict):
    """A table of planned sessions, as calendars export it."""

    title: Column
    starts: Time
    ends: Time
    location: Column | None = None
    description: Column | None = None
    attendees: Column | None = None
    all_day: Column | None = None


class Mapping(_Strict):
    """A whole mapping: statements by person, activity, verb, time; or meetings."""

    source: str = "mapped"
    note: str = ""
    verified: bool = True
    recognised_by: tuple[Column, ...] = ()
    sheet: str | None = None
    header_line: Annotated[int, Field(ge=1)] = 1
    tz: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    platform: str | None = None
    person: Person | None = None
    activity: Activity | None = None
    verb: tuple[Verb, ...] = ()
    time: Time | None = None
    score: Score | None = None
    success: Flag | None = None
    completion: Flag | None = None
    duration: Duration | None = None
    session: Session | None = None
    registration: Column | None = None
    questions: Questions | None = None
    meetings: Meetings | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_verb(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("verb"), str | dict):
            return value | {"verb": [value["verb"]]}
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> "Mapping":
        if self.meetings is not None:
            return self
        needed = {"person": self.person, "activity": self.activity, "verb": self.verb}
        missing = [name for name, value in needed.items() if not value]
        if self.time is None:
            missing.append("time")
        if missing:
            raise ValueError(f"{', '.join(missing)} missing: every row needs it")
        return self


def mapping_of(path: Path) -> Mapping:
    """Read a mapping.

    Raises:
        DamagedFile: it is no YAML, or a key or value is not one that a mapping has.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), _Loader)
    except (yaml.YAMLError, UnicodeError, OSError) as error:
        raise DamagedFile(
            f"this is no YAML ({error})", path.name, "`tandem map FILE` prints one"
        ) from error
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        said = "; ".join(dict.fromkeys(_said(one) for one in error.errors()))
        raise DamagedFile(
            said, path.name, "`tandem map FILE` prints a mapping to start from"
        ) from error


def presets() -> dict[str, Path]:
    """Return the presets by name."""
    return {path.stem: path for path in sorted(PRESETS.glob("*.yml"))}


@lru_cache(maxsize=32)
def preset(name: str) -> Mapping:
    """Return a preset that comes with Tandem."""
    return mapping_of(presets()[name])


def _said(error: ErrorDetails) -> str:
    """Return one error as key, what is wrong and what is allowed."""
    inner = ("names", "Column", "float")
    parts = [p for p in error["loc"] if p not in inner and not isinstance(p, int)]
    key = ".".join(str(part) for part in parts) or "the mapping"
    if error["type"] == "extra_forbidden":
        *above, _last = parts
        return f"{key}: there is no such key; allowed are {', '.join(_keys(above))}"
    message = error["msg"].removeprefix("Value error, ")
    return f"{key}: {message[0].lower()}{message[1:]}"


def _keys(above: list[int | str]) -> list[str]:
    model: type[BaseModel] = Mapping
    models = {"person": Person, "activity": Activity, "verb": Verb, "time": Time}
    models |= {"score": Score, "success": Flag, "completion": Flag}
    models |= {"duration": Duration, "session": Session, "questions": Questions}
    models |= {"meetings": Meetings, "starts": Time, "ends": Time}
    for part in above:
        model = models.get(str(part), model)
    return list(model.model_fields)
