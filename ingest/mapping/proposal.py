"""Propose a mapping for a table, as YAML with the reason for each column.

A key that neither headings nor cells decide becomes a comment; it is never filled in.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from ingest.mapping.column_guesses import (
    CODED,
    CODED_STATES,
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
from ingest.mapping.header_row import Header, Lines, named_by_place
from ingest.mapping.left_out import left_out
from ingest.mapping.live_columns import LiveColumns, live_columns, printed_above
from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.proposed_durations import duration_lines, start_and_end_lines
from ingest.mapping.proposed_times import (
    clock_lines,
    columns_as_yaml,
    quoted,
    time_lines,
)
from ingest.mapping.proposed_wide import (
    activities_in,
    base_columns,
    columns_of,
    wide_lines,
    without_activities,
)
from ingest.mapping.sheets import Found, table_rows
from ingest.mapping.table_files import HEADER_WITHIN, preset_for
from ingest.mapping.tables import Table, table_of
from ingest.mapping.time_columns import (
    filled,
    form_of,
    times_by_role,
)
from ingest.mapping.wide_tables import Place, long_table
from ingest.parsing.source_phrases import plain
from tandem.core.errors import DamagedFile

Line = tuple[int, list[str]]
ROWS_READ = 200
MAX_VALUES = 15  # different cells of a column whose values may stand for verbs


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
        found = table_rows(path)
    except (UnicodeError, ValueError) as error:
        raise DamagedFile(
            f"it cannot be read as a table ({error})", path.name, "save it as CSV"
        ) from error
    lines = found.lines
    if found.header is None or len(lines) <= found.header.first:
        what = f"; {' '.join(found.remarks)}" if found.remarks else ""
        raise DamagedFile(
            f"there is no table with headings and rows in it{what}",
            path.name,
            "export it again",
        )
    header, rows = _header_and_rows(lines, found.header)
    table = table_of(path.name, [header, *rows[:ROWS_READ]])
    intro = [*_intro(path.name), *(f"# {remark}" for remark in found.remarks)]
    keys = [*_place_keys(found, found.header)]
    above = lines[: found.header.at or 0]
    printed = printed_above([cells for _line, cells in above])
    places = activities_in(table)
    columns = [*_columns_of(table, places, guesses(table), duration_option, printed)]
    cells = [cells for _line, cells in rows[:ROWS_READ]]
    taken = columns_of(table, places)
    proposed = [*intro, "source: mapped  # the system that this comes from"]
    proposed += [*keys, *columns, left_out("\n".join(columns), header[1], cells, taken)]
    found_preset = preset_for(lines[:HEADER_WITHIN])
    if found_preset and not any(form_of(table, name) for name in table.header if name):
        name = found_preset[0]
        hint = f"# Its headings are those of the preset {name}, which reads it as is:"
        command = f"#   tandem ingest {json.dumps(path.name)} --map {name}"
        if preset(name).statuses and not preset(name).wide:
            proposed = [hint, command, "# Or by its own columns:", *proposed]
        else:
            written = presets()[name].read_text("utf-8")
            proposed = [hint, command, *intro[2:], written]
            if wide := preset(name).wide:
                others = base_columns(long_table(path, [header, *rows], wide).header)
                proposed.append(left_out(written, others, []))
            else:
                proposed.append(left_out(written, header[1], cells))
    return "\n".join(proposed).rstrip() + "\n"


def _header_and_rows(lines: Lines, header: Header) -> tuple[Line, Lines]:
    rows = lines[header.first :]
    if header.at is not None:
        return lines[header.at], rows
    widest = max((cells for _line, cells in rows), key=len)
    return (0, named_by_place(widest)), rows


def _intro(name: str) -> Iterator[str]:
    yield f"# Proposed for {name}; check every line, then"
    yield f"#   tandem ingest {json.dumps(name)} --map THIS_FILE"


def _place_keys(found: Found, header: Header) -> Iterator[str]:
    """Yield which sheet and line the table begins in."""
    if found.sheet is not None:
        yield f"sheet: {quoted(found.sheet)}"
    if header.at is None:
        yield "header_line: 0  # it has no headings: its first row is already data"
        if found.lines[header.first][0] > 1:
            yield f"first_line: {found.lines[header.first][0]}"
    elif found.lines[header.at][0] > 1:
        yield f"header_line: {found.lines[header.at][0]}"


def _columns_of(
    table: Table,
    places: list[Place],
    guessed: dict[str, Guess],
    option: str | None,
    printed: Mapping[str, str],
) -> Iterator[str]:
    if places:
        taken = columns_of(table, places)
        guessed = without_activities(guessed, taken)
        yield from _part("person", guessed, "the person, by an e-mail or an account")
        yield from wide_lines(table, places)
        yield from clock_lines(
            table, [table.header[one.time] for one in places if one.time is not None]
        )
        return
    yield from _part("person", guessed, "the person, by an e-mail or an account")
    by_role = times_by_role(table)
    live = live_columns(table) if "verb.column" not in guessed else None
    if live:
        guessed |= _session_guesses(live)
        yield from _fixed_session(live, printed)
        if live.session or live.title:
            yield from _part("activity", guessed, "the activity")
        yield from _connections(table, live, "duration.column" in guessed)
    else:
        yield from _part("activity", guessed, 'the activity; or {fixed: "{file}"}')
        if "activity.id" in guessed or "activity.name" in guessed:
            yield "  type: course  # or lesson, assessment, survey, video, ..."
        verbs = [*_verb(table, guessed.get("verb.column"))]
        yield from verbs
        yield from time_lines(table, by_role, _verbs_in(verbs))
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
        yield f"registration: {quoted(guess.heading)}  # {guess.why}"


def _fixed_session(live: LiveColumns, printed: Mapping[str, str]) -> Iterator[str]:
    """Yield the session of a table whose rows do not name it."""
    if live.session or live.title:
        return
    title = quoted(printed.get("title") or "{file}")
    yield f"activity: {{fixed: {title}}}  # of this file alone"
    if key := printed.get("session") or printed.get("title"):
        kind = "meeting" if "session" in printed else "title"
        yield f"session: {{fixed: {quoted(key)}, type: {kind}}}  # printed above it"
    else:
        yield '# session: {fixed: "LINK"}  # not decided: of which live session it is'


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
        yield f"  joined: {columns_as_yaml(table, [live.joined])}  # by its heading"
        yield f"  left: {columns_as_yaml(table, [live.left])}  # by its heading"
    else:
        yield "verb: attended  # from the first join, as long as the duration"
        if not has_duration:
            yield "# duration: COLUMN  # not decided: how long each person was there"
    yield f"time: {columns_as_yaml(table, [live.joined])}  # by its heading"
    yield from clock_lines(table, names)


def _part(name: str, guessed: dict[str, Guess], missing: str) -> Iterator[str]:
    guesses = {k: g for k, g in guessed.items() if k.startswith(f"{name}.")}
    if not guesses:
        yield f"# {name}: COLUMN  # not decided: {missing}"
        return
    yield f"{name}:"
    for key, guess in guesses.items():
        field = key.partition(".")[2]
        yield f"  {field}: {quoted(guess.heading)}  # {guess.why}"


def _verb(table: Table, guess: Guess | None) -> Iterator[str]:
    if guess is None:
        yield "# verb: completed  # not decided: no column holds it; use one verb for"
        yield "#   every row, e.g. completed, attended, answered"
        named = dict.fromkeys(name for name in table.header if name)
        repeating = [name for name in named if _may_be_state(table, name)]
        for name in dict.fromkeys([*state_columns(table), *repeating]):
            yield f"#   or by the states in {quoted(name)}?"
            if STATE_HEADING.search(name):
                values = sorted(dict.fromkeys(filled(table, name)))
                listed = ", ".join(f"{quoted(value)}: ?" for value in values)
                yield f"#     {{column: {quoted(name)}, values: {{{listed}}}}}"
                yield "#     not decided: what each value means"
        return
    values = Counter(filled(table, guess.heading))
    yield "verb:"
    yield f"  column: {quoted(guess.heading)}  # {guess.why}"
    if guess.why == PROGRESS:
        yield '  values: {"100": completed, "0": skip}'
        yield "  otherwise: progressed"
        return
    if guess.why == CODED:
        listed = ", ".join(f'"{cell}": {verb}' for cell, verb in CODED_STATES.items())
        yield f"  values: {{{listed}}}"
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
        yield f"    {quoted(value)}: {verb or 'skip'}{note}"
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
