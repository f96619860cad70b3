"""Rows of any table as xAPI statements, by a mapping; ids the same in every reading."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from ingest.connectors.mapped.rows.times import time_of
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.mapping.cells import NOTHING, Cells, Misfit
from ingest.mapping.columns import columns_in
from ingest.mapping.mapping_file import Mapping
from ingest.mapping.people_headings import plain
from ingest.mapping.tables import Table
from ingest.parsing.days import DayClock
from ingest.parsing.join_keys import join_key
from ingest.xapi.ids import statement_id
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    Interaction,
    interaction_statements,
)
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    fingerprint,
)
from ingest.xapi.terms import activity_types, verbs

PRESENT = {"attended", "joined"}
QUESTION_WORDS = ("points", "feedback", "punkte", "commentaires", "puntos")


@dataclass
class Gathered:
    """What the rows of a table say, before any of it is handed over."""

    mapping: Mapping
    delivery: Delivery
    platform: str
    said: list[dict[str, Any]] = field(default_factory=list)
    present: dict[str, list[Interval]] = field(
        default_factory=lambda: defaultdict(list)
    )
    acted: dict[str, list[Interaction]] = field(
        default_factory=lambda: defaultdict(list)
    )
    seen: Counter[tuple[str, ...]] = field(default_factory=Counter)


def land(
    table: Table,
    mapping: Mapping,
    clock: DayClock,
    delivery: Delivery,
    writer: LoadWriter,
) -> None:
    """Hand over the statements of a table; rows that do not fit are rejected."""
    spelt = {plain(name): name for name in reversed(table.header) if name}
    platform = mapping.platform or delivery.source
    gathered = Gathered(mapping, delivery, platform)
    asked = _questions(table, mapping, spelt)
    for line, row in table.rows:
        cells = Cells(row, spelt, clock, delivery.source, table.name)
        try:
            _take(gathered, cells, asked)
        except Misfit as misfit:
            message = f"{table.name} line {line}, column {misfit.column}: {misfit}"
            writer.reject(line, misfit.code, "$", message, row)
    sessions = _sessions(gathered)
    if sessions:
        rows = [session.row() for session in sessions.values()]
        frame = pl.DataFrame(rows, infer_schema_length=None)
        writer.rows("technical_sessions", frame)
    writer.documents(_documents(gathered, sessions))


def _questions(table: Table, mapping: Mapping, spelt: dict[str, str]) -> list[str]:
    """Return the columns that hold answers: all that are nothing else."""
    if mapping.questions is None:
        return []
    taken = {plain(n) for _key, column in columns_in(mapping) for n in column.names}
    taken |= {plain(name) for name in mapping.questions.other_than}
    return [
        name
        for name in table.header
        if name
        and plain(name) not in taken
        and not plain(name).startswith(QUESTION_WORDS)
        and spelt[plain(name)] == name
    ]


def _take(gathered: Gathered, cells: Cells, asked: list[str]) -> None:
    mapping = gathered.mapping
    if mapping.person is None or mapping.activity is None:
        return  # a mapping of meetings, which is read elsewhere
    found = list(dict.fromkeys(iri for iri in map(cells.verb, mapping.verb) if iri))
    if not found:
        return
    actor = cells.agent(mapping.person)
    if actor is None:
        return  # an anonymous answer is nobody's
    times = {iri: time_of(iri, cells, mapping) for iri in found}
    at = times[found[0]]
    session = _session_of(cells, mapping, at)
    seconds = cells.seconds(mapping.duration)
    activity = cells.activity(mapping.activity)
    result = _result(cells, mapping, seconds)
    names = {iri: name for name, iri in verbs().items()}
    for iri, when in times.items():
        if session and names.get(iri) in PRESENT:
            left = when + timedelta(seconds=seconds) if seconds is not None else None
            gathered.present[session].append(Interval(actor, when, left))
        elif session and not asked:
            target = activity["id"].removeprefix(
                f"https://tandem.example/activities/{cells.source}/"
            )
            kind = activity["definition"]["type"]
            gathered.acted[session].append(
                Interaction(actor, iri, when, target, kind, result or None)
            )
        elif not session:
            _say(gathered, cells, actor, iri, activity, when, result)
    for place, question in enumerate(asked, start=1):
        if cells.row[question].casefold() in NOTHING:
            continue
        _answer(gathered, cells, actor, place, activity, at, session)


def _answer(
    gathered: Gathered,
    cells: Cells,
    actor: Agent,
    place: int,
    activity: dict[str, Any],
    at: datetime,
    session: str | None,
) -> None:
    """Note that a question was answered; what was answered is never written."""
    kind = activity_types()["question"]
    if session:
        target = f"poll/question/{place}"
        gathered.acted[session].append(Interaction(actor, ANSWERED, at, target, kind))
        return
    asked = {
        "objectType": "Activity",
        "id": f"{activity['id']}/question/{place}",
        "definition": {"type": kind},
    }
    _say(gathered, cells, actor, ANSWERED, asked, at, {}, activity)


def _session_of(cells: Cells, mapping: Mapping, at: datetime) -> str | None:
    """Return a session's join key and local day: a series runs once a day."""
    if mapping.session is None:
        return None
    text = mapping.session.fixed or cells.of(mapping.session.column)[0]
    if not text:
        return None
    day = at.replace(tzinfo=UTC).astimezone(cells.clock.tz).date()
    return f"{join_key(text)}|{day}"


