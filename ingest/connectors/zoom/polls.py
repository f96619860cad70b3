"""Zoom's poll reports and question (Q&A) reports (CSV).

A poll's rows are ragged: number, name, address, time, then question and answer in turn.
The block above may be in another zone than the rows: the rows' clock is the one that
--tz names; where the block fits it only with an offset, the offset lands as a claim.
What people wrote or chose lands nowhere: the file does not say which answers are free
text. An anonymous answer is counted, it is nobody's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.zoom.format.days import day_of, report_clock, whole_day
from ingest.connectors.zoom.format.foreign_polls import in_english
from ingest.connectors.zoom.format.report import (
    SOURCE,
    Meeting,
    agent_of,
    is_anonymous,
    land_interactions,
    question_slug,
    told_session,
    whom,
)
from ingest.connectors.zoom.format.sections import (
    UNTOLD,
    Row,
    Sections,
    meeting_of,
    numbered_rows,
    printed_above,
    printed_start,
    reports_of,
    sections_of,
)
from ingest.connectors.zoom.format.text import table_in, table_of
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.times import order_of
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    ASKED,
    POLL_QUESTION,
    QUESTION,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import TechnicalSession
from tandem.core.errors import UndecidedFile

NAME = "zoom_polls"
POLL_WORDS = frozenset(
    {"#", "user name", "user email", "name", "email", "submitted date/time"}
)
QUESTION_WORDS = frozenset({"#", "question", "asker name", "asker email"})
ENGLISH_WORDS = (POLL_WORDS | QUESTION_WORDS) - {"#"}
SLACK = timedelta(minutes=15)  # answers after the end, and clocks that differ a little
SUBMITTED = "submitted date/time"
TIME_WORDS = ("question time", "asked time", "created time", "create time", "time")


@dataclass(frozen=True)
class Clocks:
    """The meeting by the rows' clock, and how far the block's own is from it."""

    meeting: Meeting
    offset: timedelta


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a poll or question report by the headings of its rows."""
    found = table_in(path, head)
    if found is None:
        return None
    table, is_foreign = in_english(numbered_rows(found.text, found.mark), ENGLISH_WORDS)
    for variant, words in (("polls", POLL_WORDS), ("questions", QUESTION_WORDS)):
        parts = sections_of(table, words).parts
        if any(len(words & set(part.headings)) >= 3 for part in parts) and (
            variant != "polls" or any(SUBMITTED in part.headings for part in parts)
        ):
            known = "shape" if is_foreign else "headings"
            return Recognition(
                connector=NAME,
                source=SOURCE,
                variant=variant,
                confidence=0.6 if is_foreign else 0.96,
                reason=f"{known} of Zoom's report of {variant}",
                encoding=found.encoding,
                delimiter=found.delimiter,
                locale=None if is_foreign else "en",
                needs=("--tz",),
            )
    return None


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land who answered which question of a poll, or who asked something, and when.

    Raises:
        UndecidedFile: zone, or order of day and month, is not told.
    """
    found = table_of(delivery.path)
    for report in reports_of(numbered_rows(found.text, found.mark)):
        table, _ = in_english(report, ENGLISH_WORDS)
        if delivery.recognition.variant == "polls":
            above = printed_above(table)
            _read_polls(delivery, writer, sections_of(table, POLL_WORDS), above)
        else:
            _read_questions(delivery, writer, sections_of(table, QUESTION_WORDS))


def _read_polls(
    delivery: Delivery, writer: LoadWriter, report: Sections, above: list[str]
) -> None:
    rows = [row for part in report.parts for row in part.rows]
    submitted = [row.get(SUBMITTED) for row in rows]
    block = [printed_start(report.meeting)]
    clock = report_clock(delivery, submitted, beside=[*above, *block])
    timed = []
    for row in rows:
        try:
            timed.append((row, clock.utc(row.get(SUBMITTED))))
        except ValueError as error:
            words = f"no time of an answer: {error}"
            writer.reject(row.line, "poll.time", "$", words, row.named())
    clocks = _clocks(delivery, report, clock, [at for _row, at in timed])
    session = told_session(clocks.meeting, delivery.path.stem)
    found, anonymous = [], 0
    for row, at in timed:
        questions = list(_answered(row))
        name, email = row.get("user name", "name"), row.get("user email", "email")
        if is_anonymous(name) and agent_of(email) is None:
            anonymous += len(questions)
            continue
        actor = whom(session, name, email)
        found += [
            Interaction(actor, ANSWERED, at, f"poll/{slug}", POLL_QUESTION)
            for slug in questions
        ]
    counts = {"anonymous_poll_answer_count": float(anonymous)} if anonymous else {}
    if clocks.offset:
        counts["clock_offset_seconds"] = clocks.offset.total_seconds()
    land_interactions(writer, session, found, counts)


def _answered(row: Row) -> Iterator[str]:
    """Yield the questions that a row answers, each by a hash of its words.

    Words may name people; a hash holds a question together over rows and reports.
    """
    first = row.headings.index(SUBMITTED) + 1
    cells, asked = row.cells[first:], row.headings[first:]
    if any(asked):  # newer reports put the questions into the headings
        pairs = list(zip(asked, cells, strict=False))
    else:
        pairs = list(zip(cells[::2], cells[1::2], strict=False))
    for question, answer in pairs:
        if question and answer.casefold() not in UNTOLD:
            yield question_slug(question)


def _clocks(
    delivery: Delivery, report: Sections, rows_clock: LocalClock, times: list[datetime]
) -> Clocks:
    """Return the meeting as the rows' clock has it.

    A block that the answers fit as printed is believed; else it is read as UTC, which
    Zoom's servers print; else the answers alone say when it was.
    """
    if report.meeting is None:
        told = Meeting(number=meeting_of(None, None, delivery.path).number)
        return Clocks(_spanned(told, times), timedelta())
    block_clock = _block_clock(delivery, report, rows_clock, times)
    local = meeting_of(report.meeting, block_clock, delivery.path)
    local = replace(local, precision_seconds=rows_clock.precision_seconds)
    if not times or _fits(local, times):
        return Clocks(local, timedelta())
    utc_delivery = replace(delivery, options=replace(delivery.options, tz="UTC"))
    utc_clock = _block_clock(utc_delivery, report, rows_clock, times)
    in_utc = meeting_of(report.meeting, utc_clock, delivery.path)
    if local.starts_at and in_utc.starts_at and _fits(in_utc, times):
        return Clocks(in_utc, in_utc.starts_at - local.starts_at)
    offset = min(times) - local.starts_at if local.starts_at else timedelta()
    return Clocks(_spanned(local, times), offset)


def _block_clock(
    delivery: Delivery, report: Sections, rows_clock: LocalClock, times: list[datetime]
) -> LocalClock:
    """Return the block's clock: the rows tell its order where it does not itself.

    They may be written otherwise (`Mar 2, 2026`), but they are of the same day.
    """
    start = [printed_start(report.meeting)]
    options = delivery.options
    if order_of(start) is None and options.date_order is None:
        day = min(times).date() if times else options.date
        options = replace(options, date_order=rows_clock.order, date=day)
    return report_clock(replace(delivery, options=options), start)


def _fits(meeting: Meeting, times: list[datetime]) -> bool:
    if meeting.starts_at is None:
        return False
    ends_at = meeting.ends_at or meeting.starts_at + timedelta(days=1)
    is_early = min(times) < meeting.starts_at - SLACK
    return not is_early and max(times) <= ends_at + SLACK


def _spanned(meeting: Meeting, times: list[datetime]) -> Meeting:
    starts_at = min(times, default=meeting.starts_at)
    ends_at = max(times, default=meeting.ends_at)
    return replace(meeting, starts_at=starts_at, ends_at=ends_at)


def _read_questions(delivery: Delivery, writer: LoadWriter, report: Sections) -> None:
    rows = [row for part in report.parts for row in part.rows if _is_question(row)]
    printed = [row.get(*TIME_WORDS) for row in rows]
    clock = report_clock(delivery, [*printed, printed_start(report.meeting)])
    meeting = meeting_of(report.meeting, clock, delivery.path)
    if meeting.starts_at is None and not any(printed):
        meeting = _of_the_day(delivery, meeting)
    session = told_session(meeting, delivery.path.stem)
    found, anonymous = [], 0
    for row in rows:
        number = row.get("#") or str(row.line)
        target, at = f"question/{number}", _time(clock, row.get(*TIME_WORDS))
        name, email = row.get("asker name"), row.get("asker email")
        if is_anonymous(name) and agent_of(email) is None:
            anonymous += 1
        else:
            actor = whom(session, name, email)
            found.append(Interaction(actor, ASKED, at, target, QUESTION))
        found += _replies(session, row, target, clock)
    counts = {"anonymous_question_count": float(anonymous)} if anonymous else {}
    land_interactions(writer, session, found, counts)


def _of_the_day(delivery: Delivery, meeting: Meeting) -> Meeting:
    """Return a meeting of which only the day is known.

    Raises:
        UndecidedFile: neither the options nor the file's name tell the day.
    """
    day, tz = day_of(delivery), delivery.options.tz
    if day is None or not tz:
        raise UndecidedFile(
            "neither the report nor its questions have a time",
            delivery.path.name,
            "pass --date, e.g. --date 2026-03-16, or export it with the rows above "
            "the questions",
        )
    starts_at, ends_at = whole_day(day, tz)
    return replace(
        meeting, starts_at=starts_at, ends_at=ends_at, precision_seconds=86_400
    )


def _is_question(row: Row) -> bool:
    """Return whether a row has an asker: some only carry a question's next answer."""
    return bool(row.get("asker name") or row.get("asker email") or row.get("question"))


def _replies(
    session: TechnicalSession, row: Row, target: str, clock: LocalClock
) -> list[Interaction]:
    """Return the answer of a named answerer; older reports name none."""
    email = row.get("answer email", "answerer email", "answered by email")
    name = row.get("answer name", "answerer name", "answered by")
    if not (name or email):
        return []
    at = _time(clock, row.get("answer time", "answered time"))
    actor = agent_of(email) or whom(session, name, "")
    return [Interaction(actor, ANSWERED, at, target, QUESTION)]


def _time(clock: LocalClock, printed: str) -> datetime | None:
    try:
        return clock.utc_or_none(printed)
    except ValueError:
        return None  # that somebody asked is known, whatever the clock says
