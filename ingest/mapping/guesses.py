"""Which column of a table is probably what: by its heading, else by its cells."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.mapping.columns import columns_in
from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.people_headings import plain
from ingest.mapping.tables import Table
from ingest.mapping.times import MOSTLY, filled, times_by_role
from ingest.parsing.durations import seconds_of
from ingest.parsing.numbers import number_of

_ADDRESS = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)$")
_DOING = re.compile(
    "progress|complet|finish|fortschritt|abgeschlossen|avance|progres|voortgang|postęp",
    re.IGNORECASE,
)
_SPENT = re.compile(
    r"spent|taken|tracked|attended|viewed|watched|total (?:course |learning )?time|"
    r"time in|session time|time on|lernzeit|temps passé|tiempo dedicado|trascorso",
    re.IGNORECASE,
)
_NOT_SPENT = re.compile(
    r"estimat|plan|credit|training hours|schedul|cpd|cpe|limit|allow|zone|average",
    re.IGNORECASE,
)
PROGRESS, DONE_OR_NOT = "how far somebody got", "whether it is done"
DURATION, PERCENTAGE = "by its heading", "its cells are percentages"
OF_DOING = (PROGRESS, DONE_OR_NOT)

YES = {"yes", "ja", "oui", "sí", "si", "tak", "true", "y"}
NO = {"no", "nein", "non", "nie", "nee", "false", "n"}
NEGATIONS = {
    "not",
    "nicht",
    "no",
    "non",
    "pas",
    "nie",
    "niet",
    "não",
    "un",
    "ohne",
    "never",
}
KEYS = (
    "person.email",
    "person.account",
    "person.name",
    "person.given_name",
    "person.family_name",
    "activity.id",
    "activity.name",
    "verb.column",
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
                # An ID is anything's where its table does not say whose.
                if key in KEYS and plain(heading) != "id":
                    found.setdefault(plain(heading), key)
    return found


def guesses(table: Table) -> dict[str, Guess]:
    """Return a column for each key of a mapping that something speaks for."""
    found: dict[str, Guess] = {}
    timed = {name for names in times_by_role(table).values() for name in names}
    for heading in _by_rank(table):
        key = _meant(heading)
        if key and heading not in timed and _is_fit(table, heading, key):
            found.setdefault(key, Guess(heading, "by its heading"))
    taken = {guess.heading for guess in found.values()} | timed
    for key, has_shape, why in SHAPES:
        fitting = [
            name
            for name in _by_rank(table)
            if name not in taken and _has_shape(table, name, has_shape, why)
        ]
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
    return sorted((name for name in named if filled(table, name)), key=rank)


def _meant(heading: str) -> str | None:
    """Return which key a heading stands for, with what it says in brackets or not."""
    bare = plain(_IN_BRACKETS.sub("", heading))
    return _known().get(plain(heading)) or _known().get(bare)


def _is_fit(table: Table, heading: str, key: str) -> bool:
    """Return whether cells are what a heading says: `Completed` may be yes or no."""
    fits = {
        "score.percent": _is_number,
        "score.raw": _is_number,
        "duration.column": _is_length,
    }
    return key not in fits or share(table, heading, fits[key]) >= MOSTLY


def states(table: Table) -> list[str]:
    """Return the columns whose cells are known states: any may say what was done."""
    named = dict.fromkeys(name for name in table.header if name)
    return [name for name in named if share(table, name, _is_status) >= MOSTLY]


def _has_shape(
    table: Table, name: str, has_shape: Callable[[str], bool], why: str
) -> bool:
    """Return whether cells have a shape, where a heading does not speak against it."""
    if share(table, name, has_shape) < MOSTLY:
        return False
    if why == DURATION:
        return bool(_SPENT.search(name)) and not _NOT_SPENT.search(name)
    if why == PROGRESS:
        most = max(map(_percent, filled(table, name)), default=0.0)
        return bool(_DOING.search(name)) and 1 < most <= 100
    is_of_doing = bool(_DOING.search(name))
    return is_of_doing == (why in OF_DOING) or why not in (*OF_DOING, PERCENTAGE)


def share(table: Table, name: str, has_shape: Callable[[str], bool]) -> float:
    """Return the share of a column's filled cells that have a shape."""
    cells = filled(table, name)
    return sum(map(has_shape, cells)) / len(cells) if cells else 0.0


def _is_number(cell: str) -> bool:
    return re.match(r"-?\d[\d.,]*\s*(?:%|/|of|von|sur|de|$)", cell) is not None


def _is_duration(cell: str) -> bool:
    try:
        return seconds_of(cell) >= 0
    except ValueError:
        return False


def _is_length(cell: str) -> bool:
    """Return whether a cell may be how long: a duration, or a bare number."""
    return _percent(cell) >= 0 or _is_duration(cell)


def _is_percent(cell: str) -> bool:
    return 0 <= _percent(cell) <= 100


def _percent(cell: str) -> float:
    """Return the number that a cell prints, with a sign or not; -1 where it is none."""
    try:
        return number_of(cell.removesuffix("%"))
    except ValueError:
        return -1.0


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
    ("verb.column", _is_percent, PROGRESS),
    ("duration.column", _is_length, DURATION),
    ("duration.column", _is_duration, "its cells are durations"),
    ("score.percent", lambda cell: cell.endswith("%"), PERCENTAGE),
)


@lru_cache(maxsize=1)
def meanings() -> dict[str, str]:
    """Return which verb a state stands for in the presets."""
    found: dict[str, str] = {}
    for name in presets():
        for value, meant in _values(name):
            found.setdefault(plain(value), meant)
    return found


def _values(name: str) -> Iterator[tuple[str, str]]:
    """Yield the states that a preset knows, with their verbs."""
    for verb in preset(name).verb:
        yield from verb.values.items()


def done(cell: str) -> str | None:
    """Return the verb of a yes or no, whether something is done."""
    answers = {"completed": YES, "skip": NO}
    return next(
        (verb for verb, said in answers.items() if cell.casefold() in said), None
    )


def state_in(cell: str) -> str | None:
    """Return the verb of the longest known state whose words a longer one holds.

    `COURSE-COMPLETED`, `In Progress (late)`; None where a word turns it around.
    """
    words = _words(cell)
    if set(words) & NEGATIONS:
        return None
    known = {value: verb for name in presets() for value, verb in _values(name)}
    held = [state for state in known if set(_words(state)) <= set(words)]
    longest = max(held, key=len, default=None)
    return known[longest] if longest else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())
