"""Microsoft Teams attendance reports, third generation (since 2022).

Three numbered sections: a summary, an aggregate a person, the connections. Intervals
come from the third; the second gives claims and user principal names, and its first
join to last leave is *not* attendance. The sections are found by their shape, so a
report in a language that the dictionary lacks is read by position.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from ingest.connectors._base import Delivery, LoadWriter, Sniff
from ingest.connectors._classroom import (
    Agent,
    Interval,
    TechnicalSession,
    person,
    statements,
)
from ingest.connectors._local_files import LocalClock, clock_for
from ingest.parsing.durations import seconds_of
from ingest.parsing.join_keys import title_key
from ingest.parsing.text import decode, delimiter_of, is_blank, rows

NAME = "teams"
PLATFORM = "Microsoft Teams"
_TITLE = re.compile(r"^([123])\.\s+\S")
_EXTERNAL = re.compile(r"^(.+)_([^_]+)#ext#@", re.IGNORECASE)
LANGUAGES = {
    "summary": "en",
    "podsumowanie": "pl",
    "zusammenfassung": "de",
    "résumé": "fr",
    "resumen": "es",
    "riepilogo": "it",
    "samenvatting": "nl",
    "resumo": "pt",
    "ringkasan": "id",
}
ORGANISERS = {"organizer", "organizator", "organisator", "organisateur"}
ORGANISERS |= {"organizador", "organizzatore", "penyelenggara"}


@dataclass(frozen=True)
class Report:
    """The three sections as printed, each row with its line."""

    summary: list[list[str]]
    people: list[list[str]]
    connections: list[tuple[int, list[str]]]


def sniff(path: Path, head: bytes) -> Sniff | None:
    """Recognise a report by its numbered section titles."""
    if path.suffix.lower() not in {".csv", ".txt", ".tsv"}:
        return None
    try:
        decoded = decode(head[: len(head) // 2 * 2])
    except UnicodeError:
        return None
    mark = delimiter_of(decoded.text)
    titles = [
        row[0] for row in rows(decoded.text, mark) if row and _TITLE.match(row[0])
    ]
    if not titles or not titles[0].startswith("1."):
        return None
    word = titles[0].split(maxsplit=1)[1].casefold()
    locale = next((code for name, code in LANGUAGES.items() if name in word), None)
    known = f"section titles in {locale}" if locale else "section titles by shape"
    return Sniff(
        connector=NAME,
        source=NAME,
        variant="attendance-v3",
        confidence=0.95 if locale else 0.7,
        reason=f"numbered sections of a Teams attendance report, {known}",
        encoding=decoded.encoding,
        delimiter=mark,
        locale=locale,
        needs=("--tz",),
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land one report: a session, its connection intervals, the printed durations."""
    decoded = decode(delivery.path.read_bytes())
    report = _sections(rows(decoded.text, delimiter_of(decoded.text)))
    printed = [cell for _line, row in report.connections for cell in row[1:3]]
    clock = clock_for(delivery, printed)
    timed = list(_timed(report, clock, writer))
    if not timed:
        return
    principals = _principals(report)
    session = _session(report, clock, timed)
    intervals = [
        Interval(_actor(session, row, principals), joined, left)
        for row, joined, left in timed
    ]
    claims = list(_claims(session, report, principals))
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    if claims:
        writer.rows("session_claims", clock.claims(session, claims))
    writer.documents(statements(session, intervals))
    writer.report_window(session.starts_at, session.ends_at)


def _sections(table: list[list[str]]) -> Report:
    """Split the rows at the numbered titles; a section's first row is its header."""
    found: dict[str, list[tuple[int, list[str]]]] = {"1": [], "2": [], "3": []}
    current = None
    for line, row in enumerate(table, start=1):
        if row and (title := _TITLE.match(row[0])) and is_blank(row[1:]):
            current = title.group(1)
        elif current and not is_blank(row):
            found[current].append((line, row))
    return Report(
        summary=[row for _line, row in found["1"]],
        people=[row for _line, row in found["2"][1:]],
        connections=found["3"][1:],
    )


def _timed(
    report: Report, clock: LocalClock, writer: LoadWriter
) -> Iterator[tuple[list[str], datetime, datetime | None]]:
    for line, row in report.connections:
        try:
            joined, left = clock.utc(row[1]), clock.utc_or_none(row[2])
            if left is not None and left < joined:
                raise ValueError("it leaves before it joins")
        except (ValueError, IndexError) as error:
            payload = dict(enumerate(row))
            writer.reject(line, "interval.time", "$", f"no interval: {error}", payload)
            continue
        yield row, joined, left


def _session(
    report: Report,
    clock: LocalClock,
    timed: list[tuple[list[str], datetime, datetime | None]],
) -> TechnicalSession:
    """Take start and end from the summary's first two readable times."""
    times = list(_summary_times(report, clock))
    starts = times[0] if times else min(joined for _row, joined, _left in timed)
    leaves = [left for _row, _joined, left in timed if left is not None]
    ends = times[1] if len(times) > 1 else max(leaves, default=None)
    title = report.summary[0][1] if report.summary and report.summary[0][1:] else ""
    unhosted = TechnicalSession(
        source=NAME,
        platform=PLATFORM,
        key=f"{title}|{starts.isoformat()}",
        join_key=None,
        starts_at=starts,
        ends_at=ends,
        precision_seconds=clock.precision_seconds,
    )
    host = next(
        (_actor(unhosted, row, {}) for row, _j, _l in timed if _is_organiser(row)), None
    )
    key = title_key(title) if title else None
    return replace(unhosted, host=host, join_key=key)


def _summary_times(report: Report, clock: LocalClock) -> Iterator[datetime]:
    for row in report.summary[1:]:
        try:
            moment = clock.utc_or_none(row[1]) if len(row) > 1 else None
        except ValueError:
            continue
        if moment is not None:
            yield moment


def _is_organiser(row: list[str]) -> bool:
    return len(row) > 5 and row[5].casefold() in ORGANISERS


def _principals(report: Report) -> dict[str, str]:
    """Return the e-mail or user principal name of each name that has exactly one."""
    found: dict[str, set[str]] = {}
    for row in report.people:
        cells = [_decoded_principal(cell) for cell in row[4:6] if "@" in cell]
        if cells:
            found.setdefault(row[0], set()).add(cells[0])
    return {name: one.pop() for name, one in found.items() if len(one) == 1}


def _decoded_principal(principal: str) -> str:
    """Return the address inside a guest's `first_last#EXT#@tenant` name."""
    external = _EXTERNAL.match(principal)
    return f"{external.group(1)}@{external.group(2)}" if external else principal


def _actor(
    session: TechnicalSession, row: list[str], principals: dict[str, str]
) -> Agent:
    email = row[4] if len(row) > 4 and "@" in row[4] else principals.get(row[0])
    return person(session, row[0], _decoded_principal(email) if email else None)


def _claims(
    session: TechnicalSession, report: Report, principals: dict[str, str]
) -> Iterator[tuple[Agent, float]]:
    for row in report.people:
        try:
            yield _actor(session, row, principals), seconds_of(row[3])
        except (ValueError, IndexError):
            continue  # a claim that cannot be read is no evidence; intervals are
