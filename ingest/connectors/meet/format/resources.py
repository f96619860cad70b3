"""Resources of the Meet REST API v2, wherever they lie in saved answers."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ingest.parsing.json_files import Object, text_of

_NAME = re.compile(
    r"^conferenceRecords/(?P<conference>[^/]+)"
    r"(?:/(?P<kind>participants|recordings|transcripts|smartNotes)/(?P<id>[^/]+)"
    r"(?:/(?P<part>participantSessions|entries)/[^/]+)?)?$"
)


@dataclass
class Conference:
    """What saved answers hold of one conference; lists by kind of resource."""

    record: Object = field(default_factory=dict)
    participants: dict[str, Object] = field(default_factory=dict)
    sessions: dict[str, Object] = field(default_factory=dict)
    recordings: dict[str, Object] = field(default_factory=dict)
    transcripts: dict[str, Object] = field(default_factory=dict)
    entries: dict[str, Object] = field(default_factory=dict)


def conferences_of(found: list[Object]) -> tuple[dict[str, Conference], dict[str, str]]:
    """Return conferences by id, and meeting codes by the name of their space.

    A resource that comes twice is taken as the later one says: it is fuller.
    """
    conferences: dict[str, Conference] = defaultdict(Conference)
    codes: dict[str, str] = {}
    for one in _everything(found):
        name = text_of(one.get("name"))
        if name.startswith("spaces/") and one.get("meetingCode"):
            codes[name] = text_of(one["meetingCode"])
        elif resource := _NAME.match(name):
            _file(conferences[resource.group("conference")], resource, name, one)
    return dict(conferences), codes


def _everything(value: object) -> Iterator[Object]:
    """Yield every object inside a value, outer ones first."""
    if isinstance(value, list):
        for one in value:
            yield from _everything(one)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _everything(one)


def _file(
    conference: Conference, resource: re.Match[str], name: str, one: Object
) -> None:
    kind, part = resource.group("kind"), resource.group("part")
    places: dict[str | None, dict[str, Object]] = {
        "participants": conference.participants,
        "recordings": conference.recordings,
        "transcripts": conference.transcripts,
        "participantSessions": conference.sessions,
        "entries": conference.entries,
    }
    if kind is None:
        conference.record = {**conference.record, **one}
    elif (part or kind) in places:
        place = places[part or kind]
        place[name] = {**place.get(name, {}), **one}


def moment(one: dict[str, Any], name: str) -> datetime | None:
    """Return a time as naive UTC, None where it is absent: what still runs has no end.

    Raises:
        ValueError: it is text, but no time.
    """
    text = text_of(one.get(name))
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
