"""Propose a mapping for a table, as YAML with the reason for each column.

A key that neither headings nor cells decide becomes a comment; it is never filled in.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingest.mapping.column_guesses import (
    PROGRESS,
    STATE_HEADING,
    YES_OR_NO,
    Guess,
    guesses,
    state_columns,
    verb_by_state,
    verb_of_state_within,
    verb_of_yes_or_no,
)
from ingest.mapping.live_columns import LiveColumns, live_columns
from ingest.mapping.mapping_file import presets
from ingest.mapping.proposed_durations import duration_lines, start_and_end_lines
from ingest.mapping.table_encoding import known_headings
from ingest.mapping.table_files import (
    HEADER_WITHIN,
    has_utc_offset,
    lines_of,
    preset_for,
)
from ingest.mapping.tables import Table, table_of
from ingest.mapping.time_columns import (
    FINISHED,
    LAST_USED,
    REGISTERED,
    STARTED,
    UNSPECIFIED,
    filled,
    form_of,
    possible_spreadsheet_days,
    times_by_role,
)
from ingest.parsing.days import day_clock
from ingest.parsing.source_phrases import plain
from ingest.parsing.times import needs_order, zone
from tandem.core.errors import DamagedFile, UndecidedFile

COMPLETIONS = "lms-completions"
ROWS_READ = 200
MAX_VALUES = 15  # different cells of a column whose values may stand for verbs
_ZONES = {r"\(UTC\)|\(GMT\)": "UTC", r"\(P[SD]T(?:/P[SD]T)?\)": "America/Los_Angeles"}


def proposal(path: Path, duration_option: str | None = None) -> str:
    """Return a mapping for a table as YAML, with undecided keys as comments.

    Args:
        path: of the table.
        duration_option: of --duration-format, which decides what a column of durations
            leaves open.

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
    table = table_of(path.name, lines[at : at + 1 + ROWS_READ])
    proposed = list(_yaml(table, lines[at][0], guesses(table), duration_option))
    preset = preset_for(lines[:HEADER_WITHIN])
    if preset and not any(form_of(table, name) for name in table.header if name):
        name = preset[0]
        hint = f"# Its headings are those of the preset {name}, which reads it as is:"
        command = f"#   tandem ingest {json.dumps(path.name)} --map {name}"
        if name == COMPLETIONS:
            proposed = [hint, command, "# Or by its own columns:", *proposed]
        else:
            proposed = [hint, command, presets()[name].read_text("utf-8")]
    return "\n".join(proposed).rstrip() + "\n"


def _header_at(rows: list[list[str]]) -> int:
    """Return the index of the line with most known headings, then most cells."""
    ranks = [
        (len({plain(cell) for cell in cells} & known_headings()), sum(map(bool, cells)))
        for cells in rows
    ]
    return ranks.index(max(ranks)) if ranks else 0


def _yaml(
    table: Table, header_line: int, guessed: dict[str, Guess], option: str | None
) -> Iterator[str]:
    yield f"# Proposed for {table.name}; check every line, then"
    yield f"#   tandem ingest {json.dumps(table.name)} --map THIS_FILE"
    yield "source: mapped  # the system that this comes from"
    if header_line > 1:
        yield f"header_line: {header_line}"
    yield from _part("person", guessed, "the person, by an e-mail or an account")
    by_role = times_by_role(table)
    live = live_columns(table) if "verb.column" not in guessed else None
    if live:
        guessed |= _session_guesses(live)
        yield from _part("activity", guessed, 'the activity; or {fixed: "{file}"}')
        yield from _connections(table, live, "duration.column" in guessed)
    else:
        yield from _part("activity", guessed, 'the activity; or {fixed: "{file}"}')
        if "activity.id" in guessed or "activity.name" in guessed:
            yield "  type: course  # or lesson, assessment, survey, video, ..."
        verbs = [*_verb(table, guessed.get("verb.column"))]
        yield from verbs
        yield from _time(table, by_role, _verbs_in(verbs))
    for name in ("score", "duration", "session"):
        if any(key.startswith(f"{name}.") for key in guessed):
            yield from _part(name, guessed, "")
        if name == "session" and live and not live.session and live.title:
            yield "  type: title  # sessions of one title on one day are one session"
        if name == "duration" and (guess := guessed.get("duration.column")):
            yield from duration_lines(
                filled(table, guess.heading), guess.heading, option
            )
            yield from start_and_end_lines(table, guess.heading, by_role)
    if guess := guessed.get("registration"):
        yield f"registration: {_quoted(guess.heading)}  # {guess.why}"
    taken = {guess.heading for guess in guessed.values()}
    taken |= {name for names in by_role.values() for name in names}
    if left := [name for name in table.header if name and name not in taken]:
        yield "# Not used: " + ", ".join(left)


