"""What Zoom's reports share: numbers, names, sessions, and how they are landed."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import polars as pl

from ingest.connectors.local_clock import LocalClock
from ingest.landing.delivery import LoadWriter
from ingest.parsing.times import parse_local
from ingest.xapi.formats import is_mailto
from ingest.xapi.profiles.interactions import Interaction, interaction_statements
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    Interval,
    TechnicalSession,
    connection_statements,
    fingerprint,
    opening_statement,
    person,
)

SOURCE = "zoom"
PLATFORM = "Zoom"
UNNAMED = "(no name)"
ANONYMOUS = re.compile(
    r"\b(?:anon(?:[iy]|ie)m|an[óòô]nim|аноним|анонім|anonüüm)|匿名|익명|مجهول|ẩn danh"
)
# How a registration's status begins, in the languages of the product: `cancelled by
# self`, `pending approval`, `genehmigt`.
_STATUSES = {
    "accepted": (
        *("approv", "accept", "genehm", "aprob", "aprov", "approuv", "goedgek"),
        *(
            "zatwier",
            "onay",
            "одобр",
            "утвержд",
            "承認",
            "已批准",
            "批准",
            "核准",
            "승인",
        ),
    ),
    "tentative": (
        *("pend", "ausst", "warte", "en attente", "in attesa", "in afwacht"),
        *("oczek", "bekle", "ожид", "保留", "待", "대기"),
    ),
    "declined": (
        *("den", "declin", "cancel", "abgel", "abges", "storn", "refus", "annul"),
        *("rechaz", "anul", "negad", "recus", "rifiut", "geweig", "odrzuc", "redd"),
        *(
            "iptal",
            "откл",
            "отмен",
            "拒",
            "キャンセル",
            "取消",
            "已取消",
            "취소",
            "거부",
        ),
    ),
}
_THOUSANDS = re.compile(r"(?<=\d)[.,' ](?=\d{3}(?!\d))")
_IN_BRACKET = re.compile(r"[(（]([^()（）\s]+@[^()（）\s]+)[)）]\s*$")
_NUMBER = re.compile(r"(?<!\d)(\d{9,11})(?!\d)")


@dataclass(frozen=True)
class Meeting:
    """What a report says of the meeting itself; times are naive UTC."""

    number: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    host: Agent | None = None
    uuid: str | None = None
    precision_seconds: int = 1


def number_of(printed: str, path: Path | None = None) -> str | None:
    """Return a meeting's number without spaces and dashes, else the file name's."""
    digits = re.sub(r"[\s-]", "", printed.strip("'\"=\u200e\u200f"))
    if re.fullmatch(r"\d{9,11}", digits):
        return digits
    in_name = _NUMBER.search(path.name) if path else None
    return in_name.group(1) if in_name else None


def shown_name(cell: str) -> str:
    """Return the display name of `Display (Original)`: the last balanced bracket goes.

    A bracket inside a display name stays where it is.
    """
    if not cell.endswith((")", "）")):
        return cell
    depth = 0
    for at in range(len(cell) - 1, -1, -1):
        depth += (cell[at] in ")）") - (cell[at] in "(（")
        if depth == 0:
            return cell[:at].strip() or cell
    return cell


def bare_address(cell: str) -> str:
    """Return the address of `Name (address)`, any other cell as it is."""
    inside = _IN_BRACKET.search(cell)
    return inside.group(1) if inside else cell


def agent_of(email: str) -> Agent | None:
    """Return a person known by an address, None where there is none."""
    mbox = f"mailto:{email.strip()}"
    return {"objectType": "Agent", "mbox": mbox} if is_mailto(mbox) else None


def attended_session(
    meeting: Meeting, connections: Iterable[tuple[datetime, str, datetime | None]]
) -> TechnicalSession:
    """Return the session of a participant report: (join, name or address, leave) each.

    A participant report with a meeting block, one without and the API's all know the
    number and the first join, only some the start: so these two name the session, and
    the reports meet. Without a number, whoever joined first stands in for it.
    """
    told = list(connections)
    first, who, _left = min(told, key=lambda one: (one[0], one[1]))
    leaves = [left for _join, _who, left in told if left is not None]
    stand_in = fingerprint({"account": {"name": who.casefold()}})
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=f"{meeting.number or stand_in}|{first.isoformat()}",
        join_key=meeting.number,
        starts_at=meeting.starts_at or first,
        ends_at=meeting.ends_at or max(leaves, default=None),
        host=meeting.host,
        precision_seconds=meeting.precision_seconds,
    )


def told_session(meeting: Meeting, fallback: str) -> TechnicalSession:
    """Return the session of a report that knows no joins: by UUID, or number and start.

    Args:
        meeting: what the report says.
        fallback: what helps to name it where it lacks either, e.g. the file's name.
    """
    start = meeting.starts_at.isoformat() if meeting.starts_at else ""
    name = meeting.uuid or f"{meeting.number or ''}|{start}"
    if not meeting.uuid and not (meeting.number and start):
        name += f"|{fallback}"
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=name,
        join_key=meeting.number,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        host=meeting.host,
        precision_seconds=meeting.precision_seconds,
    )


def precision_of(clock: LocalClock, printed: Iterable[str]) -> int:
    """Return how exact a report's joins and leaves are, in seconds.

    The block above them may leave out seconds that they have.
    """
    found = []
    for text in islice((text for text in printed if text), 50):
        try:
            found.append(parse_local(text, clock.order).precision_seconds)
        except ValueError:
            continue
    return max(found, default=clock.precision_seconds)


def ends_after(starts_at: datetime | None, minutes: str) -> datetime | None:
    """Return the end of a meeting of so many printed minutes."""
    digits = minutes.strip()
    if starts_at is None or not digits.isdigit():
        return None
    return starts_at + timedelta(minutes=int(digits))


def minutes_in(cell: str) -> float | None:
    """Return the seconds of a printed number of minutes, None where it is none.

    Minutes are whole: a mark before three digits parts thousands, any other decimals.
    """
    digits = _THOUSANDS.sub("", cell.strip())
    try:
        return float(digits.replace(",", ".")) * 60
    except ValueError:
        return None


def claim_rows(
    session: TechnicalSession, claim: str, values: Iterable[tuple[Agent | None, float]]
) -> list[dict[str, Any]]:
    """Return rows of raw.session_claims; no person: it is about the whole session."""
    return [
        {
            "technical_session_id": session.session_id,
            "actor": json.dumps(agent, sort_keys=True) if agent else None,
            "claim": claim,
            "value": value,
        }
        for agent, value in values
    ]


def session_claims(
    session: TechnicalSession, counts: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Return what a report says of a session as a whole, by the claim's name."""
    return [
        row
        for claim, value in counts.items()
        for row in claim_rows(session, claim, [(None, value)])
    ]


