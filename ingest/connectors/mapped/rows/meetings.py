"""Convert tables of planned sessions, such as Outlook's calendar as CSV.

Such a table has no ids and no zone: title, link and start identify a meeting.
"""

import re
from datetime import UTC, datetime, time
from typing import Any

import polars as pl

from ingest.connectors.mapped.rows.times import moment
from ingest.identity import agents
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.mapping.cells import Cells, InvalidCell
from ingest.mapping.mapping_fields import Meetings
from ingest.mapping.tables import Table
from ingest.parsing.days import DayClock
from ingest.parsing.join_keys import key_in_links, title_key
from ingest.parsing.source_phrases import plain, source_phrases
from ingest.xapi.ids import statement_id

_ADDRESS = re.compile(r"[^\s;,<>\"'()]+@[^\s;,<>\"'()]+\.[^\s;,<>\"'()]+")
SWITCHES = source_phrases("any", "answers", "ticks", "switches")


def land(
    table: Table,
    meetings: Meetings,
    clock: DayClock,
    delivery: Delivery,
    writer: LoadWriter,
) -> None:
    """Write planned sessions and invitations; all-day entries are skipped."""
    column_names = {plain(name): name for name in reversed(table.header) if name}
    sessions: list[dict[str, Any]] = []
    invitations: list[dict[str, Any]] = []
    for line, row in table.rows:
        cells = Cells(row, column_names, clock, delivery.source, table.name)
        try:
            session = _session(cells, meetings)
        except InvalidCell as error:
            message = f"{table.name} line {line}, column {error.column}: {error}"
            writer.reject(line, error.code, "$", message, row)
            continue
        if session is None:
            continue
        sessions.append(session | {"line": line})
        for address in dict.fromkeys(
            _ADDRESS.findall(cells.first_filled(meetings.attendees)[0])
        ):
            agent = agents.text_of({"objectType": "Agent", "mbox": f"mailto:{address}"})
            invitations.append(
                {
                    "planned_session_id": session["planned_session_id"],
                    "actor": agent,
                    "response": "none",
                    "role": "invitee",
                }
            )
    if sessions:
        frame = pl.DataFrame(sessions, infer_schema_length=None)
        others = [name for name in frame.columns if name != "line"]
        writer.rows("planned_sessions", frame.unique(others, maintain_order=True))
    if invitations:
        frame = pl.DataFrame(invitations, infer_schema_length=None)
        writer.rows("rsvps", frame.unique(maintain_order=True))


def _session(cells: Cells, meetings: Meetings) -> dict[str, Any] | None:
    is_all_day = SWITCHES.matches(cells.first_filled(meetings.all_day)[0], "yes")
    title, title_column = cells.first_filled(meetings.title)
    if not title:
        raise InvalidCell("mapped.title", title_column, "it is empty")
    starts, ends = moment(meetings.starts, cells), moment(meetings.ends, cells)
    if ends < starts:
        where = cells.first_filled(meetings.ends.column or meetings.ends.date)[1]
        raise InvalidCell("mapped.time", where, "the meeting ends before it starts")
    if is_all_day or (ends > starts and _are_midnights(starts, cells, ends)):
        return None
    texts = (
        cells.first_filled(meetings.location)[0],
        cells.first_filled(meetings.description)[0],
    )
    link = key_in_links(texts)
    key_of_title = title_key(title)
    return {
        "planned_session_id": statement_id(
            cells.source, "planned", key_of_title, link or "", starts
        ),
        "join_key": link,
        "title_key": key_of_title,
        "original_start_at": starts,
        "starts_at": starts,
        "ends_at": ends,
        "time_zone": cells.clock.tz.key,
        "status": "confirmed",
    }


def _are_midnights(starts: datetime, cells: Cells, ends: datetime) -> bool:
    """Return whether a meeting lasts whole days: it starts and ends at midnight."""
    local_times = (
        at.replace(tzinfo=UTC).astimezone(cells.clock.tz).time()
        for at in (starts, ends)
    )
    return all(local == time.min for local in local_times)
