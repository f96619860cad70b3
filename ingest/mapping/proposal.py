"""A mapping to start from, as YAML: what a table's columns probably are, and why.

What neither headings nor cells decide is said in a comment; it is never filled in.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingest.mapping.guesses import (
    DONE_OR_NOT,
    PROGRESS,
    Guess,
    done,
    guesses,
    meanings,
    share,
    state_in,
    states,
)
from ingest.mapping.headings import headings
from ingest.mapping.mapping_file import presets
from ingest.mapping.people_headings import plain
from ingest.mapping.table_files import (
    HEADER_WITHIN,
    lines_of,
    preset_for,
    says_offset,
)
from ingest.mapping.tables import Table, table_of
from ingest.mapping.times import (
    BEGUN,
    BOOKED,
    DONE,
    LAST,
    SOME,
    filled,
    form_of,
    maybe_days,
    times_by_role,
)
from ingest.parsing.days import day_clock
from ingest.parsing.times import needs_order, zone
from tandem.core.errors import DamagedFile, UndecidedFile

COMPLETIONS = "lms-completions"
LOOKED_AT = 200  # rows
MOST_VALUES = 15  # different cells of a column that may stand for verbs
_UNITS = {
    "seconds": r"sec|sek|seg|\(s\)",
    "minutes": "min",
    "hours": r"hour|hrs|stund|heure|\(h\)",
}
_ZONES = {r"\(UTC\)|\(GMT\)": "UTC", r"\(P[SD]T(?:/P[SD]T)?\)": "America/Los_Angeles"}


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
    told = list(_yaml(table, lines[at][0], guesses(table)))
    known = preset_for(lines[:HEADER_WITHIN])
    if known and not any(form_of(table, name) for name in table.header if name):
        named = (
            f"# Its headings are those of the preset {known[0]}, which reads it as is:"
        )
        order = f"#   tandem ingest {json.dumps(path.name)} --map {known[0]}"
        if known[0] == COMPLETIONS:
            told = [named, order, "# Or by its own columns:", *told]
        else:
            told = [named, order, presets()[known[0]].read_text("utf-8")]
    return "\n".join(told).rstrip() + "\n"


def _header_at(rows: list[list[str]]) -> int:
    """Return the line that is the header: most known headings, then most cells."""
    ranks = [
        (len({plain(cell) for cell in cells} & headings()), sum(map(bool, cells)))
        for cells in rows
    ]
    return ranks.index(max(ranks)) if ranks else 0


def _yaml(table: Table, header_line: int, found: dict[str, Guess]) -> Iterator[str]:
    yield f"# Proposed for {table.name}; check every line, then"
    yield f"#   tandem ingest {json.dumps(table.name)} --map THIS_FILE"
    yield "source: mapped  # the system that this comes from"
    if header_line > 1:
        yield f"header_line: {header_line}"
    yield from _part("person", found, "who it is about: an e-mail or an account")
    yield from _part("activity", found, 'what it is about; or {fixed: "{file}"}')
    if "activity.id" in found or "activity.name" in found:
        yield "  type: course  # or lesson, assessment, survey, video, live_session ..."
    verbs = [*_verb(table, found.get("verb.column"))]
    yield from verbs
    by_role = times_by_role(table)
    yield from _time(table, by_role, _said(verbs))
    for name in ("score", "duration", "session"):
        if any(key.startswith(f"{name}.") for key in found):
            yield from _part(name, found, "")
        if name == "duration" and (guess := found.get("duration.column")):
            yield from _unit(table, guess)
    if guess := found.get("registration"):
        yield f"registration: {_quoted(guess.heading)}  # {guess.why}"
    taken = {guess.heading for guess in found.values()}
    taken |= {name for names in by_role.values() for name in names}
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
        yield "# verb: completed  # not decided: no one column says what was done; one"
        yield "#   verb for every row, e.g. completed, attended, answered"
        named = dict.fromkeys(name for name in table.header if name)
        repeating = [name for name in named if _repeats(filled(table, name))]
        for name in dict.fromkeys([*states(table), *repeating]):
            yield f"#   or by the states in {_quoted(name)}?"
        return
    values = Counter(filled(table, guess.heading))
    yield "verb:"
    yield f"  column: {_quoted(guess.heading)}  # {guess.why}"
    if guess.why == PROGRESS:
        yield '  values: {"100": completed, "0": skip}'
        yield "  otherwise: progressed"
        return
    yield "  values:"
    if len(values) > MOST_VALUES:
        yield f"    # not decided: {len(values)} different cells; is it a state at all?"
        return
    for value in values:
        meant = meanings().get(plain(value)) or done(value)
        note = "  # not decided: skip, or a verb such as completed"
        if meant:
            note = ""
        elif meant := state_in(value):
            note = "  # by a word in it"
        yield f"    {_quoted(value)}: {meant or 'skip'}{note}"
    if guess.why == DONE_OR_NOT:
        yield "  otherwise: skip"


def _said(verbs: list[str]) -> set[str]:
    """Return the verbs that proposed lines speak of."""
    return {
        word.strip("{},")
        for line in verbs
        if not line.startswith("#")
        for word in line.partition("  # ")[0].split()
    } & {"completed", "passed", "failed", "registered", "initialized", "progressed"}


def _repeats(cells: list[str]) -> bool:
    """Return whether a column has few different cells for its many rows."""
    kinds = set(cells)
    return 1 < len(kinds) <= MOST_VALUES and 2 * len(kinds) <= len(cells)


def _time(table: Table, by_role: dict[str, list[str]], said: set[str]) -> Iterator[str]:
    """Yield when: what is finished on its own day, whatever else its row dates."""
    ends, others = by_role.get(DONE, []), by_role.get(SOME, [])
    began = by_role.get(BEGUN, []) + by_role.get(BOOKED, [])
    rest = [*by_role.get(LAST, []), *others, *began]
    of_verbs = {"completed": ends, "passed": ends} if ends and rest else {}
    of_verbs |= {"registered": by_role.get(BOOKED, []) if rest else []}
    names = [*ends, *rest]
    is_finished = bool(said & {"completed", "passed"})
    ended = ends or by_role.get(LAST) or others
    if len(ends) > 1 or not names or (is_finished and not ended):
        what = "when it was finished" if names else "when it was done"
        yield f"# time: COLUMN  # not decided: {what}"
        for name in ends:
            yield f"#   {_quoted(name)}?"
        for name in began:
            yield f"#   {_quoted(name)} says when it was begun or booked"
        for name in maybe_days(table):
            yield f"#   {{column: {_quoted(name)}, form: spreadsheet_days}}?"
    elif not said and not ends and len(others) > 1:
        yield "# time: COLUMN  # not decided: when it was done"
        for name in others:
            yield f"#   {_quoted(name)}?"
    else:
        yield from _times_of(table, {v: n for v, n in of_verbs.items() if v in said})
        yield f"time: {_columns(table, names)}  # the first one that is filled"
    yield from _clock(table, names)


def _times_of(table: Table, of_verbs: dict[str, list[str]]) -> Iterator[str]:
    if not any(of_verbs.values()):
        return
    yield "times:"
    for verb, names in of_verbs.items():
        if names:
            yield f"  {verb}: {_columns(table, names)}  # and at no other time"


def _columns(table: Table, names: list[str]) -> str:
    """Return columns as YAML, with what their bare numbers count."""
    listed = (
        f"[{', '.join(map(_quoted, names))}]" if len(names) > 1 else _quoted(names[0])
    )
    form = form_of(table, names[0])
    return f"{{column: {listed}, form: {form}}}" if form else listed


def _clock(table: Table, names: list[str]) -> Iterator[str]:
    """Yield whose clock and which order of day and month, or that it is open."""
    cells = [c for n in names if not form_of(table, n) for c in filled(table, n)]
    zones = {z for form, z in _ZONES.items() for n in names if re.search(form, n)}
    if len(zones) == 1:
        yield f"tz: {zones.pop()}  # by its heading"
    elif not all(map(says_offset, cells)):
        yield "# tz: Europe/London  # not decided: whose clock the times are by"
    try:
        day_clock(table.name, zone("UTC"), None, cells)
    except UndecidedFile:
        first = next(cell for cell in cells if needs_order([cell]))
        yield f"# date_order: dmy  # not decided: {first} could be dmy or mdy"


def _unit(table: Table, guess: Guess) -> Iterator[str]:
    if not share(table, guess.heading, lambda c: bool(re.fullmatch(r"[\d.,]+", c))):
        return
    for unit, pattern in _UNITS.items():
        if re.search(pattern, guess.heading, re.IGNORECASE):
            yield f"  unit: {unit}  # by its heading"
            return
    yield "  # unit: minutes  # not decided: seconds, minutes or hours"


def _quoted(text: str) -> str:
    """Return a text as a YAML scalar that means this text and nothing else."""
    return json.dumps(text, ensure_ascii=False)