def land_claims(writer: LoadWriter, rows: list[dict[str, Any]]) -> None:
    """Write rows of raw.session_claims, if there are any."""
    if rows:
        schema = {"technical_session_id": pl.String, "actor": pl.String}
        schema |= {"claim": pl.String, "value": pl.Float64}
        writer.rows("session_claims", pl.DataFrame(rows, schema=schema))


def land_interactions(
    writer: LoadWriter,
    session: TechnicalSession,
    found: list[Interaction],
    counts: Mapping[str, float],
) -> None:
    """Write a session, what people did in it, and what is counted of nobody."""
    if session.starts_at is not None:
        writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    if found:
        writer.documents(interaction_statements(session, found))
    land_claims(writer, session_claims(session, counts))
    writer.report_window(session.starts_at, session.ends_at)


def land_session(
    writer: LoadWriter, session: TechnicalSession, intervals: list[Interval]
) -> None:
    """Write a session, who opened it, and who was connected to it."""
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    host = [opening_statement(session, session.host)] if session.host else []
    told = connection_statements(replace(session, host=None), intervals)
    if host or intervals:
        writer.documents(chain(host, told))


def whom(session: TechnicalSession, name: str, email: str) -> Agent:
    """Return a participant by address, else by display name in this session alone.

    What is no address (`n/a`, one cut off) is none; who has no name either is one
    unnamed participant.
    """
    return agent_of(email) or person(session, shown_name(name) or UNNAMED, None)


def response_of(status: str) -> str:
    """Return what a registration's status answers to the invitation, else `none`."""
    words = status.strip().casefold()
    for response, beginnings in _STATUSES.items():
        if words.startswith(beginnings):
            return response
    return "none"


def question_slug(words: str) -> str:
    """Return the name of a question in its session."""
    plain = " ".join(words.split()).casefold()
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def is_anonymous(name: str) -> bool:
    """Return whether a name says that Zoom was asked to keep somebody anonymous."""
    return ANONYMOUS.search(name.casefold()) is not None
