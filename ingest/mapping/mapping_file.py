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
    Wide,
    known_verb,
)
from tandem.core.errors import DamagedFile
from tandem.core.files import unreadable_as_error

PRESETS = Path(__file__).parent / "presets"
MOST_VALUES, LARGEST_BYTES = 10_000, 1 << 20  # of a mapping
REASONS_SHOWN, LONGEST_REASON = 3, 400
_NOT_CONVERTED = (":bool", ":timestamp", ":null")


class _Loader(yaml.SafeLoader):
    """A YAML loader that reads yes, no and dates as text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (overrides an attribute of the base class)
        first: [
            (tag, pattern) for tag, pattern in known if not tag.endswith(_NOT_CONVERTED)
        ]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _PresetLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same by libyaml, which is ten times as fast.

    For presets alone: deep nesting in somebody's file would exhaust its stack.
    """

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


class Mapping(StrictModel):
    """A whole mapping: of statements (person, activity, verb, time), or of meetings."""

    source: str = "mapped"
    note: str = ""
    vendor: str = ""  # whose words of states hold; it is not written, as platform is
    report: str = ""  # which report of the platform it reads
    verified: bool = True
    layout: str = ""  # where the layout is documented, or why it is not verified
    lacks: tuple[str, ...] = ()  # evidence that the report does not hold, in words
    recognised_by: tuple[Column, ...] = ()
    marks: tuple[str, ...] = ()  # what only this vendor writes; * stands for any text
    sheet: str | None = None
    header_line: Annotated[int, Field(ge=0)] = 1  # 0: no headings, `Column 1`, ...
    first_line: Annotated[int, Field(ge=1)] = 1  # of a table without headings
    tz: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    platform: str | None = None
    person: Person | None = None
    activity: Activity | None = None
    verb: tuple[Verb, ...] = ()
    time: Time | None = None
    times: dict[str, Time] = Field(default={})  # by verb; `time` for all other verbs
    report_day: tuple[str, ...] = ()  # labels of the day above a table without times
    deferred_to: Time | None = None  # when a deferred row is due instead
    score: Score | None = None
    success: Flag | None = None
    completion: Flag | None = None
    duration: Duration | None = None
    session: Session | None = None
    registration: Column | None = None
    questions: Questions | None = None
    wide: Wide | None = None
    undated: bool = False  # the report prints no time: its facts land without one
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
        if self.time is None and not self.times and not self.undated:
            missing.append("time")
        if self.statuses and (len(self.verb) > 1 or self.session or self.questions):
            raise ValueError("statuses stands alone: no other verb, session, questions")
        if self.undated and (self.statuses or self.session or self.questions):
            raise ValueError("undated stands alone: no statuses, session, questions")
        if missing:
            raise ValueError(f"{', '.join(missing)} missing: every row needs it")
        return self


def mapping_of(path: Path) -> Mapping:
    """Read a mapping.

    Raises:
        DamagedFile: the file cannot be read, is no YAML, or has a wrong key or value.
    """
    with unreadable_as_error(path):
        content = _content(path)
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        found = list(dict.fromkeys(_reason(one) for one in error.errors()))
        reasons = [_cut(reason) for reason in found[:REASONS_SHOWN]]
        if len(found) > REASONS_SHOWN:
            reasons.append(f"and {len(found) - REASONS_SHOWN} more")
        raise DamagedFile(
            "; ".join(reasons),
            path.name,
            "`tandem map FILE` prints a mapping to start from",
        ) from None


def _content(path: Path) -> object:
    """Return what the YAML holds.

    Raises:
        DamagedFile: it is no YAML, or its aliases unfold to too much.
    """
    next_step = "`tandem map FILE` prints one"
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DamagedFile("it is too large for a mapping", path.name, next_step)
        loader = _PresetLoader if path.parent == PRESETS else _Loader
        content = yaml.load(path.read_text(encoding="utf-8-sig"), loader)
        content = _with_base(content)
    except RecursionError:
        raise DamagedFile(
            "its YAML is nested too deeply", path.name, next_step
        ) from None
    except UnicodeError:
        raise DamagedFile("it is not UTF-8", path.name, next_step) from None
    except (yaml.YAMLError, ValueError) as error:
        raise DamagedFile(_fault(error), path.name, next_step) from None
    if not _is_small(content):
        raise DamagedFile(
            f"its aliases (*name) unfold to more than {MOST_VALUES:,} values",
            path.name,
            "write the values out",
        )
    return content


def _with_base(content: object) -> object:
    """Return a mapping with the keys of the preset that it names under `like`."""
    if not isinstance(content, dict) or "like" not in content:
        return content
    name = content["like"]
    if not isinstance(name, str) or name not in presets():
        raise ValueError(f"like: {name!r} is none of {', '.join(presets())}")
    text = presets()[name].read_text(encoding="utf-8")
    base = _with_base(yaml.load(text, _PresetLoader))
    rest = {key: value for key, value in content.items() if key != "like"}
    return {**base, "layout": "", "lacks": [], **rest}


def _fault(error: Exception) -> str:
    """Return where a YAML is wrong, and why."""
    mark = getattr(error, "problem_mark", None)
    line = f" in line {mark.line + 1}" if mark else ""
    return f"this is no YAML{line} ({_cut(getattr(error, 'problem', None) or error)})"


def _is_small(content: object) -> bool:
    """Return whether a value holds few others, counted as often as they occur."""
    waiting, count = [content], 0
    while waiting:
        value = waiting.pop()
        count += 1
        if count + len(waiting) > MOST_VALUES:
            return False
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple | set):
            waiting += value
    return True


def _cut(reason: object) -> str:
    text = " ".join(str(reason).split())
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."


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
    models |= {"wide": Wide}
    for part in above:
        model = Time if "times" in above else models.get(str(part), model)
    return list(model.model_fields)
