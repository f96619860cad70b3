"""Zoom's poll reports and question (Q&A) reports (CSV).

The rows of a poll differ in length: number, name, address, time, then pairs of question
and answer. The meeting's block may be in another time zone than the rows: --tz is the
zone of the rows, and where the block agrees with them only with an offset, the offset
lands as a claim. Answers do not land, since the file does not say which are free text.
Anonymous answers are counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from ingest.connectors.local_clock import LocalClock
from ingest.connectors.zoom.format.interactions import land_interactions, question_slug
from ingest.connectors.zoom.format.localised_polls import (
    POLL_FIELDS,
    QUESTION_FIELDS,
    with_english_headings,
)
from ingest.connectors.zoom.format.meetings import SOURCE, Meeting, session_of_meeting
from ingest.connectors.zoom.format.people import (
    email_agent,
    is_anonymous,
    participant_agent,
)
from ingest.connectors.zoom.format.phrases import POLLS, QUESTIONS
from ingest.connectors.zoom.format.report_times import on_known_day, report_clock
from ingest.connectors.zoom.format.sections import (
    EMPTY_CELLS,
    Row,
    SectionedReport,
    cells_above_sections,
    meeting_of,
    numbered_rows,
    printed_start,
    sections_of,
    split_reports,
)
from ingest.connectors.zoom.format.table_text import table_in, table_of
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence, groups
from ingest.parsing.times import order_of
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    ASKED,
    POLL_QUESTION,
    QUESTION,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import TechnicalSession

NAME = "zoom_polls"
TOLERANCE = timedelta(minutes=15)  # answers after the end, small clock differences


@dataclass(frozen=True)
class MeetingByRows:
    """The meeting by the rows' clock, and the offset of the block's clock from it."""

    meeting: Meeting
    offset: timedelta


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a poll or question report by the headings of its rows."""
    table = table_in(path, head)
    if table is None:
        return None
    numbered = numbered_rows(table.text, table.separator)
    rows, is_localised = with_english_headings(numbered)
    for variant, phrases, fields in (
        ("polls", POLLS, POLL_FIELDS),
        ("questions", QUESTIONS, QUESTION_FIELDS),
    ):
        sections = sections_of(rows, phrases, fields).sections
        has_submitted = any(section.has("submitted") for section in sections)
        is_complete = any(
            sum(section.has(name) for name in fields) >= 3 for section in sections
        )
        if is_complete and (variant != "polls" or has_submitted):
            basis = "layout" if is_localised else "headings"
            return Recognition(
                connector=NAME,
                source=SOURCE,
                variant=variant,
                found=groups(
                    {
                        Evidence.HEADINGS: not is_localised,
                        Evidence.LAYOUT: True,
                        Evidence.CELLS: is_localised,
                        Evidence.ADDRESSES: is_localised,
                    }
                ),
                reason=f"{basis} of Zoom's report of {variant}",
                encoding=table.encoding,
                delimiter=table.delimiter,
                locale=None if is_localised else "en",
                needs=("--tz",),
            )
    return None


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the answers to polls, or the questions asked, with their times.

    Raises:
        UndecidedFile: day, zone, or order of day and month is not known.
    """
    table = table_of(delivery.path)
    for report_rows in split_reports(numbered_rows(table.text, table.separator)):
        rows, _ = with_english_headings(report_rows)
        if delivery.recognition.variant == "polls":
            report = sections_of(rows, POLLS, POLL_FIELDS)
            _read_polls(delivery, writer, report, cells_above_sections(rows))
        else:
            report = sections_of(rows, QUESTIONS, QUESTION_FIELDS)
            _read_questions(delivery, writer, report)


def _read_polls(
    delivery: Delivery, writer: LoadWriter, report: SectionedReport, above: list[str]
) -> None:
    submitted = [row.get("submitted") for row in report.rows]
    other_times = [*above, printed_start(report.meeting)]
    clock = report_clock(delivery, submitted, other_times=other_times)
    timed = []
    for row in report.rows:
        try:
            timed.append((row, clock.utc(row.get("submitted"))))
        except ValueError as error:
            message = f"no time of an answer: {error}"
            writer.reject(row.line, "poll.time", "$", message, row.by_heading())
    times = [at for _row, at in timed]
    by_rows = _meeting_by_rows(delivery, report, clock, times)
    session = session_of_meeting(by_rows.meeting, delivery.path.stem)
    interactions, anonymous_count = [], 0
    for row, at in timed:
        slugs = list(_answered_questions(row))
        name, email = row.get("name"), row.get("email")
        if is_anonymous(name) and email_agent(email) is None:
            anonymous_count += len(slugs)
            continue
        actor = participant_agent(session, name, email)
        interactions += [
            Interaction(actor, ANSWERED, at, f"poll/{slug}", POLL_QUESTION)
            for slug in slugs
        ]
    counts: dict[str, float] = {}
    if anonymous_count:
        counts["anonymous_poll_answer_count"] = float(anonymous_count)
    if by_rows.offset:
        counts["clock_offset_seconds"] = by_rows.offset.total_seconds()
    land_interactions(writer, session, interactions, counts)


def _answered_questions(row: Row) -> Iterator[str]:
    """Yield a hash of each question that a row answers.

    The text may name people; its hash identifies a question in all rows and reports.
    """
    first = row.columns["submitted"] + 1
    cells, questions = row.cells[first:], row.headings[first:]
    if any(questions):  # newer reports have the questions in the headings
        pairs = list(zip(questions, cells, strict=False))
    else:
        pairs = list(zip(cells[::2], cells[1::2], strict=False))
    for question, answer in pairs:
        if question and answer.casefold() not in EMPTY_CELLS:
            yield question_slug(question)


def _meeting_by_rows(
    delivery: Delivery,
    report: SectionedReport,
    rows_clock: LocalClock,
    times: list[datetime],
) -> MeetingByRows:
    """Return the meeting by the clock of the rows.

    The block is read as local time where the answers agree with it, else as UTC, which
    Zoom's servers print; where neither agrees, start and end are those of the answers.
    """
    if report.meeting is None:
        meeting = Meeting(number=meeting_of(None, None, delivery.path).number)
        return MeetingByRows(_with_span(meeting, times), timedelta())
    block_clock = _block_clock(delivery, report, rows_clock, times)
    local = meeting_of(report.meeting, block_clock, delivery.path)
    local = replace(local, precision_seconds=rows_clock.precision_seconds)
    if not times or _contains(local, times):
        return MeetingByRows(local, timedelta())
    utc_delivery = replace(delivery, options=replace(delivery.options, tz="UTC"))
    utc_clock = _block_clock(utc_delivery, report, rows_clock, times)
    in_utc = meeting_of(report.meeting, utc_clock, delivery.path)
    if local.starts_at and in_utc.starts_at and _contains(in_utc, times):
        return MeetingByRows(in_utc, in_utc.starts_at - local.starts_at)
    offset = min(times) - local.starts_at if local.starts_at else timedelta()
    return MeetingByRows(_with_span(local, times), offset)


def _block_clock(
    delivery: Delivery,
    report: SectionedReport,
    rows_clock: LocalClock,
    times: list[datetime],
) -> LocalClock:
    """Return the block's clock; the rows decide its date order where it is open.

    They may have another date format (`Mar 2, 2026`), but they are of the same day.
    """
    start = [printed_start(report.meeting)]
    options = delivery.options
    if order_of(start) is None and options.date_order is None:
        day = min(times).date() if times else options.date
        options = replace(options, date_order=rows_clock.order, date=day)
    return report_clock(replace(delivery, options=options), start)


def _contains(meeting: Meeting, times: list[datetime]) -> bool:
    """Return whether all times are within a meeting, with a tolerance."""
    if meeting.starts_at is None:
        return False
    ends_at = meeting.ends_at or meeting.starts_at + timedelta(days=1)
    is_early = min(times) < meeting.starts_at - TOLERANCE
    return not is_early and max(times) <= ends_at + TOLERANCE


def _with_span(meeting: Meeting, times: list[datetime]) -> Meeting:
    """Return a meeting that starts and ends with the first and last of the times."""
    starts_at = min(times, default=meeting.starts_at)
    ends_at = max(times, default=meeting.ends_at)
    return replace(meeting, starts_at=starts_at, ends_at=ends_at)


def _read_questions(
    delivery: Delivery, writer: LoadWriter, report: SectionedReport
) -> None:
    rows = [row for row in report.rows if _is_question(row)]
    printed = [row.get("asked_at") for row in rows]
    clock = report_clock(delivery, [*printed, printed_start(report.meeting)])
    meeting = meeting_of(report.meeting, clock, delivery.path)
    if meeting.starts_at is None and not any(printed):
        meeting = on_known_day(
            meeting,
            delivery,
            "neither the report nor its questions have a time",
            "pass --date, e.g. --date 2026-03-16, or export it with the rows above "
            "the questions",
        )
    session = session_of_meeting(meeting, delivery.path.stem)
    interactions, anonymous_count = [], 0
    for row in rows:
        target = f"question/{row.get('number') or row.line}"
        # A question lands without its time where the time cannot be read.
        at = clock.utc_if_readable(row.get("asked_at"))
        name, email = row.get("asker_name"), row.get("asker_email")
        if is_anonymous(name) and email_agent(email) is None:
            anonymous_count += 1
        else:
            actor = participant_agent(session, name, email)
            interactions.append(Interaction(actor, ASKED, at, target, QUESTION))
        interactions += _replies(session, row, target, clock)
    counts = {"anonymous_question_count": float(anonymous_count)}
    land_interactions(writer, session, interactions, counts if anonymous_count else {})


def _is_question(row: Row) -> bool:
    """Return whether a row is a question: some rows hold a further answer only."""
    return bool(row.get("asker_name") or row.get("asker_email") or row.get("question"))


def _replies(
    session: TechnicalSession, row: Row, target: str, clock: LocalClock
) -> list[Interaction]:
    """Return the answer of a named person; older reports name none."""
    email = row.get("answer_email")
    name = row.get("answer_name")
    if not (name or email):
        return []
    at = clock.utc_if_readable(row.get("answered_at"))
    actor = participant_agent(session, name, email)
    return [Interaction(actor, ANSWERED, at, target, QUESTION)]
