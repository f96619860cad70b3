"""Calendars as iCalendar: one file per programme, one series per cohort.

Zoom cohorts are planned in Google Calendar, Teams cohorts in Outlook, which has its own
names of time zones. A moved or cancelled occurrence is an override of its series.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import numpy as np

from samples.absences import PARTSTAT, REASONS, Answers, draw_answers
from samples.catalogue import programmes
from samples.cohorts import WEEKS_BETWEEN, Cohort, Session
from samples.enrolments import Enrolments
from samples.people import People
from samples.plan import DAY, Plan

OUTLOOK_ZONES = {  # Outlook's name, standard and summer offset of a zone
    "Europe/Warsaw": ("Central European Standard Time", "+0100", "+0200"),
    "Europe/Berlin": ("W. Europe Standard Time", "+0100", "+0200"),
    "Europe/London": ("GMT Standard Time", "+0000", "+0100"),
}


def write(
    plan: Plan,
    folder: Path,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
) -> int:
    """Write a calendar for each programme with sessions; return how many."""
    folder.mkdir(parents=True)
    answers = draw_answers(plan, cohorts, enrolments)
    first_row = np.searchsorted(enrolments.cohort, np.arange(len(cohorts) + 1))
    count = 0
    for number, programme in enumerate(programmes()):
        for platform in ("zoom", "teams"):
            own = [
                at
                for at, cohort in enumerate(cohorts)
                if cohort.programme == number and cohort.platform == platform
            ]
            if not own:
                continue
            lines = list(_header(platform, programme.name))
            lines += _time_zones([cohorts[at] for at in own])
            for at in own:
                members = range(first_row[at], first_row[at + 1])
                invited = [
                    _attendee(people, enrolments, answers, row) for row in members
                ]
                lines += _series(plan, people, cohorts[at], invited)
            lines.append("END:VCALENDAR")
            name = f"{programme.programme_id} {programme.name} ({platform}).ics"
            (folder / name).write_bytes(_folded(lines))
            count += 1
    return count


def _header(platform: str, name: str) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    if platform == "zoom":
        yield "PRODID:-//Google Inc//Google Calendar 70.9054//EN"
    else:
        yield "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN"
    yield "VERSION:2.0"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    if platform == "zoom":
        yield f"X-WR-CALNAME:{_escaped(name)}"
        yield "X-WR-TIMEZONE:Asia/Kolkata"


def _time_zones(cohorts: list[Cohort]) -> Iterator[str]:
    """Yield the definition of each time zone used, as the producers write it."""
    for name in sorted({cohort.zone.key for cohort in cohorts}):
        yield "BEGIN:VTIMEZONE"
        if name in OUTLOOK_ZONES:
            shown, standard, summer = OUTLOOK_ZONES[name]
            yield f"TZID:{shown}"
            rules = (
                ("STANDARD", summer, standard, "10", "-1SU", "030000"),
                ("DAYLIGHT", standard, summer, "3", "-1SU", "020000"),
            )
        elif name == "America/New_York":
            yield f"TZID:{name}"
            rules = (
                ("STANDARD", "-0400", "-0500", "11", "1SU", "020000"),
                ("DAYLIGHT", "-0500", "-0400", "3", "2SU", "020000"),
            )
        else:
            yield f"TZID:{name}"
            zone = next(c.zone for c in cohorts if c.zone.key == name)
            offset = datetime(2000, 1, 1, tzinfo=zone).strftime("%z")
            rules = (("STANDARD", offset, offset, None, None, "000000"),)
        for kind, before, after, month, day, clock in rules:
            yield f"BEGIN:{kind}"
            yield f"DTSTART:19700101T{clock}"
            yield f"TZOFFSETFROM:{before}"
            yield f"TZOFFSETTO:{after}"
            if month:
                yield f"RRULE:FREQ=YEARLY;BYDAY={day};BYMONTH={month}"
            yield f"END:{kind}"
        yield "END:VTIMEZONE"


def _attendee(
    people: People, enrolments: Enrolments, answers: Answers, row: int
) -> str:
    person = int(enrolments.person[row])
    name = f"{people.frame['given'][person]} {people.frame['family'][person]}"
    status, reason = PARTSTAT[answers.status[row]], int(answers.reason[row])
    comment = f';X-RESPONSE-COMMENT="{REASONS[reason]}"' if reason >= 0 else ""
    return (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={status}{comment};"
        f'CN="{name}":mailto:{people.frame["email"][person]}'
    )


def _series(
    plan: Plan, people: People, cohort: Cohort, invited: list[str]
) -> Iterator[str]:
    sessions = cohort.sessions
    first = sessions[0]
    repeats = []
    if len(sessions) > 1:
        step = f"INTERVAL={WEEKS_BETWEEN}" if WEEKS_BETWEEN > 1 else ""
        parts = ("FREQ=WEEKLY", step, f"COUNT={len(sessions)}")
        repeats = ["RRULE:" + ";".join(filter(None, parts))]
    yield from _event(plan, people, cohort, first, invited, repeats)
    for session in sessions if len(sessions) > 1 else ():
        if session.is_moved or not session.is_held:
            recurrence = [f"RECURRENCE-ID{_local_time(cohort, session.original_start)}"]
            yield from _event(plan, people, cohort, session, invited, recurrence)


def _event(
    plan: Plan,
    people: People,
    cohort: Cohort,
    session: Session,
    invited: list[str],
    more: list[str],
) -> Iterator[str]:
    is_override = any(line.startswith("RECURRENCE-ID") for line in more)
    is_single = not more
    shown = is_override or is_single
    local = session.local_start if shown else session.original_start
    length = timedelta(seconds=session.ends - session.starts)
    planned_on = min(cohort.starts - 40 * DAY, plan.cut_off)
    stamp = min(session.starts - 2 * DAY, plan.cut_off) if is_override else planned_on
    facilitator = people.frame["email"][cohort.facilitator]
    yield "BEGIN:VEVENT"
    yield f"DTSTART{_local_time(cohort, local)}"
    yield f"DTEND{_local_time(cohort, local + length)}"
    yield from more
    yield f"DTSTAMP:{_utc(stamp)}"
    yield f"ORGANIZER;CN=Learning desk:mailto:{facilitator}"
    yield f"UID:{cohort.cohort_id.lower()}-{cohort.meeting_id[:6]}@example.org"
    yield f"ATTENDEE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:{facilitator}"
    yield from invited
    yield f"LAST-MODIFIED:{_utc(stamp)}"
    yield f"SEQUENCE:{int(is_override)}"
    yield f"STATUS:{session.status if shown else 'CONFIRMED'}"
    yield f"SUMMARY:{_escaped(cohort.title)}"
    yield from _location(cohort)
    yield "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _location(cohort: Cohort) -> Iterator[str]:
    if cohort.platform == "zoom":
        url = f"https://zoom.us/j/{cohort.meeting_id}?pwd=sample"
        yield f"LOCATION:{url}"
        yield f"DESCRIPTION:{_escaped(f'Join Zoom Meeting{chr(10)}{url}')}"
        return
    thread = quote(f"19:meeting_{cohort.meeting_id}@thread.v2", safe="")
    url = f"https://teams.microsoft.com/l/meetup-join/{thread}/0"
    yield "LOCATION:Microsoft Teams Meeting"
    yield f"X-MICROSOFT-SKYPETEAMSMEETINGURL:{url}"


def _local_time(cohort: Cohort, local: datetime) -> str:
    name = cohort.zone.key
    shown = OUTLOOK_ZONES[name][0] if name in OUTLOOK_ZONES else name
    return f";TZID={shown}:{local:%Y%m%dT%H%M%S}"


def _utc(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y%m%dT%H%M%SZ}"


def _escaped(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(lines: list[str]) -> bytes:
    """Fold at 75 octets without splitting a character (RFC 5545, 3.1)."""
    out = bytearray()
    for line in lines:
        width = 75
        rest = line.encode()
        while len(rest) > width:
            cut = width
            while rest[cut] & 0xC0 == 0x80:
                cut -= 1
            out += rest[:cut] + b"\r\n "
            rest, width = rest[cut:], 74
        out += rest + b"\r\n"
    return bytes(out)
