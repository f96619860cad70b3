"""A mapping to start from: which column of a table is probably what, and why.

Headings are compared with those that people lists and presets know, then cells by their
shape. What neither decides is said in a comment; it is never filled in.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.connectors._headings import headings
from ingest.connectors._hr_words import plain
from ingest.connectors._mapped_columns import columns_in
from ingest.connectors._mapping import preset, presets
from ingest.connectors._tables import Table, table_of
from ingest.connectors.mapped import HEADER_WITHIN, lines_of, says_offset
from ingest.parsing.days import day_clock
from ingest.parsing.durations import seconds_of
from ingest.parsing.times import zone
from tandem.errors import DamagedFile, UndecidedFile

LOOKED_AT = 200  # rows
MOST_VALUES = 15  # different cells of a column that may stand for verbs
_ADDRESS = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
_UNITS = {"seconds": "sec|sek|seg", "minutes": "min", "hours": "hour|hrs|stund|heure"}
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


def proposal(path: Path) -> str:
    """Return a mapping for a table as YAML, what is undecided in comments.

    Raises:
        DamagedFile: there is no table in the file.
    """
    try:
        lines = lines_of(path, None)
    except (UnicodeError, ValueError) as error:
        raise DamagedFile(
            f"it cannot be read as a table ({error})", path.name, "save it as CSV"
        ) from error
    at = _header_at([cells for _line, cells in lines[:HEADER_WITHIN]])
    if len(lines) < at + 2:
        raise DamagedFile("there is no row in it", path.name, "export it again")
    table = table_of(path.name, lines[at : at + 1 + LOOKED_AT])
    return "\n".join(_yaml(table, lines[at][0], _guesses(table))) + "\n"


def _header_at(rows: list[list[str]]) -> int:
    """Return the line that is the header: most known headings, then most cells."""
    ranks = [
        (len({plain(cell) for cell in cells} & headings()), sum(map(bool, cells)))
        for cells in rows
    ]
    return ranks.index(max(ranks)) if ranks else 0


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


def _guesses(table: Table) -> dict[str, Guess]:
    found: dict[str, Guess] = {}
    order = {heading: place for place, heading in enumerate(_known())}
    named = [name for name in dict.fromkeys(table.header) if name]
    for heading in sorted(named, key=lambda name: order.get(plain(name), len(order))):
        key = _known().get(plain(heading))
        if key and table.column(heading):
            found.setdefault(key, Guess(heading, "by its heading"))
    taken = {guess.heading for guess in found.values()}
    for key, has_shape, why in SHAPES:
        free = [name for name in table.header if name and name not in taken]
        fitting = [name for name in free if _share(table, name, has_shape) >= 0.8]
        if key not in found and len(fitting) == 1:
            found[key] = Guess(fitting[0], why)
            taken.add(fitting[0])
    return found


def _share(table: Table, name: str, has_shape: Callable[[str], bool]) -> float:
    cells = table.column(name)
    return sum(map(has_shape, cells)) / len(cells) if cells else 0.0


def _is_time(cell: str) -> bool:
    if not re.search(r"\d", cell) or re.fullmatch(r"[\d.,]{1,7}", cell):
        return False
    try:
        return day_clock("", zone("UTC"), "dmy", [cell]).utc(cell) is not None
    except (ValueError, UndecidedFile):
        return False


def _is_duration(cell: str) -> bool:
    try:
        return seconds_of(cell) >= 0
    except ValueError:
        return False


def _is_status(cell: str) -> bool:
    return plain(cell) in _meanings()


SHAPES: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    (
        "person.email",
        lambda cell: bool(_ADDRESS.match(cell)),
        "its cells are addresses",
    ),
    ("verb.column", _is_status, "its cells are known states"),
    ("time.column", _is_time, "its cells are times"),
    ("duration.column", _is_duration, "its cells are durations"),
    ("score.percent", lambda cell: cell.endswith("%"), "its cells are percentages"),
)


@lru_cache(maxsize=1)
def _meanings() -> dict[str, str]:
    """Return which verb a state stands for in the presets."""
    found: dict[str, str] = {}
    for name in presets():
        for verb in preset(name).verb:
            for value, meant in verb.values.items():
                found.setdefault(plain(value), meant)
    return found


def _yaml(table: Table, header_line: int, found: dict[str, Guess]) -> Iterator[str]:
    yield f"# Proposed for {table.name}; check every line, then"
    yield f"#   tandem ingest {json.dumps(table.name)} --map THIS_FILE"
    yield "source: mapped  # the system that this comes from"
    if header_line > 1:
        yield f"header_line: {header_line}"
    yield from _part("person", found, "who it is about: an e-mail or an account")
    yield from _part("activity", found, "what it is about")
    if "activity.id" in found or "activity.name" in found:
        yield "  type: course  # or lesson, assessment, survey, video, live_session ..."
    yield from _verb(table, found.get("verb.column"))
    yield from _time(table, found.get("time.column"))
    for name in ("score", "duration", "session"):
        if any(key.startswith(f"{name}.") for key in found):
            yield from _part(name, found, "")
        if name == "duration" and (guess := found.get("duration.column")):
            yield from _unit(table, guess)
    if guess := found.get("registration"):
        yield f"registration: {_quoted(guess.heading)}  # {guess.why}"
    taken = {guess.heading for guess in found.values()}
    if left := [name for name in table.header if name and name not in taken]:
        yield "# Not used: " + ", ".join(left)


def _part(name: str, found: dict[str, Guess], missing: str) -> Iterator[str]:
    guesses = {k: g for k, g in found.items() if k.startswith(f"{name}.")}
    if not guesses:
        yield f"# {name}: COLUMN  # not decided: {missing}"
        return
    yield f"{name}:"
    for key, guess in guesses.items():
        field = key.partition(".")[2]
        yield f"  {field}: {_quoted(guess.heading)}  # {guess.why}"


def _verb(table: Table, guess: Guess | None) -> Iterator[str]:
    if guess is None:
        yield "# verb: completed  # not decided: no column says what was done; one verb"
        yield "#   for every row, e.g. completed, attended, answered"
        for name in (n for n in table.header if n and _repeats(table.column(n))):
            yield f"#   or by the states in {_quoted(name)}?"
        return
    values = Counter(table.column(guess.heading))
    yield "verb:"
    yield f"  column: {_quoted(guess.heading)}  # {guess.why}"
    yield "  values:"
    if len(values) > MOST_VALUES:
        yield f"    # not decided: {len(values)} different cells; is it a state at all?"
        return
    for value in values:
        meant = _meanings().get(plain(value))
        note = "" if meant else "  # not decided: skip, or a verb such as completed"
        yield f"    {_quoted(value)}: {meant or 'skip'}{note}"


def _repeats(cells: list[str]) -> bool:
    """Return whether a column has few different cells for its many rows."""
    kinds = set(cells)
    return 1 < len(kinds) <= MOST_VALUES and 2 * len(kinds) <= len(cells)


def _time(table: Table, guess: Guess | None) -> Iterator[str]:
    if guess is None:
        yield "# time: COLUMN  # not decided: when it was done"
        return
    cells = table.column(guess.heading)
    yield f"time: {_quoted(guess.heading)}  # {guess.why}"
    if not all(map(says_offset, cells)):
        yield "# tz: Europe/London  # not decided: whose clock the times are by"
    try:
        day_clock(table.name, zone("UTC"), None, cells)
    except UndecidedFile:
        yield f"# date_order: dmy  # not decided: {cells[0]} could be dmy or mdy"


def _unit(table: Table, guess: Guess) -> Iterator[str]:
    if not _share(table, guess.heading, lambda c: bool(re.fullmatch(r"[\d.,]+", c))):
        return
    for unit, pattern in _UNITS.items():
        if re.search(pattern, guess.heading, re.IGNORECASE):
            yield f"  unit: {unit}  # by its heading"
            return
    yield "  # unit: minutes  # not decided: seconds, minutes or hours"


def _quoted(text: str) -> str:
    """Return a text as a YAML scalar that means this text and nothing else."""
    return json.dumps(text, ensure_ascii=False)
