"""What the rows of a table yield, and the live sessions among them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from ingest.connectors.mapped.rows.statuses import Statuses
from ingest.connectors.printed_totals import PrintedTotal, attributed
from ingest.connectors.session_claims import Claim
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.mapping.cells import Cells, InvalidCell
from ingest.mapping.mapping_file import Mapping
from ingest.parsing.join_keys import meeting_key, title_key
from ingest.xapi.profiles.interactions import Interaction, interaction_statements
from ingest.xapi.profiles.session_length import require_possible_length
from ingest.xapi.profiles.virtual_classroom import (
    LEFT,
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
)
from ingest.xapi.terms import verbs

PRESENT = {"attended", "joined"}
ROUNDED_SECONDS = 60  # vendors print whole minutes
DAY_SECONDS = 86_400


@lru_cache(maxsize=1)
def verb_names() -> dict[str, str]:
    """Return the names of verbs by their IRI."""
    return {iri: name for name, iri in verbs().items()}


def present_in(iris: Iterable[str]) -> list[str]:
    """Return the verbs that say that a person was there."""
    return [iri for iri in iris if verb_names().get(iri) in PRESENT]


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
    claims: dict[str, list[tuple[Agent, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    ordinals: Counter[tuple[str, ...]] = field(default_factory=Counter)
    statuses: Statuses | None = None
    is_day_only: bool = False  # rows have the day of their report, and no time


def connection_of(
    cells: Cells,
    mapping: Mapping,
    actor: Agent,
    times: dict[str, datetime],
    seconds: float | None,
) -> Interval:
    """Return the connection of a row: until its leave, else as long as its duration.

    Raises:
        InvalidCell: it is longer than any session.
    """
    joined, left = times[present_in(times)[0]], times.get(LEFT)
    if left is None and seconds is not None:
        left = joined + timedelta(seconds=seconds)
    try:
        require_possible_length(joined, left)
    except ValueError as error:
        own = mapping.times.get("left")
        timed = own.column if own and LEFT in times else None
        column = timed or (mapping.duration.column if mapping.duration else None)
        where = cells.first_filled(column)[1]
        raise InvalidCell("session.too_long", where, str(error)) from error
    return Interval(actor, joined, left)


def add_connection(
    collected: Collected, session: str, interval: Interval, claimed: float | None
) -> None:
    """Add a connection, and the duration that is printed beside its join and leave."""
    collected.intervals[session].append(interval)
    if claimed is not None:
        collected.claims[session].append((interval.actor, claimed))


def sessions_of(collected: Collected) -> dict[str, TechnicalSession]:
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
    lasting = timedelta(days=1) if collected.is_day_only else timedelta()
    precision = DAY_SECONDS if collected.is_day_only else blank.precision_seconds
    return {
        key: replace(
            blank,
            key=key,
            join_key=meeting_key(names[key]) if kind != "title" else None,
            title_key=title_key(names[key]) if kind != "meeting" else None,
            starts_at=min(spans),
            ends_at=max(spans) + lasting,
            precision_seconds=precision,
        )
        for key, spans in times.items()
    }


def documents_of(
    collected: Collected, sessions: dict[str, TechnicalSession]
) -> Iterator[dict[str, Any]]:
    """Yield the statements of the rows, then those of each live session."""
    yield from collected.statements
    for key, session in sorted(sessions.items()):
        yield from connection_statements(session, collected.intervals.get(key, []))
        yield from interaction_statements(session, collected.interactions.get(key, []))


def durations_of(
    writer: LoadWriter, session: TechnicalSession, claims: list[tuple[Agent, float]]
) -> list[Claim]:
    """Return the printed durations, none of them longer than the session."""
    totals = [PrintedTotal(at, *claim) for at, claim in enumerate(claims)]
    length = None
    if session.starts_at and session.ends_at:
        length = (session.ends_at - session.starts_at).total_seconds()
    return attributed(writer, session, totals, length, ROUNDED_SECONDS).claims


def session_of(cells: Cells, mapping: Mapping, at: datetime) -> tuple[str | None, str]:
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