def _session_guesses(live: LiveColumns) -> dict[str, Guess]:
    """Return the session and the activity of a table of connections."""
    session, title = live.session or live.title, live.title or live.session
    why = "by its heading"
    found = {"session.column": session, "activity.name": title}
    return {key: Guess(name, why) for key, name in found.items() if name}


def _connections(table: Table, live: LiveColumns, has_duration: bool) -> Iterator[str]:
    """Yield verbs and times: a join and a leave, or one time and the time connected."""
    names = [live.joined, *([live.left] if live.left else [])]
    if live.left and not (live.is_total and has_duration):
        yield "verb: [joined, left]  # a row is one connection"
        yield "times:"
        yield f"  joined: {_columns(table, [live.joined])}  # by its heading"
        yield f"  left: {_columns(table, [live.left])}  # by its heading"
    else:
        yield "verb: attended  # from the first join, as long as the duration"
        if not has_duration:
            yield "# duration: COLUMN  # not decided: how long each person was there"
    yield f"time: {_columns(table, [live.joined])}  # by its heading"
    yield from _clock(table, names)


def _part(name: str, guessed: dict[str, Guess], missing: str) -> Iterator[str]:
    guesses = {k: g for k, g in guessed.items() if k.startswith(f"{name}.")}
    if not guesses:
        yield f"# {name}: COLUMN  # not decided: {missing}"
        return
    yield f"{name}:"
    for key, guess in guesses.items():
        field = key.partition(".")[2]
        yield f"  {field}: {_quoted(guess.heading)}  # {guess.why}"


def _verb(table: Table, guess: Guess | None) -> Iterator[str]:
    if guess is None:
        yield "# verb: completed  # not decided: no column holds it; use one verb for"
        yield "#   every row, e.g. completed, attended, answered"
        named = dict.fromkeys(name for name in table.header if name)
        repeating = [name for name in named if _may_be_state(table, name)]
        for name in dict.fromkeys([*state_columns(table), *repeating]):
            yield f"#   or by the states in {_quoted(name)}?"
            if STATE_HEADING.search(name):
                values = sorted(dict.fromkeys(filled(table, name)))
                listed = ", ".join(f"{_quoted(value)}: ?" for value in values)
                yield f"#     {{column: {_quoted(name)}, values: {{{listed}}}}}"
                yield "#     not decided: what each value means"
        return
    values = Counter(filled(table, guess.heading))
    yield "verb:"
    yield f"  column: {_quoted(guess.heading)}  # {guess.why}"
    if guess.why == PROGRESS:
        yield '  values: {"100": completed, "0": skip}'
        yield "  otherwise: progressed"
        return
    yield "  values:"
    if len(values) > MAX_VALUES:
        yield f"    # not decided: {len(values)} different cells; are they states?"
        return
    for value in values:
        verb = verb_by_state().get(plain(value)) or verb_of_yes_or_no(value)
        note = "  # not decided: skip, or a verb such as completed"
        if verb:
            note = ""
        elif verb := verb_of_state_within(value):
            note = "  # by a word in it"
        yield f"    {_quoted(value)}: {verb or 'skip'}{note}"
    if guess.why == YES_OR_NO:
        yield "  otherwise: skip"


