"""Registrations for Zoom meetings and webinars as rows of raw.rsvps."""

import json
from datetime import datetime
from typing import Any

import polars as pl

from ingest.landing.delivery import LoadWriter
from ingest.xapi.profiles.virtual_classroom import Agent

# How the status of a registration begins, in the languages of the product: `cancelled
# by self`, `pending approval`, `genehmigt`.
_STATUS_BEGINNINGS = {
    "accepted": (
        *("approv", "accept", "genehm", "aprob", "aprov", "approuv", "goedgek"),
        *("zatwier", "onay", "одобр", "утвержд", "承認", "已批准", "批准", "核准"),
        "승인",
    ),
    "tentative": (
        *("pend", "ausst", "warte", "en attente", "in attesa", "in afwacht"),
        *("oczek", "bekle", "ожид", "保留", "待", "대기"),
    ),
    "declined": (
        *("den", "declin", "cancel", "abgel", "abges", "storn", "refus", "annul"),
        *("rechaz", "anul", "negad", "recus", "rifiut", "geweig", "odrzuc", "redd"),
        *("iptal", "откл", "отмен", "拒", "キャンセル", "取消", "已取消", "취소"),
        "거부",
    ),
}


def response_of(status: str) -> str:
    """Return the response to the invitation that a status means, else `none`."""
    folded = status.strip().casefold()
    for response, beginnings in _STATUS_BEGINNINGS.items():
        if folded.startswith(beginnings):
            return response
    return "none"


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
