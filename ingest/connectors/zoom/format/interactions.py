"""Interactions of Zoom sessions: landing with counts of anonymous ones."""

import hashlib
from collections.abc import Mapping

import polars as pl

from ingest.connectors.session_claims import claims_about_session, land_claims
from ingest.landing.delivery import LoadWriter
from ingest.xapi.profiles.interactions import Interaction, interaction_statements
from ingest.xapi.profiles.virtual_classroom import TechnicalSession


def land_interactions(
    writer: LoadWriter,
    session: TechnicalSession,
    interactions: list[Interaction],
    counts: Mapping[str, float],
) -> None:
    """Write a session, its interactions, and counts about the session as claims."""
    if session.starts_at is not None:
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    if interactions:
        writer.documents(interaction_statements(session, interactions))
    land_claims(writer, session, claims_about_session(counts))
    writer.report_window(session.starts_at, session.ends_at)


def question_slug(question: str) -> str:
    """Return a hash of a question's text, its identifier within the session."""
    plain = " ".join(question.split()).casefold()
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
