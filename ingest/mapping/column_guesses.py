"""Guess which column of a table holds what: by its heading, else by its cells."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.mapping.completion_statuses import TABLE, verb_of_state
from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.named_columns import columns_in
from ingest.mapping.tables import Table
from ingest.mapping.time_columns import MIN_SHARE, filled, times_by_role
from ingest.mapping.wide_tables import MADE
from ingest.parsing.duration_formats import seconds_of
from ingest.parsing.duration_headings import without_unit
from ingest.parsing.durations import UnclearDuration
from ingest.parsing.numbers import number_of
from ingest.parsing.source_phrases import plain, source_phrases, spaced_words

_ADDRESS = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)$")
_PROGRESS_HEADING = re.compile(
    "progress|complet|finish|fortschritt|abgeschlossen|avance|progres|voortgang|postęp|प्रगति",
    re.IGNORECASE,
)
_TIME_SPENT_HEADING = re.compile(
    r"spent|taken|tracked|attended|viewed|watched|total (?:course |learning )?time|"
    r"time in|minutes? in|hours? in|session time|time on|lernzeit|temps passé|"
    r"tiempo dedicado|trascorso|"
    r"^dauer\b|dauer$|^czas\b|czas trwania|^durée\b|^duración\b|^durata\b|अवधि|बिताया",
    re.IGNORECASE,
)
_NO_TIME_SPENT_HEADING = re.compile(
    r"estimat|plan|credit|training hours|schedul|cpd|cpe|limit|allow|zone|average",
    re.IGNORECASE,
)
# Numbers of states, such as the 0 to 3 of Moodle's completion, are no progress.
STATE_HEADING = re.compile(r"state|status|stand\b|statut|estado|stato", re.IGNORECASE)
FEW_STATES = 10
PROGRESS, YES_OR_NO = "its cells are progress in percent", "its cells are yes or no"
CODED = "its cells are the states 0 to 3 of Moodle"
CODED_STATES = {"0": "skip", "1": "completed", "2": "passed", "3": "failed"}
_CODED_HEADING = re.compile(r"completionstate$")
DURATION, PERCENTAGE = "by its heading", "its cells are percentages"
ABOUT_PROGRESS = (PROGRESS, YES_OR_NO)

ANSWERS = source_phrases("any", "answers")
NEGATIONS = source_phrases("any", "negations")
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
    """A column for one key of the mapping, and the reason for the guess."""

    heading: str
    why: str


@lru_cache(maxsize=1)
def _key_by_heading() -> dict[str, str]:
    """Return the mapping key of each heading that a preset names."""
    keys: dict[str, str] = {}
    for name in ("lms-completions", "scorm-cloud", "skolarli", *presets()):
        for key, column in columns_in(preset(name)):
            for heading in column.names:
                # A bare `ID` can identify a person, an activity or a row.
                is_printed = not MADE.fullmatch(heading)
                if key in KEYS and plain(heading) != "id" and is_printed:
                    keys.setdefault(plain(heading), key)
    return keys


def guesses(table: Table) -> dict[str, Guess]:
    """Return a column for each key of a mapping for which there is evidence."""
    guessed: dict[str, Guess] = {}
    timed = {name for names in times_by_role(table).values() for name in names}
    for heading in _by_rank(table):
        key = _key_of(heading)
        if key and heading not in timed and _has_cells_for(table, heading, key):
            guessed.setdefault(key, Guess(heading, "by its heading"))
    taken = {guess.heading for guess in guessed.values()} | timed
    for key, has_shape, why in SHAPES:
        candidates = [
            name
            for name in _by_rank(table)
            if name not in taken and _has_shape(table, name, has_shape, why)
        ]
        if key not in guessed and len(candidates) == 1:
            guessed[key] = Guess(candidates[0], why)
            taken.add(candidates[0])
    if "verb.column" not in guessed and (name := _coded_column(table)):
        guessed["verb.column"] = Guess(name, CODED)
    return guessed


def _coded_column(table: Table) -> str | None:
    """Return the column of Moodle's numbers of states, by its name in the database."""
    named = [name for name in table.header if _CODED_HEADING.search(plain(name))]
    cells = {*filled(table, named[0])} if len(named) == 1 else set()
    return named[0] if cells and cells <= {*CODED_STATES} else None


def _by_rank(table: Table) -> list[str]:
    """Return the filled columns in the order in which presets name them."""
    order = {heading: place for place, heading in enumerate(_key_by_heading())}

    def rank(name: str) -> int:
        bare = _IN_BRACKETS.sub("", name)
        return order.get(plain(name), order.get(plain(bare), len(order)))

    named = dict.fromkeys(name for name in table.header if name)
    return sorted((name for name in named if filled(table, name)), key=rank)


def _key_of(heading: str) -> str | None:
    """Return the key of a heading, with or without its text in brackets."""
    bare = plain(_IN_BRACKETS.sub("", heading))
    key = _key_by_heading().get(plain(heading)) or _key_by_heading().get(bare)
    if key is None and without_unit(heading) != heading:
        key = _key_by_heading().get(plain(without_unit(heading)))
        return key if key == "duration.column" else None
    return key


