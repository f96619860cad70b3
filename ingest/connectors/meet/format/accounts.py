"""What every source of Google Meet shares: its name, its codes, its claims."""

import json
from typing import Any

import polars as pl

from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession

SOURCE = "meet"
PLATFORM = "Google Meet"
HOME_PAGE = "https://meet.google.com"

Claim = tuple[Agent | None, str, float]


def code_of(printed: str) -> str | None:
    """Return a meeting code as calendars are bound to it: no dashes, lower case."""
    code = printed.replace("-", "").strip().lower()
    return code or None


def user_account(user: str) -> Agent:
    """Return the account of `users/{id}`; a directory ties it to an address."""
    account = {"homePage": HOME_PAGE, "name": user}
    return {"objectType": "Agent", "account": account}


def claim_rows(session: TechnicalSession, claims: list[Claim]) -> pl.DataFrame:
    """Return rows of raw.session_claims; a claim about nobody is about the session."""
    rows: list[dict[str, Any]] = [
        {
            "technical_session_id": session.session_id,
            "actor": json.dumps(actor, sort_keys=True) if actor else None,
            "claim": claim,
            "value": value,
        }
        for actor, claim, value in claims
    ]
    return pl.DataFrame(
        rows,
        schema={
            "technical_session_id": pl.String,
            "actor": pl.String,
            "claim": pl.String,
            "value": pl.Float64,
        },
    )
