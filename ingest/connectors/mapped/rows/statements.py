"""Convert the rows of a table to xAPI statements by a mapping, with stable ids."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from ingest.connectors.mapped.rows.questions import question_columns
from ingest.connectors.mapped.rows.statuses import ENROLLED_AT, Fact, Statuses
from ingest.connectors.mapped.rows.times import time_of
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.mapping.cells import EMPTY_CELLS, Cells, InvalidCell
from ingest.mapping.mapping_file import Mapping
from ingest.mapping.tables import Table
from ingest.parsing.days import DayClock
from ingest.parsing.join_keys import meeting_key, title_key
from ingest.parsing.source_phrases import plain
from ingest.xapi.ids import statement_id
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    Interaction,
    interaction_statements,
)
from ingest.xapi.profiles.session_length import require_possible_length
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    fingerprint,
)
from ingest.xapi.terms import activity_types, verbs

PRESENT = {"attended", "joined"}


@dataclass
class Collected:
    """What the rows of a table yield: statements, attendance and interactions."""

    mapping: Mapping
    delivery: Delivery
    platform: str
    statements: list[dict[str, Any]] = field(default_factory=list)
    session_names: dict[str, str] = field(default_factory=dict)
    intervals: dict[str, list[Interval]] = field(
        default_factory=lambda: defaultdict(list)
    )
    interactions: dict[str, list[Interaction]] = field(
        default_factory=lambda: defaultdict(list)
    )
    ordinals: Counter[tuple[str, ...]] = field(default_factory=Counter)
    statuses: Statuses | None = None


def land(
    table: Table,
    mapping: Mapping,
    clock: DayClock,
    delivery: Delivery,
    writer: LoadWriter,
) -> None:
    """Write the statements of a table; rows with an invalid cell are rejected."""
    column_names = {plain(name): name for name in reversed(table.header) if name}
    platform = mapping.platform or delivery.source
    collected = Collected(mapping, delivery, platform)
    if mapping.statuses:
        vendor = f"{delivery.source} {platform}"
        collected.statuses = Statuses(mapping, mapping.statuses, vendor)
    questions = question_columns(table, mapping, column_names)
    for line, row in table.rows:
        cells = Cells(row, column_names, clock, delivery.source, table.name)
        try:
            errors = _add_row(collected, cells, questions)
        except InvalidCell as error:
            errors = [error]
        for error in errors:
            message = f"{table.name} line {line}, column {error.column}: {error}"
            writer.reject(line, error.code, "$", message, row)
    for note in collected.statuses.notes() if collected.statuses else ():
        writer.note(note)
    sessions = _sessions(collected)
    if sessions:
        rows = [session.row() for session in sessions.values()]
        frame = pl.DataFrame(rows, infer_schema_length=None)
        writer.rows("technical_sessions", frame)
    writer.documents(_documents(collected, sessions))


def _add_row(
    collected: Collected, cells: Cells, questions: list[str]
) -> list[InvalidCell]:
    """Add the facts of a row; return the cells that could not be read beside them."""
    mapping = collected.mapping
    if mapping.person is None or mapping.activity is None:
        return []  # a mapping of meetings
    if collected.statuses:
        return _add_facts(collected, cells, collected.statuses)
    iris = list(dict.fromkeys(iri for iri in map(cells.verb, mapping.verb) if iri))
    if not iris:
        return []
    actor = cells.agent(mapping.person)
    if actor is None:
        return []  # an anonymous answer has no actor
    times = {iri: time_of(iri, cells, mapping) for iri in iris}
    at = times[iris[0]]
    session, session_name = _session_of(cells, mapping, at)
    if session:
        collected.session_names[session] = session_name
    seconds = cells.seconds(mapping.duration)
    activity = cells.activity(mapping.activity)
    result = _result(cells, mapping, seconds)
    names = {iri: name for name, iri in verbs().items()}
    for iri, when in times.items():
        if session and names.get(iri) in PRESENT:
            left = when + timedelta(seconds=seconds) if seconds is not None else None
            _require_possible_length(when, left, cells, mapping)
            collected.intervals[session].append(Interval(actor, when, left))
        elif session and not questions:
            target = activity["id"].removeprefix(
                f"https://tandem.example/activities/{cells.source}/"
            )
            kind = activity["definition"]["type"]
            collected.interactions[session].append(
                Interaction(actor, iri, when, target, kind, result or None)
            )
        elif not session:
            _add_statement(collected, cells, actor, iri, activity, when, result)
    for place, question in enumerate(questions, start=1):
        if cells.row[question].casefold() in EMPTY_CELLS:
            continue
        _answer(collected, cells, actor, place, activity, at, session)
    return []


def _add_facts(
    collected: Collected, cells: Cells, statuses: Statuses
) -> list[InvalidCell]:
    """Add what a row of a completion report says; return the cells left unread."""
    mapping = collected.mapping
    if statuses.is_repeated(cells):
        return []
    actor, activity = cells.agent(mapping.person), cells.activity(mapping.activity)
    if actor is None:
        return []
    errors: list[InvalidCell] = []
    for fact in statuses.facts(cells):
        if isinstance(fact, InvalidCell):
            errors.append(fact)
            continue
        result = fact.result
        if fact.has_result:
            result = _result(cells, mapping, cells.seconds(mapping.duration))
        _add_statement(
            collected, cells, actor, fact.verb, activity, fact.at, result, fact=fact
        )
    return errors


def _require_possible_length(
    joined: datetime, left: datetime | None, cells: Cells, mapping: Mapping
) -> None:
    """Raise InvalidCell for a connection that is longer than any session."""
    try:
        require_possible_length(joined, left)
    except ValueError as error:
        column = mapping.duration.column if mapping.duration else None
        where = cells.first_filled(column)[1]
        raise InvalidCell("session.too_long", where, str(error)) from error


def _answer(
    collected: Collected,
    cells: Cells,
    actor: Agent,
    place: int,
    activity: dict[str, Any],
    at: datetime,
    session: str | None,
) -> None:
    """Add that a question was answered; the answer itself is never written."""
    kind = activity_types()["question"]
    if session:
        target = f"poll/question/{place}"
        collected.interactions[session].append(
            Interaction(actor, ANSWERED, at, target, kind)
        )
        return
    question = {
        "objectType": "Activity",
        "id": f"{activity['id']}/question/{place}",
        "definition": {"type": kind},
    }
    _add_statement(collected, cells, actor, ANSWERED, question, at, {}, activity)


def _session_of(cells: Cells, mapping: Mapping, at: datetime) -> tuple[str | None, str]:
    """Return a session's key with its local day, and its name as printed.

    There is one session a day in a series.
    """
    if mapping.session is None:
        return None, ""
    text = mapping.session.fixed or cells.first_filled(mapping.session.column)[0]
    if not text:
        return None, ""
    day = at.replace(tzinfo=UTC).astimezone(cells.clock.tz).date()
    key = title_key(text) if mapping.session.type == "title" else meeting_key(text)
    return f"{key}|{day}", text


def _result(cells: Cells, mapping: Mapping, seconds: float | None) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if score := cells.score(mapping.score):
        result["score"] = score
    for name in ("success", "completion"):
        if (flag := cells.flag(getattr(mapping, name))) is not None:
            result[name] = flag
    if seconds is not None:
        result["duration"] = f"PT{seconds:.3f}".rstrip("0").rstrip(".") + "S"
    return result


def _add_statement(
    collected: Collected,
    cells: Cells,
    actor: Agent,
    verb: str,
    activity: dict[str, Any],
    at: datetime | None,
    result: dict[str, Any],
    parent: dict[str, Any] | None = None,
    fact: Fact | None = None,
) -> None:
    timestamp = f"{at.isoformat()}Z" if at else ""
    registration, _name = cells.first_filled(collected.mapping.registration)
    about = (fact.result if fact else {}).get("extensions", {})
    dated = timestamp or about.get(ENROLLED_AT, "")
    key = (fingerprint(actor), verb, activity["id"], dated, registration)
    ordinal = collected.ordinals[key]
    if ordinal and fact and not fact.has_result:
        return  # several attempts of one enrolment print its date
    collected.ordinals[key] += 1
    context: dict[str, Any] = {"platform": collected.platform}
    context |= fact.context if fact else {}
    if registration:
        context["registration"] = statement_id(
            collected.delivery.source, "registration", registration
        )
    if parent:
        context["contextActivities"] = {"parent": [parent]}
    statement: dict[str, Any] = {
        "id": statement_id(collected.delivery.source, "mapped", *key, str(ordinal)),
        "actor": actor,
        "verb": {"id": verb},
        "object": activity,
        "context": context,
    }
    if timestamp:
        statement["timestamp"] = timestamp
    if result:
        statement["result"] = _with_outcome(result, verb)
    collected.statements.append(statement)


def _with_outcome(result: dict[str, Any], verb: str) -> dict[str, Any]:
    """Return a result with the success or completion that the verb itself states."""
    name = {iri: name for name, iri in verbs().items()}.get(verb)
    if name in ("passed", "failed"):
        return result | {"success": name == "passed"}
    if name == "completed":
        return result | {"completion": True}
    return result


def _sessions(collected: Collected) -> dict[str, TechnicalSession]:
    """Return each live session of the rows, from its first to its last time."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for key, intervals in collected.intervals.items():
        times[key] += [interval.joined_at for interval in intervals]
        times[key] += [i.left_at for i in intervals if i.left_at]
    for key, acts in collected.interactions.items():
        times[key] += [interaction.at for interaction in acts if interaction.at]
    source = collected.delivery.source
    blank = TechnicalSession(source, collected.platform, "", None, None, None)
    stated = collected.mapping.session
    kind = stated.type if stated else None
    names = collected.session_names
    return {
        key: replace(
            blank,
            key=key,
            join_key=meeting_key(names[key]) if kind != "title" else None,
            title_key=title_key(names[key]) if kind != "meeting" else None,
            starts_at=min(spans),
            ends_at=max(spans),
        )
        for key, spans in times.items()
    }


def _documents(
    collected: Collected, sessions: dict[str, TechnicalSession]
) -> Iterator[dict[str, Any]]:
    yield from collected.statements
    for key, session in sorted(sessions.items()):
        yield from connection_statements(session, collected.intervals.get(key, []))
        yield from interaction_statements(session, collected.interactions.get(key, []))