def _has_cells_for(table: Table, heading: str, key: str) -> bool:
    """Return whether cells suit a key: a column `Completed` may hold yes or no."""
    shapes = {
        "score.percent": _is_number,
        "score.raw": _is_number,
        "duration.column": _is_length,
    }
    return key not in shapes or share(table, heading, shapes[key]) >= MIN_SHARE


def state_columns(table: Table) -> list[str]:
    """Return the columns whose cells are known states, which can stand for verbs."""
    named = dict.fromkeys(name for name in table.header if name)
    return [name for name in named if share(table, name, _is_status) >= MIN_SHARE]


def _has_shape(
    table: Table, name: str, has_shape: Callable[[str], bool], why: str
) -> bool:
    """Return whether cells have a shape, and the heading does not contradict it."""
    if share(table, name, has_shape) < MIN_SHARE:
        return False
    if why == DURATION:
        if {*filled(table, name)} <= {"0", "1"}:
            return False  # a yes or no: whether it was viewed
        words = spaced_words(name)
        return bool(
            _TIME_SPENT_HEADING.search(words)
        ) and not _NO_TIME_SPENT_HEADING.search(words)
    if why == PROGRESS:
        highest = max(map(_percent, filled(table, name)), default=0.0)
        is_code = STATE_HEADING.search(name) and highest < FEW_STATES
        return (
            bool(_PROGRESS_HEADING.search(name)) and 1 < highest <= 100 and not is_code
        )
    is_progress = bool(_PROGRESS_HEADING.search(name))
    return is_progress == (why in ABOUT_PROGRESS) or why not in (
        *ABOUT_PROGRESS,
        PERCENTAGE,
    )


def share(table: Table, name: str, has_shape: Callable[[str], bool]) -> float:
    """Return the share of a column's filled cells that have a shape."""
    cells = filled(table, name)
    return sum(map(has_shape, cells)) / len(cells) if cells else 0.0


def _is_number(cell: str) -> bool:
    return re.match(r"-?\d[\d.,]*\s*(?:%|/|of|von|sur|de|$)", cell) is not None


def _is_duration(cell: str) -> bool:
    try:
        return seconds_of(cell) >= 0
    except UnclearDuration:
        return _percent(cell) < 0
    except ValueError:
        return False


def _is_length(cell: str) -> bool:
    """Return whether a cell may be a duration: a printed one, or a bare number."""
    return _percent(cell) >= 0 or _is_duration(cell)


def _is_percent(cell: str) -> bool:
    return 0 <= _percent(cell) <= 100


def _percent(cell: str) -> float:
    """Return the number of a cell, with or without %; -1 if it is no number."""
    try:
        return number_of(cell.removesuffix("%"))
    except ValueError:
        return -1.0


def _is_status(cell: str) -> bool:
    return plain(cell) in verb_by_state()


def _is_yes_or_no(cell: str) -> bool:
    return ANSWERS.field_of(cell) is not None


SHAPES: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    (
        "person.email",
        lambda cell: bool(_ADDRESS.match(cell)),
        "its cells are addresses",
    ),
    ("verb.column", _is_status, "its cells are known states"),
    ("verb.column", _is_yes_or_no, YES_OR_NO),
    ("verb.column", _is_percent, PROGRESS),
    ("duration.column", _is_length, DURATION),
    ("duration.column", _is_duration, "its cells are durations"),
    ("score.percent", lambda cell: cell.endswith("%"), PERCENTAGE),
)


def verb_by_state() -> dict[str, str]:
    """Return the verb of each status that a table or a preset lists, by plain form."""
    return _verb_by_state(TABLE.version())


@lru_cache(maxsize=1)
def _verb_by_state(_version: tuple[str, int]) -> dict[str, str]:
    states = TABLE.phrases().known()
    verbs = {phrase: verb_of_state(state) for phrase, state in states.items()}
    for name in presets():
        for value, verb in _values(name):
            verbs.setdefault(plain(value), verb)
    return verbs


def _values(name: str) -> Iterator[tuple[str, str]]:
    """Yield the states that a preset lists, with their verbs.

    A verb with `otherwise` lists exceptions, such as 0 and 100, and no words of states.
    """
    for verb in preset(name).verb:
        if verb.otherwise is None:
            yield from verb.values.items()


def verb_of_yes_or_no(cell: str) -> str | None:
    """Return the verb of a yes (completed) or no (skip), None for another cell."""
    return {"yes": "completed", "no": "skip"}.get(ANSWERS.field_of(cell) or "")


def verb_of_state_within(cell: str) -> str | None:
    """Return the verb of the longest known state whose words a cell contains.

    `COURSE-COMPLETED`, `In Progress (late)`; None if the cell contains a negation.
    """
    words = _words(cell)
    if any(NEGATIONS.matches(word, "negation") for word in words):
        return None
    known = {value: verb for name in presets() for value, verb in _values(name)}
    printed = TABLE.printed()
    known |= {phrase: verb_of_state(state) for phrase, state in printed.items()}
    contained = [state for state in known if set(_words(state)) <= set(words)]
    longest = max(contained, key=len, default=None)
    return known[longest] if longest else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())
