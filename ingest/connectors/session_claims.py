"""Claims: figures that a vendor's report states about a session or a participant.

A claim (a printed duration, a count) is kept beside the connection intervals and is
never taken for attendance.
"""

import json
from collections.abc import Iterable, Mapping

import polars as pl

from ingest.connectors.room_devices import COUNT, room_count
from ingest.landing.delivery import LoadWriter
from ingest.xapi.profiles.aggregates import sum_by_person
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession

# Participant (None: the whole session), name of the claim, value (None: no number).
Claim = tuple[Agent | None, str, float | None]
SCHEMA = {
    "technical_session_id": pl.String,
    "actor": pl.String,
    "claim": pl.String,
    "value": pl.Float64,
}


def claims_per_person(claim: str, values: Iterable[tuple[Agent, float]]) -> list[Claim]:
    """Return one claim per person, with the sum of the values of that person's rows."""
    return [(agent, claim, value) for agent, value in sum_by_person(values)]


def claims_about_session(counts: Mapping[str, float]) -> list[Claim]:
    """Return claims about the session as a whole, from values by the claim's name."""
    return [(None, claim, value) for claim, value in counts.items()]


def land_claims(
    writer: LoadWriter,
    session: TechnicalSession,
    claims: Iterable[Claim],
    names: Iterable[str] = (),
) -> None:
    """Write claims as rows of raw.session_claims, if there are any.

    Args:
        writer: of the load.
        session: that they are about.
        claims: what the report states.
        names: that the participants show; devices of rooms among them are counted.
    """
    if rooms := room_count(names):
        claims = [*claims, (None, COUNT, float(rooms))]
    rows = [
        {
            "technical_session_id": session.session_id,
            "actor": json.dumps(agent, sort_keys=True) if agent else None,
            "claim": claim,
            "value": value,
        }
        for agent, claim, value in claims
    ]
    if rows:
        writer.rows("session_claims", pl.DataFrame(rows, schema=SCHEMA))
