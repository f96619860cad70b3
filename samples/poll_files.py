"""Zoom's poll reports as the web portal exports them, one per meeting with a poll."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from samples.cohorts import Cohort, Session
from samples.meetings import display_name
from samples.people import People
from samples.polls import PollAnswers
from samples.zoom_files import EXPORTED_IN

QUESTIONS = ("Is the pace right for you?", "Which example shall we look at next?")
ANSWERS = (("Yes", "Too fast", "Too slow"), ("The first", "The second", "Both"))
MEETING = ("Topic", "Meeting ID", "Actual Start Time", "Actual Duration (minutes)", "")
HEADINGS = ("#", "User Name", "User Email", "Submitted Date/Time", "")


def write(
    folder: Path,
    people: People,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    answers: PollAnswers,
) -> int:
    """Write the reports into a folder that exists; return the number of files."""
    names: Counter[str] = Counter()
    for number in np.unique(answers.session):
        at, session = held[number]
        text = _text(people, cohorts[at], session, answers, number)
        name = f"{cohorts[at].meeting_id}_PollReport"
        again = f" ({names[name]})" if names[name] else ""
        names[name] += 1
        (folder / f"{name}{again}.csv").write_bytes(text.encode("utf-8-sig"))
    return names.total()


def _text(
    people: People, cohort: Cohort, session: Session, answers: PollAnswers, number: int
) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("Poll Report",))
    writer.writerow(("Report Generated:", f"{_local(session.actual_ends):%F %T}"))
    writer.writerow(MEETING)
    meeting_id = cohort.meeting_id
    grouped = f"{meeting_id[:3]} {meeting_id[3:7]} {meeting_id[7:]}"
    minutes = -(-(session.actual_ends - session.actual_starts) // 60)
    starts = f"{_local(session.actual_starts):%F %T}"
    writer.writerow((cohort.title, grouped, starts, minutes, ""))
    writer.writerow(("Poll Details",))
    writer.writerow(HEADINGS)
    own = np.flatnonzero(answers.session == number)
    order = own[np.lexsort((answers.person[own], answers.at[own]))]
    for place, row in enumerate(order.tolist(), start=1):
        person, question = int(answers.person[row]), int(answers.question[row])
        writer.writerow(
            (
                place,
                display_name(people, person, False, "zoom"),
                people.frame["email"][person],
                f"{_local(int(answers.at[row])):%b %d, %Y %T}",
                QUESTIONS[question],
                ANSWERS[question][person % 3],
                "",
            )
        )
    return out.getvalue()


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC).astimezone(EXPORTED_IN)
