"""The meetings in Graph's attendance records of which no report is named.

Records come without the report's id, for example from the beta interface or from a
program that kept only the records; those of a channel are of all its meetings.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from ingest.connectors.teams.format.graph_people import identifier_of
from ingest.parsing.json_files import Object, objects_in
from ingest.xapi.profiles.meeting_runs import Presence, first_presence, meeting_runs

Moment = Callable[[object], datetime | None]


def separate_meetings(
    records: list[Object], idle_limit: timedelta, moment_of: Moment
) -> list[tuple[str, list[Object]]]:
    """Return a key and the records of each meeting, in order of time.

    A record that has intervals in several meetings is in each of them, with the
    intervals and engagements of that meeting and without its total, which is about all.
    Records without a readable interval are in the first meeting.

    Args:
        records: attendance records.
        idle_limit: the longest time without anybody in one meeting.
        moment_of: reads a Graph time, raises ValueError where it is none.
    """
    presences: list[Presence] = []
    places: list[tuple[int, int]] = []  # record and interval of each presence
    for at, record in enumerate(records):
        who = identifier_of(record)
        for number, interval in enumerate(_intervals(record)):
            if presence := _presence(who, interval, moment_of):
                presences.append(presence)
                places.append((at, number))
    runs = meeting_runs(presences, idle_limit)
    if not runs:
        return [("records|", records)]
    run_of = {places[at]: number for number, run in enumerate(runs) for at in run}
    starts = [min(presences[at].joined_at for at in run) for run in runs]
    split: list[list[Object]] = [[] for _run in runs]
    for at, record in enumerate(records):
        for number, part in _parts(at, record, run_of, starts, moment_of).items():
            split[number].append(part)
    keys = [first_presence([presences[at] for at in run]) for run in runs]
    return [(f"records|{k}", part) for k, part in zip(keys, split, strict=True)]


def _intervals(record: Object) -> list[Object]:
    return objects_in(record.get("attendanceIntervals"))


def _presence(who: str, interval: Object, moment_of: Moment) -> Presence | None:
    try:
        joined = moment_of(interval.get("joinDateTime"))
        left = moment_of(interval.get("leaveDateTime"))
    except ValueError:
        return None
    return Presence(who, joined, left) if joined else None


def _parts(
    at: int,
    record: Object,
    run_of: dict[tuple[int, int], int],
    starts: list[datetime],
    moment_of: Moment,
) -> dict[int, Object]:
    """Return the parts of one record by the meeting that they belong to."""
    by_run: dict[int, list[Object]] = {}
    for number, interval in enumerate(_intervals(record)):
        by_run.setdefault(run_of.get((at, number), 0), []).append(interval)
    if len(by_run) <= 1:
        return {next(iter(by_run), 0): record}
    engagements: dict[int, list[Object]] = {}
    for engagement in objects_in(record.get("engagements")):
        engagements.setdefault(_run_at(engagement, starts, moment_of), []).append(
            engagement
        )
    whole = {k: v for k, v in record.items() if k != "totalAttendanceInSeconds"}
    return {
        run: whole
        | {"attendanceIntervals": own, "engagements": engagements.get(run, [])}
        for run, own in by_run.items()
    }


def _run_at(engagement: Object, starts: list[datetime], moment_of: Moment) -> int:
    """Return the last meeting that had begun at the time of an engagement."""
    try:
        at = moment_of(engagement.get("dateTime"))
    except ValueError:
        return 0
    begun = [run for run, start in enumerate(starts) if at and start <= at]
    return begun[-1] if begun else 0
