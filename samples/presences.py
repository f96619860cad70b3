"""How long and how often people were in live sessions, as drawn.

A connection is cut to the time of the session that counts: from its planned start, or
the later opening of the meeting, to its planned end or the earlier closing. Moments are
UTC seconds.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from samples.attendance import NO_SHOW
from samples.meetings import SECONDS_TO_REJOIN
from samples.simulation import Simulation

REJOIN_SECONDS = 600


@dataclass(frozen=True)
class Presences:
    """One row per held session and person who came, without hosts.

    Attributes:
        session: index of the held session.
        person: index of the person.
        mode: index of the delivery mode of the cohort.
        is_expected: whether the person was expected.
        late: seconds from the start of the session to the first connection.
        early: seconds from the last connection to the end of the session.
        joined: first moment of presence.
        left: last moment of presence.
        seconds: seconds connected.
        rejoins: connections within ten minutes of the end of the one before.
    """

    session: np.ndarray
    person: np.ndarray
    mode: np.ndarray
    is_expected: np.ndarray
    late: np.ndarray
    early: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    seconds: np.ndarray
    rejoins: np.ndarray


def presences(made: Simulation) -> Presences:
    """Return everybody's presence in the sessions that were held."""
    expected = _expected_who_came(made)
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    rows = made.connections
    for n in np.flatnonzero(~rows.is_waiting).tolist():
        session, person = int(rows.session[n]), int(rows.person[n])
        at, planned = made.held[session]
        if person == made.cohorts[at].facilitator:
            continue
        starts, ends = counted_time(made, session)
        for joined, left in _parts(
            planned.restart_at, int(rows.joined[n]), int(rows.left[n])
        ):
            begins, stops = max(joined, starts), min(left, ends)
            if stops > begins:
                spans.setdefault((session, person), []).append((begins, stops))
    found = [
        (
            session,
            person,
            made.cohorts[made.held[session][0]].mode,
            (session, person) in expected,
            *_measured(sorted(own), *counted_time(made, session)),
        )
        for (session, person), own in sorted(spans.items())
    ]
    columns = np.array(found, dtype=np.int64).reshape(-1, 10).T
    return Presences(*(c.astype(bool) if n == 3 else c for n, c in enumerate(columns)))


def counted_time(made: Simulation, session: int) -> tuple[int, int]:
    """Return from when to when a held session counts."""
    held = made.held[session][1]
    return max(held.starts, held.actual_starts), min(held.ends, held.actual_ends)


def _expected_who_came(made: Simulation) -> set[tuple[int, int]]:
    came = made.attendance.status != NO_SHOW
    person = made.enrolments.person[made.attendance.enrolment[came]]
    session = made.attendance.session[came]
    return set(zip(session.tolist(), person.tolist(), strict=True))


def _parts(cut: int | None, joined: int, left: int) -> list[tuple[int, int]]:
    """Divide a connection where the meeting was restarted."""
    if cut is None:
        return [(joined, left)]
    return [(joined, min(left, cut)), (max(joined, cut + SECONDS_TO_REJOIN), left)]


def _measured(
    spans: list[tuple[int, int]], starts: int, ends: int
) -> tuple[int, int, int, int, int, int]:
    """Return late, early, joined, left, seconds and rejoins of a person's spans."""
    merged = [spans[0]]
    for begins, stops in spans[1:]:
        if begins <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], stops)
        else:
            merged.append((begins, stops))
    rejoins = sum(
        after[0] - before[1] < REJOIN_SECONDS for before, after in pairwise(merged)
    )
    joined, left = merged[0][0], merged[-1][1]
    seconds = sum(stops - begins for begins, stops in merged)
    return joined - starts, ends - left, joined, left, seconds, rejoins