def _result(cells: Cells, mapping: Mapping, seconds: float | None) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if score := cells.score(mapping.score):
        result["score"] = score
    for name in ("success", "completion"):
        if (said := cells.flag(getattr(mapping, name))) is not None:
            result[name] = said
    if seconds is not None:
        result["duration"] = f"PT{seconds:.3f}".rstrip("0").rstrip(".") + "S"
    return result


def _say(
    gathered: Gathered,
    cells: Cells,
    actor: Agent,
    verb: str,
    activity: dict[str, Any],
    at: datetime,
    result: dict[str, Any],
    parent: dict[str, Any] | None = None,
) -> None:
    timestamp = f"{at.isoformat()}Z"
    registration, _name = cells.of(gathered.mapping.registration)
    key = (fingerprint(actor), verb, activity["id"], timestamp, registration)
    ordinal = gathered.seen[key]
    gathered.seen[key] += 1
    context: dict[str, Any] = {"platform": gathered.platform}
    if registration:
        context["registration"] = statement_id(
            gathered.delivery.source, "registration", registration
        )
    if parent:
        context["contextActivities"] = {"parent": [parent]}
    statement: dict[str, Any] = {
        "id": statement_id(gathered.delivery.source, "mapped", *key, str(ordinal)),
        "actor": actor,
        "verb": {"id": verb},
        "object": activity,
        "context": context,
        "timestamp": timestamp,
    }
    if result:
        statement["result"] = _fitting(result, verb)
    gathered.said.append(statement)


def _fitting(result: dict[str, Any], verb: str) -> dict[str, Any]:
    """Let a verb that says it speak for itself: passed is success, failed is not."""
    name = {iri: name for name, iri in verbs().items()}.get(verb)
    if name in ("passed", "failed"):
        return result | {"success": name == "passed"}
    if name == "completed":
        return result | {"completion": True}
    return result


def _sessions(gathered: Gathered) -> dict[str, TechnicalSession]:
    """Return each live session that rows speak of: it ran while they say so."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for key, intervals in gathered.present.items():
        times[key] += [one.joined_at for one in intervals]
        times[key] += [one.left_at for one in intervals if one.left_at]
    for key, acted in gathered.acted.items():
        times[key] += [one.at for one in acted if one.at]
    source = gathered.delivery.source
    blank = TechnicalSession(source, gathered.platform, "", None, None, None)
    return {
        key: replace(
            blank,
            key=key,
            join_key=key.rpartition("|")[0],
            starts_at=min(spans),
            ends_at=max(spans),
        )
        for key, spans in times.items()
    }


def _documents(
    gathered: Gathered, sessions: dict[str, TechnicalSession]
) -> Iterator[dict[str, Any]]:
    yield from gathered.said
    for key, session in sorted(sessions.items()):
        yield from connection_statements(session, gathered.present.get(key, []))
        yield from interaction_statements(session, gathered.acted.get(key, []))
