"""Which column of a table is probably what: by its heading, else by its cells."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ingest.connectors._hr_words import plain
from ingest.connectors._mapped_columns import columns_in
from ingest.connectors._mapping import preset, presets
from ingest.connectors._tables import Table
from ingest.parsing.days import day_clock
from ingest.parsing.durations import seconds_of
from ingest.parsing.times import zone
from tandem.errors import UndecidedFile

MOSTLY = 0.8  # of the filled cells that say what a column is
_ADDRESS = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)$")
_DOING = re.compile(
    "progress|complet|finish|fortschritt|abgeschlossen|avance|progres|voortgang|postęp",
    re.IGNORECASE,
)
PROGRESS, DONE_OR_NOT = "how far somebody got", "whether it is done"
OF_DOING = (PROGRESS, DONE_OR_NOT)

YES = {"yes", "ja", "oui", "sí", "si", "tak", "true", "y"}
NO = {"no", "nein", "non", "nie", "nee", "false", "n"}
KEYS = (
    "person.email",
    "person.account",
    "person.name",
    "person.given_name",
    "person.family_name",
    "activity.id",
    "activity.name",
    "verb.column",
    "time.column",
    "score.percent",
    "score.raw",
    "score.max",
    "duration.column",
    "session.column",
    "registration",
)


@dataclass(frozen=True)
class Guess:
    """A column for one key of the mapping, and what speaks for it."""

    heading: str
    why: str


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Return which key each heading of the presets stands for."""
    found: dict[str, str] = {}
    for name in ("lms-completions", "scorm-cloud", "skolarli", *presets()):
        for key, column in columns_in(preset(name)):
            for heading in column.names:
                if key in KEYS:
                    found.setdefault(plain(heading), key)
    return found


def guesses(table: Table) -> dict[str, Guess]:
    """Return a column for each key of a mapping that something speaks for."""
    found: dict[str, Guess] = {}
    for heading in _by_rank(table):
        key = _meant(heading)
        if key and _is_fit(table, heading, key):
            found.setdefault(key, Guess(heading, "by its heading"))
    taken = {guess.heading for guess in found.values()}
    for key, has_shape, why in SHAPES:
        free = [name for name in _by_rank(table) if name not in taken]
        fitting = [name for name in free if share(table, name, has_shape) >= MOSTLY]
        if why in OF_DOING:
            fitting = [name for name in fitting if _DOING.search(name)]
        elif key == "score.percent":
            fitting = [name for name in fitting if not _DOING.search(name)]
        if key not in found and len(fitting) == 1:
            found[key] = Guess(fitting[0], why)
            taken.add(fitting[0])
    return found


def _by_rank(table: Table) -> list[str]:
    """Return the filled columns, those first that presets name first."""
    order = {heading: place for place, heading in enumerate(_known())}

    def rank(name: str) -> int:
        bare = _IN_BRACKETS.sub("", name)
        return order.get(plain(name), order.get(plain(bare), len(order)))

    named = dict.fromkeys(name for name in table.header if name)
    return sorted((name for name in named if table.column(name)), key=rank)


def _meant(heading: str) -> str | None:
    """Return which key a heading stands for, with what it says in brackets or not."""
    bare = plain(_IN_BRACKETS.sub("", heading))
    return _known().get(plain(heading)) or _known().get(bare)


def _is_fit(table: Table, heading: str, key: str) -> bool:
    """Return whether cells are what a heading says: `Completed` may be yes or no."""
    fits = {
        "time.column": _is_time,
        "score.percent": _is_number,
        "score.raw": _is_number,
    }
    return key not in fits or share(table, heading, fits[key]) >= MOSTLY


def times(table: Table) -> list[str]:
    """Return the columns of times by heading: what finished before what began."""
    return [
        name
        for name in _by_rank(table)
        if _meant(name) == "time.column" and _is_fit(table, name, "time.column")
    ]


def share(table: Table, name: str, has_shape: Callable[[str], bool]) -> float:
    """Return the share of a column's filled cells that have a shape."""
    cells = table.column(name)
    return sum(map(has_shape, cells)) / len(cells) if cells else 0.0


def _is_time(cell: str) -> bool:
    if not re.search(r"\d", cell) or re.fullmatch(r"[\d.,]{1,7}", cell):
        return False
    try:
        return day_clock("", zone("UTC"), "dmy", [cell]).utc(cell) is not None
    except (ValueError, UndecidedFile):
        return False


def _is_number(cell: str) -> bool:
    return re.match(r"-?\d[\d.,]*\s*(?:%|/|of|von|sur|de|$)", cell) is not None


def _is_duration(cell: str) -> bool:
    try:
        return seconds_of(cell) >= 0
    except ValueError:
        return False


def _is_status(cell: str) -> bool:
    return plain(cell) in meanings()


def _is_yes_or_no(cell: str) -> bool:
    return cell.casefold() in YES | NO


SHAPES: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    (
        "person.email",
        lambda cell: bool(_ADDRESS.match(cell)),
        "its cells are addresses",
    ),
    ("verb.column", _is_status, "its cells are known states"),
    ("verb.column", _is_yes_or_no, DONE_OR_NOT),
    ("verb.column", lambda cell: cell.endswith("%"), PROGRESS),
    ("time.column", _is_time, "its cells are times"),
    ("duration.column", _is_duration, "its cells are durations"),
    ("score.percent", lambda cell: cell.endswith("%"), "its cells are percentages"),
)


@lru_cache(maxsize=1)
def meanings() -> dict[str, str]:
    """Return which verb a state stands for in the presets."""
    found: dict[str, str] = {}
    for name in presets():
        for verb in preset(name).verb:
            for value, meant in verb.values.items():
                found.setdefault(plain(value), meant)
    return found


def done(cell: str) -> str | None:
    """Return the verb of a yes or no, whether something is done."""
    answers = {"completed": YES, "skip": NO}
    return next(
        (verb for verb, said in answers.items() if cell.casefold() in said), None
    )
