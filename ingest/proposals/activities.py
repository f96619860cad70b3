"""Activities of learning platforms, and courses that only their parts name."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

# Addresses that a table's mapping makes of the names in it, by source.
OWN = "https://tandem.example/activities/"


@dataclass(frozen=True)
class Activity:
    """An activity of a learning platform, and who used it."""

    activity_id: str
    kind: str  # the last word of its type's address: course, lesson, video, assessment
    name: str
    verbs: frozenset[str]
    people: frozenset[int]
    around: tuple[str, ...]
    first_at: datetime | None
    last_at: datetime | None
    minutes: float | None
    due: tuple[datetime, ...] = ()
    finisher_count: int = 0
    is_reported: bool = False  # whether a report lists who completed it
    connectors: frozenset[str] = frozenset()


def with_courses(found: dict[str, Activity]) -> dict[str, Activity]:
    """Return activities with the courses that reports name around them only.

    A report of a course's activities states nothing of the course itself. Only
    addresses that a mapping made of a course's name are taken for courses.
    """
    parts: dict[str, list[Activity]] = {}
    for activity in found.values():
        for around in activity.around:
            if around.startswith(OWN) and around not in found:
                parts.setdefault(around, []).append(activity)
    courses = {
        address: Activity(
            address,
            "course",
            unquote(address.rsplit("/", 1)[-1]),
            frozenset(),
            frozenset().union(*(part.people for part in own)),
            (),
            min((part.first_at for part in own if part.first_at), default=None),
            max((part.last_at for part in own if part.last_at), default=None),
            None,
            connectors=frozenset().union(*(part.connectors for part in own)),
        )
        for address, own in sorted(parts.items())
    }
    return dict(sorted((found | courses).items()))
