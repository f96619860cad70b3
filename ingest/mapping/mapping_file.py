"""Read and check a mapping: the YAML file that explains the columns of a table."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from ingest.mapping.mapping_fields import (
    Activity,
    Column,
    Duration,
    Flag,
    Meetings,
    Person,
    Questions,
    Score,
    Session,
    StrictModel,
    Time,
    Verb,
    known_verb,
)
from tandem.core.errors import DamagedFile

PRESETS = Path(__file__).parent / "presets"
_NOT_CONVERTED = (":bool", ":timestamp", ":null")


class _Loader(yaml.SafeLoader):
    """A YAML loader that reads yes, no and dates as text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (overrides an attribute of the base class)
        first: [
            (tag, pattern) for tag, pattern in known if not tag.endswith(_NOT_CONVERTED)
        ]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class Mapping(StrictModel):
    """A whole mapping: of statements (person, activity, verb, time), or of meetings."""

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
    times: dict[str, Time] = Field(default={})  # by verb; `time` for all other verbs
    deferred_to: Time | None = None  # when a deferred row is due instead
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
    def _with_verb_list(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("verb"), str | dict):
            return value | {"verb": [value["verb"]]}
        return value

    @field_validator("times")
    @classmethod
    def _has_known_verbs(cls, value: dict[str, Time]) -> dict[str, Time]:
        return {known_verb(name): time for name, time in value.items()}

    @property
    def statuses(self) -> Verb | None:
        """The verb whose column holds the statuses of a completion report, if any."""
        return next((verb for verb in self.verb if verb.statuses), None)

    @model_validator(mode="after")
    def _is_complete(self) -> "Mapping":
        if self.meetings is not None:
            return self
        needed = {"person": self.person, "activity": self.activity, "verb": self.verb}
        missing = [name for name, value in needed.items() if not value]
        if self.time is None and not self.times:
            missing.append("time")
        if self.statuses and (len(self.verb) > 1 or self.session or self.questions):
            raise ValueError("statuses stands alone: no other verb, session, questions")
        if missing:
            raise ValueError(f"{', '.join(missing)} missing: every row needs it")
        return self


def mapping_of(path: Path) -> Mapping:
    """Read a mapping.

    Raises:
        DamagedFile: the file is no YAML, or has a wrong key or value.
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
        reasons = "; ".join(dict.fromkeys(_reason(found) for found in error.errors()))
        raise DamagedFile(
            reasons, path.name, "`tandem map FILE` prints a mapping to start from"
        ) from error


def presets() -> dict[str, Path]:
    """Return the files of the presets by name."""
    return {path.stem: path for path in sorted(PRESETS.glob("*.yml"))}


@lru_cache(maxsize=32)
def preset(name: str) -> Mapping:
    """Return a preset."""
    return mapping_of(presets()[name])


def _reason(error: ErrorDetails) -> str:
    """Return one error as its key, the defect and the allowed values."""
    inner = ("names", "Column", "float")
    parts = [p for p in error["loc"] if p not in inner and not isinstance(p, int)]
    key = ".".join(str(part) for part in parts) or "the mapping"
    if error["type"] == "extra_forbidden":
        *above, _last = parts
        return f"{key}: there is no such key; allowed are {', '.join(_keys(above))}"
    message = error["msg"].removeprefix("Value error, ")
    return f"{key}: {message[0].lower()}{message[1:]}"


def _keys(above: list[int | str]) -> list[str]:
    """Return the keys that are allowed below a path of keys."""
    model: type[BaseModel] = Mapping
    models = {"person": Person, "activity": Activity, "verb": Verb, "time": Time}
    models |= {"score": Score, "success": Flag, "completion": Flag}
    models |= {"duration": Duration, "session": Session, "questions": Questions}
    models |= {"meetings": Meetings, "starts": Time, "ends": Time, "deferred_to": Time}
    for part in above:
        model = Time if "times" in above else models.get(str(part), model)
    return list(model.model_fields)