def _verbs_in(verbs: list[str]) -> set[str]:
    """Return the verbs that proposed lines name."""
    return {
        word.strip("{},")
        for line in verbs
        if not line.startswith("#")
        for word in line.partition("  # ")[0].split()
    } & {"completed", "passed", "failed", "registered", "initialized", "progressed"}


def _may_be_state(table: Table, name: str) -> bool:
    """Return whether a column has few different values, by its heading or its rows."""
    cells = filled(table, name)
    kinds = set(cells)
    has_few = 2 * len(kinds) <= len(cells) or STATE_HEADING.search(name) is not None
    return 1 < len(kinds) <= MAX_VALUES and has_few


def _time(
    table: Table, by_role: dict[str, list[str]], named: set[str]
) -> Iterator[str]:
    """Yield the time: completions by their own column, other verbs by any column."""
    ends, others = by_role.get(FINISHED, []), by_role.get(UNSPECIFIED, [])
    began = by_role.get(STARTED, []) + by_role.get(REGISTERED, [])
    rest = [*by_role.get(LAST_USED, []), *others, *began]
    of_verbs = {"completed": ends, "passed": ends} if ends and rest else {}
    of_verbs |= {"registered": by_role.get(REGISTERED, []) if rest else []}
    names = [*ends, *rest]
    is_finished = bool(named & {"completed", "passed"})
    ended = ends or by_role.get(LAST_USED) or others
    if len(ends) > 1 or not names or (is_finished and not ended):
        what = "when it was finished" if names else "when it was done"
        yield f"# time: COLUMN  # not decided: {what}"
        for name in ends:
            yield f"#   {_quoted(name)}?"
        for name in began:
            yield f"#   {_quoted(name)} is when it was started or registered"
        for name in possible_spreadsheet_days(table):
            yield f"#   {{column: {_quoted(name)}, form: spreadsheet_days}}?"
    elif not named and not ends and len(others) > 1:
        yield "# time: COLUMN  # not decided: when it was done"
        for name in others:
            yield f"#   {_quoted(name)}?"
    else:
        yield from _times_of(table, {v: n for v, n in of_verbs.items() if v in named})
        yield f"time: {_columns(table, names)}  # the first filled column"
    yield from _clock(table, names)


def _times_of(table: Table, of_verbs: dict[str, list[str]]) -> Iterator[str]:
    if not any(of_verbs.values()):
        return
    yield "times:"
    for verb, names in of_verbs.items():
        if names:
            yield f"  {verb}: {_columns(table, names)}  # only by this column"


def _columns(table: Table, names: list[str]) -> str:
    """Return columns as YAML, with the `form` of bare numbers."""
    listed = (
        f"[{', '.join(map(_quoted, names))}]" if len(names) > 1 else _quoted(names[0])
    )
    form = form_of(table, names[0])
    return f"{{column: {listed}, form: {form}}}" if form else listed


def _clock(table: Table, names: list[str]) -> Iterator[str]:
    """Yield the zone and the order of day and month, or that they are undecided."""
    cells = [c for n in names if not form_of(table, n) for c in filled(table, n)]
    zones = {z for pat, z in _ZONES.items() for n in names if re.search(pat, n)}
    if len(zones) == 1:
        yield f"tz: {zones.pop()}  # by its heading"
    elif not all(map(has_utc_offset, cells)):
        yield "# tz: Europe/London  # not decided: the zone of the times"
    try:
        day_clock(table.name, zone("UTC"), None, cells)
    except UndecidedFile:
        first = next(cell for cell in cells if needs_order([cell]))
        yield f"# date_order: dmy  # not decided: {first} could be dmy or mdy"


def _quoted(text: str) -> str:
    """Return a text as a quoted YAML scalar."""
    return json.dumps(text, ensure_ascii=False)
