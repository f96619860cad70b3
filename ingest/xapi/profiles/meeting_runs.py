"""Meetings in a report that does not say which meeting it is about.

Such a report may hold several meetings: Graph returns the records of all meetings of a
channel, a room's number is the same every week. Nobody being connected for longer than
the idle limit ends a meeting. A shorter pause ends it if nobody comes back: the people
before and after it are others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_FOR_EVER = datetime(9999, 1, 1)  # noqa: DTZ001 - naive UTC


@dataclass(frozen=True)
class Presence:
    """One connection: who, from when to when (naive UTC); no end if it is open."""

    who: str
    joined_at: datetime
    left_at: datetime | None


def meeting_runs(
    presences: Sequence[Presence],
    idle_limit: timedelta,
    precision: timedelta = timedelta(seconds=1),
) -> list[list[int]]:
    """Return the positions of the presences of each meeting, in order of time.

    Args:
        presences: in any order. After one without an end nothing is split, since the
            person may have stayed.
        idle_limit: the longest time without anybody in one meeting.
        precision: of the times; a shorter pause is none.
    """
    runs: list[list[int]] = []
    for span in _without_long_pauses(presences, idle_limit):
        runs += _without_other_people(presences, span, precision)
    return runs


def first_presence(presences: Sequence[Presence]) -> str:
    """Return a text that identifies a meeting: its first join, and who it was.

    Two meetings that begin in the same minute have other people. A later and fuller
    report of a meeting begins with the same join.
    """
    first = min(presences, key=lambda presence: (presence.joined_at, presence.who))
    return f"{first.joined_at.isoformat()}|{first.who}"


def _without_long_pauses(
    presences: Sequence[Presence], idle_limit: timedelta
) -> list[list[int]]:
    """Return the positions, split where nobody was connected beyond the idle limit."""
    spans: list[list[int]] = []
    until: datetime | None = None
    for at in _by_join(presences, range(len(presences))):
        joined, left = presences[at].joined_at, presences[at].left_at
        if until is None or joined - until > idle_limit:
            spans.append([])
        spans[-1].append(at)
        until = _later(until, left)
    return spans


def _without_other_people(
    presences: Sequence[Presence], span: list[int], precision: timedelta
) -> list[list[int]]:
    """Return positions, split at pauses after which only other people are connected."""
    last_place = {presences[at].who: place for place, at in enumerate(span)}
    runs: list[list[int]] = [[]]
    until: datetime | None = None
    comes_back = -1  # the last place of anybody in the present run
    for place, at in enumerate(span):
        joined = presences[at].joined_at
        is_pause = until is not None and joined - until > precision
        if is_pause and comes_back < place:
            runs.append([])
            comes_back = -1
        runs[-1].append(at)
        comes_back = max(comes_back, last_place[presences[at].who])
        until = _later(until, presences[at].left_at)
    return runs


def _by_join(presences: Sequence[Presence], positions: Sequence[int]) -> list[int]:
    return sorted(
        positions, key=lambda at: (presences[at].joined_at, presences[at].who, at)
    )


def _later(until: datetime | None, left: datetime | None) -> datetime:
    """Return the later of two ends; a connection without an end lasts for ever."""
    end = left or _FOR_EVER
    return end if until is None else max(until, end)
