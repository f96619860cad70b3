"""Saved responses of Zoom's API: one page, several pages, an array, or NDJSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.connectors.zoom.format.meetings import Meeting, meeting_number
from ingest.connectors.zoom.format.people import email_agent, participant_agent
from ingest.parsing.text import decode
from ingest.parsing.times import naive_utc
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession
from tandem.core.errors import DamagedFile

Json = dict[str, Any]
USERS = "https://zoom.us/users"
ENVELOPES = ("data", "body", "response", "result", "content", "json")
CUSTOMERS = "https://zoom.us/customer-keys"
# Fields of meetings that took place, and fields of meetings that were scheduled.
HELD = frozenset(
    {"end_time", "participants_count", "total_minutes", "participants"}
    | {"recording_files", "join_time", "leave_time", "question_details", "user_qos"}
)
PLANNED = frozenset({"created_at", "join_url", "start_url", "duration", "occurrences"})
LISTS = ("meetings", "webinars")


@dataclass(frozen=True)
class Pages:
    """The pages about one meeting, and its details in them."""

    meeting: Meeting
    pages: list[Json]

    def items(self, name: str) -> Iterator[tuple[str, Json]]:
        """Yield the objects of a list with their JSON paths; equal ones only once."""
        seen: set[str] = set()
        for number, page in enumerate(self.pages):
            for at, item in enumerate(page.get(name) or []):
                text = json.dumps(item, sort_keys=True)
                if isinstance(item, dict) and text not in seen:
                    seen.add(text)
                    yield f"$[{number}].{name}[{at}]", item

    def number_of(self, name: str) -> int | None:
        """Return a count in one of the pages, None where no page has it."""
        found = (page.get(name) for page in self.pages)
        return next((n for n in found if isinstance(n, int)), None)


def pages_of(path: Path) -> list[Json]:
    """Return every JSON object of a file; a list of participants becomes one page.

    Raises:
        DamagedFile: it is no JSON.
    """
    pages = raw_pages(path)
    if pages and all("join_time" in page for page in pages):
        return [{"participants": pages}]
    return [meeting for page in pages for meeting in _listed_meetings(page)]


def raw_pages(path: Path) -> list[Json]:
    """Return the JSON objects of a file without envelopes, lists inside them.

    Raises:
        DamagedFile: it is no JSON.
    """
    return [_without_envelope(page) for page in _flat(list(_values(path))) if page]


def _values(path: Path) -> Iterator[object]:
    """Yield the JSON values of a file: one, one per line, or one after another.

    Raises:
        DamagedFile: some of it is no JSON, or is cut off.
    """
    text = decode(path.read_bytes()).text
    decoder, at = json.JSONDecoder(), _next_value(text, 0)
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            position = getattr(error, "pos", at)
            line = text.count("\n", 0, position) + 1
            raise DamagedFile(
                f"line {line} is no JSON ({error})",
                path.name,
                "save the response again",
            ) from error
        yield value
        at = _next_value(text, end)


def _next_value(text: str, at: int) -> int:
    """Return the position of the next value, after spaces and commas between values."""
    while at < len(text) and text[at] in " \t\n,\ufeff":
        at += 1
    return at


def _flat(value: object) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _flat(item)


def _without_envelope(page: Json) -> Json:
    """Return Zoom's response without the object (status, headers) around it."""
    if any(isinstance(value, list) for value in page.values()) or "uuid" in page:
        return page
    for name in ENVELOPES:
        inner = page.get(name)
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            inner = _parsed(inner)
        if isinstance(inner, dict):
            return _without_envelope(inner)
        if isinstance(inner, list):
            return page
    return page


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _listed_meetings(page: Json) -> Iterator[Json]:
    """Yield the meetings of a page that lists meetings, any other page itself.

    The lists may lie in a list of users or groups.
    """
    lists = [page[name] for name in LISTS if isinstance(page.get(name), list)]
    if lists:
        yield from (item for items in lists for item in items if isinstance(item, dict))
        return
    nested = [
        item
        for items in page.values()
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict) and any(isinstance(item.get(n), list) for n in LISTS)
    ]
    if nested:
        yield from (meeting for item in nested for meeting in _listed_meetings(item))
    else:
        yield page


