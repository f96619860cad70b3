"""Resources of the Meet REST API v2, at any depth in saved API responses."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.parsing.json_files import Object, text_of
from ingest.parsing.times import naive_utc

_RESOURCE_NAME = re.compile(
    r"^conferenceRecords/(?P<conference>[^/]+)"
    r"(?:/(?P<kind>participants|recordings|transcripts|smartNotes)/(?P<id>[^/]+)"
    r"(?:/(?P<child>participantSessions|entries)/[^/]+)?)?$"
)


@dataclass
class Conference:
    """The resources of one conference, by kind and then by resource name."""

    record: Object = field(default_factory=dict)
    participants: dict[str, Object] = field(default_factory=dict)
    sessions: dict[str, Object] = field(default_factory=dict)
    recordings: dict[str, Object] = field(default_factory=dict)
    transcripts: dict[str, Object] = field(default_factory=dict)
    entries: dict[str, Object] = field(default_factory=dict)


def conferences_of(
    responses: list[Object],
) -> tuple[dict[str, Conference], dict[str, str]]:
    """Return conferences by id, and meeting codes by the name of their space.

    Where a resource occurs twice, the fields of the later one are taken.
    """
    conferences: dict[str, Conference] = defaultdict(Conference)
    codes: dict[str, str] = {}
    for resource in all_objects(responses):
        name = text_of(resource.get("name"))
        if name.startswith("spaces/") and resource.get("meetingCode"):
            codes[name] = text_of(resource["meetingCode"])
        elif parsed := _RESOURCE_NAME.match(name):
            _add_resource(conferences[parsed.group("conference")], parsed, resource)
    return dict(conferences), codes


def all_objects(value: object) -> Iterator[Object]:
    """Yield every object inside a value, outer ones first."""
    if isinstance(value, list):
        for item in value:
            yield from all_objects(item)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            yield from all_objects(item)


def _add_resource(
    conference: Conference, parsed_name: re.Match[str], resource: Object
) -> None:
    kind, child = parsed_name.group("kind"), parsed_name.group("child")
    by_kind: dict[str | None, dict[str, Object]] = {
        "participants": conference.participants,
        "recordings": conference.recordings,
        "transcripts": conference.transcripts,
        "participantSessions": conference.sessions,
        "entries": conference.entries,
    }
    name = parsed_name.group(0)
    if kind is None:
        conference.record = {**conference.record, **resource}
    elif (child or kind) in by_kind:
        resources = by_kind[child or kind]
        resources[name] = {**resources.get(name, {}), **resource}


def time_of(resource: dict[str, Any], field_name: str) -> datetime | None:
    """Return a time as naive UTC, None where it is absent, as the end of what runs.

    Raises:
        ValueError: it is text, but no time.
    """
    text = text_of(resource.get(field_name))
    return naive_utc(datetime.fromisoformat(text)) if text else None


def time_or_none(resource: dict[str, Any], field_name: str) -> datetime | None:
    """Return a time as naive UTC, None where it is absent or cannot be read."""
    try:
        return time_of(resource, field_name)
    except ValueError:
        return None
