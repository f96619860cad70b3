"""Totals of reports that print one row per person, checked against the session.

Nobody is connected for longer than the session lasted. Where the rows of one person
print more, they are several people under one name, or one person on several devices.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any

from ingest.connectors.session_claims import Claim
from ingest.landing.delivery import LoadWriter
from ingest.xapi.profiles.virtual_classroom import (
    Agent,
    TechnicalSession,
    fingerprint,
    person,
)

CLAIM = "duration_seconds"


@dataclass(frozen=True)
class PrintedTotal:
    """The total time in one row of a report, None where it prints none that is read."""

    line: int
    actor: Agent
    seconds: float | None


@dataclass(frozen=True)
class Attributed:
    """Whose each row is, by its line, and the claims about these people."""

    actors: dict[int, Agent]
    claims: list[Claim]


def attributed(
    writer: LoadWriter,
    session: TechnicalSession,
    totals: Iterable[PrintedTotal],
    session_seconds: float | None,
    tolerance_seconds: float,
) -> Attributed:
    """Return the people of a report's rows, with no more time than the session lasted.

    Rows of one name without an address that print more than that together are kept as
    different people, whose names get a number. A row that alone prints more, or rows of
    one address, give a claim without a number: the person was there, for a time that is
    not known. Both are findings.

    Args:
        writer: takes the findings.
        session: the session.
        totals: the rows.
        session_seconds: how long the session lasted; None if that is not known.
        tolerance_seconds: the largest excess that rounding can explain.
    """
    by_person: dict[str, list[PrintedTotal]] = defaultdict(list)
    for total in totals:
        by_person[fingerprint(total.actor)].append(total)
    found = Attributed({}, [])
    for rows in by_person.values():
        actor = rows[0].actor
        seconds = [row.seconds for row in rows if row.seconds is not None]
        limit = inf if session_seconds is None else session_seconds + tolerance_seconds
        if session_seconds is None or sum(seconds) <= limit:
            found.actors.update({row.line: actor for row in rows})
            if seconds:
                found.claims.append((actor, CLAIM, sum(seconds)))
            continue
        _record(writer, session, rows, sum(seconds), session_seconds)
        guests = _told_apart(session, rows)
        if not guests:
            found.actors.update({row.line: actor for row in rows})
            found.claims.append((actor, CLAIM, None))
        for row, guest in guests:
            found.actors[row.line] = guest
            is_possible = row.seconds is not None and row.seconds <= limit
            found.claims.append((guest, CLAIM, row.seconds if is_possible else None))
    return found


def _record(
    writer: LoadWriter,
    session: TechnicalSession,
    rows: list[PrintedTotal],
    seconds: float,
    session_seconds: float,
) -> None:
    figures: dict[str, Any] = {"where": session.session_id, "printed": seconds}
    figures |= {"session": session_seconds, "lines": [row.line for row in rows]}
    which = (
        "a row prints" if len(rows) == 1 else f"{len(rows)} rows of one person print"
    )
    message = (
        f"{which} {_minutes(seconds)}, and the session lasted "
        f"{_minutes(session_seconds)}: they are not taken as one person's time"
    )
    writer.finding("claim.longer_than_session", message, figures)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.4g} minutes ({seconds:.0f} s)"


def _told_apart(
    session: TechnicalSession, rows: list[PrintedTotal]
) -> list[tuple[PrintedTotal, Agent]]:
    """Return rows of guests of one name with their people, whose names get a number.

    Empty for a single row, and for rows of one address, which are one person.
    """
    account = rows[0].actor.get("account", {})
    is_guest = str(account.get("homePage", "")).endswith(f"/{session.session_id}")
    if len(rows) == 1 or not is_guest:
        return []
    ranked = sorted(rows, key=lambda row: (-(row.seconds or 0), row.line))
    return [
        (row, person(session, f"{account['name']} ({number})", None))
        for number, row in enumerate(ranked, start=1)
    ]
