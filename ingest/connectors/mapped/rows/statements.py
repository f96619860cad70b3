"""Convert the rows of a table to xAPI statements by a mapping, with stable ids."""

from datetime import datetime
from functools import partial
from typing import Any

import polars as pl

from ingest.connectors.control_totals import compare_count
from ingest.connectors.mapped.rows.live_sessions import (
    Collected,
    add_connection,
    connection_of,
    documents_of,
    durations_of,
    present_in,
    session_of,
    sessions_of,
)
from ingest.connectors.mapped.rows.outcomes import with_outcome
from ingest.connectors.mapped.rows.participants import Participants
from ingest.connectors.mapped.rows.questions import question_columns
from ingest.connectors.mapped.rows.refusals import Refusals
from ingest.connectors.mapped.rows.statuses import ENROLLED_AT, Fact, Statuses
from ingest.connectors.mapped.rows.times import seconds_of, time_of
from ingest.connectors.session_claims import land_claims
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.mapping.cells import Cells, InvalidCell
from ingest.mapping.column_formats import (
    EMPTY_CELLS,
    column_formats,
    with_duration_headings,
)
from ingest.mapping.footers import printed_count
from ingest.mapping.mapping_file import Mapping
from ingest.mapping.report_day import is_day_only
from ingest.mapping.tables import Table
from ingest.parsing.days import DayClock
from ingest.parsing.source_phrases import plain
from ingest.xapi.ids import statement_id
from ingest.xapi.profiles.interactions import ANSWERED, Interaction
from ingest.xapi.profiles.virtual_classroom import (
    JOINED,
    LEFT,
    Agent,
    fingerprint,
)
from ingest.xapi.terms import activity_types


def land(
    table: Table,
    mapping: Mapping,
    clock: DayClock,
    delivery: Delivery,
    writer: LoadWriter,
) -> None:
    """Write the statements of a table; rows with an invalid cell are rejected."""
    mapping = with_duration_headings(mapping, table)
    column_names = {plain(name): name for name in reversed(table.header) if name}
    platform = mapping.platform or delivery.source
    collected = Collected(mapping, delivery, platform)
    collected.is_day_only = is_day_only(table)
    if mapping.statuses:
        vendor = f"{delivery.source} {platform} {mapping.vendor}"
        collected.statuses = Statuses(mapping, mapping.statuses, vendor)
    questions = question_columns(table, mapping, column_names)
    options = delivery.options
    formats = column_formats(table, mapping, options.duration_format, options.locale)
    counts = [printed_count(list(row.values())) for _line, row in table.rows]
    rows = [r for r, count in zip(table.rows, counts, strict=True) if count is None]
    for count in counts:
        compare_count(writer, "the table", "records", count, len(rows))
    participants = Participants(mapping, platform)
    for line, row in rows:
        cells = Cells(row, column_names, clock, delivery.source, table.name, formats)
        refused = Refusals(table.name, line, row, writer)
        try:
            if not participants.took(cells):
                _add_row(collected, cells, questions, refused)
        except InvalidCell as error:
            refused.row(error)
    participants.land(writer)
    for note in collected.statuses.notes() if collected.statuses else ():
        writer.note(note)
    sessions = sessions_of(collected)
    if sessions:
        rows = [session.row() for session in sessions.values()]
        frame = pl.DataFrame(rows, infer_schema_length=None)
        writer.rows("technical_sessions", frame)
        for key, claims in collected.claims.items():
            durations = durations_of(writer, sessions[key], claims)
            land_claims(writer, sessions[key], durations)
    writer.documents(documents_of(collected, sessions))


def _add_row(
    collected: Collected, cells: Cells, questions: list[str], refused: Refusals
) -> None:
    """Add the facts of a row; cells that cannot be read beside them are refused."""
    mapping = collected.mapping
    if mapping.person is None or mapping.activity is None:
        return  # a mapping of meetings
    if collected.statuses:
        _add_facts(collected, cells, collected.statuses, refused)
        return
    iris = list(dict.fromkeys(iri for iri in map(cells.verb, mapping.verb) if iri))
    if not iris:
        return
    actor = cells.agent(mapping.person)
    if actor is None:
        return  # an anonymous answer has no actor
    if mapping.undated:
        activity = cells.activity(mapping.activity)
        result = _result(cells, mapping, None, refused)
        for iri in iris:
            _add_statement(collected, cells, actor, iri, activity, None, result)
        return
    times = _times(iris, cells, mapping, refused)
    at = next(iter(times.values()))
    session, session_name = session_of(cells, mapping, at)
    if session:
        known = collected.session_names.get(session, session_name)
        collected.session_names[session] = min(session_name, known)
    duration = mapping.duration
    seconds = refused.optional(lambda: seconds_of(duration, cells, iris), None)
    activity = cells.activity(mapping.activity)
    result = _result(cells, mapping, seconds, refused)
    connected = present_in(times) if session else []
    if session and connected:
        interval = connection_of(cells, mapping, actor, times, seconds)
        add_connection(collected, session, interval, seconds if LEFT in times else None)
        connected.append(LEFT)
    for iri, when in times.items():
        if session and iri not in connected and not questions:
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


def _add_facts(
    collected: Collected, cells: Cells, statuses: Statuses, refused: Refusals
) -> None:
    """Add what a row of a completion report says; refuse the cells left unread."""
    mapping = collected.mapping
    if statuses.is_repeated(cells):
        return
    actor, activity = cells.agent(mapping.person), cells.activity(mapping.activity)
    if actor is None:
        return
    for fact in statuses.facts(cells):
        if isinstance(fact, InvalidCell):
            refused.row(fact)
            continue
        result = fact.result
        if fact.has_result:
            spent = partial(seconds_of, mapping.duration, cells, [fact.verb])
            seconds = refused.optional(spent, None)
            result = _result(cells, mapping, seconds, refused)
        _add_statement(
            collected, cells, actor, fact.verb, activity, fact.at, result, fact=fact
        )


def _times(
    iris: list[str], cells: Cells, mapping: Mapping, refused: Refusals
) -> dict[str, datetime]:
    """Return the time of each verb of a row.

    A verb whose own time cannot be read does not land, while the others do. A leave
    without a time is a connection that had not ended.

    Raises:
        InvalidCell: no verb has a time, or the leave is before the join.
    """
    times: dict[str, datetime] = {}
    errors: dict[str, InvalidCell] = {}
    for iri in iris:
        try:
            times[iri] = time_of(iri, cells, mapping)
        except InvalidCell as error:
            errors[iri] = error
    if not times:
        raise errors[iris[0]]
    joined, left = times.get(JOINED), times.get(LEFT)
    own = mapping.times.get("left")
    if joined and left and left < joined:
        where = cells.first_filled(own.column if own else None)[1] or "time"
        raise InvalidCell("mapped.time", where, "it leaves before it joins")
    for iri, error in errors.items():
        is_open = iri == LEFT and JOINED in times and "empty" in str(error)
        if not is_open:
            refused.cell(error)
    return times


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


def _result(
    cells: Cells, mapping: Mapping, seconds: float | None, refused: Refusals
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if score := refused.optional(lambda: cells.score(mapping.score), {}):
        result["score"] = score
    flags = {"success": mapping.success, "completion": mapping.completion}
    for name, flag in flags.items():
        value = refused.optional(lambda flag=flag: cells.flag(flag), None)
        if value is not None:
            result[name] = value
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
    if course := cells.course_of(collected.mapping.activity):
        context.setdefault("contextActivities", {})["grouping"] = [course]
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
        statement["result"] = with_outcome(result, verb)
    collected.statements.append(statement)
