"""Registrations for Zoom meetings and webinars as rows of raw.rsvps."""

import json
from datetime import datetime
from typing import Any

import polars as pl

from ingest.landing.delivery import LoadWriter
from ingest.parsing.source_phrases import source_phrases
from ingest.xapi.profiles.virtual_classroom import Agent

STATES = source_phrases("zoom", "registration_states")  # how a status begins


def response_of(status: str) -> str:
    """Return the response to the invitation that a status means, else `none`."""
    return STATES.field_of(status) or "none"


def rsvp_row(
    planned_session_id: str, agent: Agent, status: str, responded_at: datetime | None
) -> dict[str, Any]:
    """Return a registration as a row of raw.rsvps; `responded_at` is naive UTC."""
    return {
        "planned_session_id": planned_session_id,
        "actor": json.dumps(agent, sort_keys=True),
        "response": response_of(status),
        "role": "registrant",
        "responded_at": responded_at,
    }


def land_rsvps(writer: LoadWriter, rows: list[dict[str, Any]]) -> None:
    """Write rows of raw.rsvps, each once, if there are any."""
    if rows:
        schema = {"responded_at": pl.Datetime("us")}
        frame = pl.DataFrame(rows, schema_overrides=schema)
        writer.rows("rsvps", frame.unique(maintain_order=True))