def is_planned(meeting: Json) -> bool:
    """Return whether an object describes a plan, and nothing of a meeting that ran."""
    return not HELD & set(meeting) and bool(PLANNED & set(meeting))


def meetings_of(path: Path) -> list[Pages]:
    """Return the pages by meeting: a page without an id belongs to the one before it.

    A page of participants has no id of a meeting; it belongs to the meeting of another
    page in the file, or of the file's name.
    """
    groups: dict[str, list[Json]] = {}
    current = ""
    for page in pages_of(path):
        current = _meeting_id(page) or current
        groups.setdefault(current, []).append(page)
    if "" in groups and len(groups) > 1:
        without_id = groups.pop("")
        first = next(iter(groups))
        groups[first] = without_id + groups[first]
    return [Pages(_meeting(pages, path), pages) for pages in groups.values()]


def _meeting_id(page: Json) -> str:
    if "join_time" in page:
        return ""
    return str(page.get("uuid") or page.get("meeting_uuid") or page.get("id") or "")


def _meeting(pages: list[Json], path: Path) -> Meeting:
    merged: Json = {}
    for page in pages:
        merged |= {k: v for k, v in page.items() if not isinstance(v, list | dict)}
    names = ("meeting_id", "webinar_id", "id")
    number = next((merged[name] for name in names if merged.get(name)), "")
    host = str(merged.get("host_email") or merged.get("user_email") or "")
    # The start of a plan is not when the meeting began.
    starts = [page.get("start_time") for page in pages if not is_planned(page)]
    return Meeting(
        number=meeting_number(str(number), path),
        starts_at=time_or_none(next(filter(None, reversed(starts)), None)),
        ends_at=time_or_none(merged.get("end_time")),
        host=email_agent(host),
        uuid=merged.get("uuid") or merged.get("meeting_uuid"),
    )


def time_of(printed: object) -> datetime:
    """Return a time of the API as naive UTC; the API prints no other zone.

    Raises:
        ValueError: it is no time.
    """
    return naive_utc(datetime.fromisoformat(str(printed or "").strip()))


def time_or_none(printed: object) -> datetime | None:
    """Return a time of the API as naive UTC, None where it cannot be read."""
    try:
        return time_of(printed)
    except ValueError:
        return None


def seconds_of(printed: object) -> float | None:
    """Return a duration of the API in seconds, None where it has none."""
    try:
        return None if isinstance(printed, bool) else float(str(printed).strip())
    except ValueError:
        return None


def name_of(item: Json) -> str:
    """Return the display name of a person in any of the API's objects."""
    shown = item.get("name") or item.get("user_name") or ""
    parts = (item.get("first_name") or "", item.get("last_name") or "")
    return str(shown or " ".join(parts)).strip()


def email_of(item: Json) -> str:
    """Return the address of a person in any of the API's objects, "" without one."""
    return str(item.get("user_email") or item.get("email") or "").strip()


def account_of(item: Json) -> Agent | None:
    """Return a person's permanent account: a join link's customer key, or the user id.

    The field `user_id` differs at each join and is no identifier.
    """
    for home_page, name in ((CUSTOMERS, "customer_key"), (USERS, "id")):
        if value := str(item.get(name) or "").strip():
            account = {"homePage": home_page, "name": value}
            return {"objectType": "Agent", "account": account}
    return None


def actor_of(session: TechnicalSession, item: Json) -> Agent:
    """Return a person by address, else by account, else by name in this session."""
    by_email = email_agent(email_of(item))
    return by_email or account_of(item) or participant_agent(session, name_of(item), "")
