"""What the conferencing platforms export: one report per meeting instance.

A meeting that was restarted is two instances. Meetings outside any programme are in the
exports too, because a coordinator downloads everything.
"""

from dataclasses import dataclass, replace

import numpy as np

from samples.attendance import Connections
from samples.catalogue import business_units
from samples.cohorts import Cohort, Session
from samples.people import People
from samples.plan import DAY, Plan

SECONDS_TO_REJOIN = 90  # until people are back in a restarted meeting
REPEATED_SHARE = 0.01
NICKNAMES = ("iPhone", "Galaxy A54", "iPad", "SM-A515F", "Zoom user", "Guest 2")
WEEKS_OF_OTHER_MEETINGS = 5
LAST_MEETING_ENDS = 39_600  # of other meetings, in seconds of the UTC day


@dataclass(frozen=True)
class Row:
    """One connection in a report; moments are UTC seconds."""

    name: str
    email: str
    joined: int
    left: int
    is_guest: bool
    is_host: bool
    is_waiting: bool
    is_external: bool


@dataclass(frozen=True)
class Report:
    """One meeting instance; `is_downloaded_twice` makes a second, equal file."""

    platform: str
    meeting_id: str
    title: str
    host_unit: int
    host_email: str
    starts: int
    ends: int
    rows: tuple[Row, ...]
    is_downloaded_twice: bool


def build_reports(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    connections: Connections,
) -> list[Report]:
    """Return all reports, in order of their sessions."""
    rng = plan.stream("reports")
    first_row = np.searchsorted(connections.session, np.arange(len(held) + 1))
    found: list[Report] = []
    for number, (at, session) in enumerate(held):
        cohort = cohorts[at]
        rows = _rows(people, cohort, connections, first_row[number : number + 2])
        for starts, ends, instance_rows in _split_at_restart(session, rows):
            found.append(
                Report(
                    platform=cohort.platform,
                    meeting_id=cohort.meeting_id,
                    title=cohort.title,
                    host_unit=cohort.host_unit,
                    host_email=people.frame["email"][cohort.facilitator],
                    starts=starts,
                    ends=ends,
                    rows=instance_rows,
                    is_downloaded_twice=bool(rng.random() < REPEATED_SHARE),
                )
            )
    return found + _other_meetings(plan, people, rng)


def _rows(
    people: People, cohort: Cohort, connections: Connections, span: np.ndarray
) -> tuple[Row, ...]:
    rows = []
    for n in range(*span):
        person = int(connections.person[n])
        is_guest = bool(connections.is_unmatched[n])
        is_external = bool(people.frame["is_contractor"][person])
        rows.append(
            Row(
                name=display_name(people, person, is_guest, cohort.platform),
                email="" if is_guest else people.frame["email"][person],
                joined=int(connections.joined[n]),
                left=int(connections.left[n]),
                is_guest=is_guest or is_external,
                is_host=person == cohort.facilitator,
                is_waiting=bool(connections.is_waiting[n]),
                is_external=is_external,
            )
        )
    return tuple(rows)


def display_name(people: People, person: int, is_guest: bool, platform: str) -> str:
    """Return a person's name as the report shows it; its form varies by person.

    Half of the guests use their own name, the others a nickname or a device's name.
    """
    given, family = people.frame["given"][person], people.frame["family"][person]
    whole = f"{given} {family}"
    if is_guest:
        forms = (whole, whole, f"{given} {family[0]}.", given)
        device = NICKNAMES[person % len(NICKNAMES)]
        return (*forms, device, f"=1+1 ({given})" if person % 97 == 0 else device)[
            person % 6
        ]
    if platform == "zoom" and person % 11 == 0:
        return f"{given} {family[0]} ({whole})"
    return f"{family}, {given}" if platform == "teams" and person % 13 == 0 else whole


def _split_at_restart(
    session: Session, rows: tuple[Row, ...]
) -> list[tuple[int, int, tuple[Row, ...]]]:
    """Split a session at the restart of its meeting, if it was restarted."""
    cut = session.restart_at
    if cut is None:
        return [(session.actual_starts, session.actual_ends, rows)]
    before = tuple(replace(row, left=min(row.left, cut)) for row in rows)
    back = cut + SECONDS_TO_REJOIN
    after = tuple(replace(row, joined=max(row.joined, back)) for row in rows)
    return [
        (session.actual_starts, cut, tuple(r for r in before if r.joined < r.left)),
        (back - 20, session.actual_ends, tuple(r for r in after if r.joined < r.left)),
    ]


def _other_meetings(
    plan: Plan, people: People, rng: np.random.Generator
) -> list[Report]:
    """Return weekly team meetings up to the last day, on both platforms."""
    europe = [u.region == "Europe" for u in business_units()].index(True)
    return [
        _stand_up(plan, people, week, platform, host_unit, rng)
        for week in reversed(range(WEEKS_OF_OTHER_MEETINGS))
        for platform, host_unit in (("zoom", 0), ("teams", europe))
    ]


def _stand_up(
    plan: Plan,
    people: People,
    week: int,
    platform: str,
    host_unit: int,
    rng: np.random.Generator,
) -> Report:
    starts = (plan.cut_off // DAY - 7 * week) * DAY + LAST_MEETING_ENDS - 1_800
    members = rng.choice(people.learner_count, 7, replace=False).tolist()
    rows = tuple(
        Row(
            name=display_name(people, person, False, platform),
            email=people.frame["email"][person],
            joined=starts + 11 * position,
            left=starts + 1_800 - 7 * position,
            is_guest=False,
            is_host=position == 0,
            is_waiting=False,
            is_external=bool(people.frame["is_contractor"][person]),
        )
        for position, person in enumerate(members)
    )
    return Report(
        platform=platform,
        meeting_id="80012345678",
        title="Weekly operations stand-up",
        host_unit=host_unit,
        host_email=rows[0].email,
        starts=starts,
        ends=starts + 1_800,
        rows=rows,
        is_downloaded_twice=False,
    )
