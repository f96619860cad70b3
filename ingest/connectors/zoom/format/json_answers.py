"""Answers of Zoom's API as they were saved: one page, several, an array, NDJSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.connectors.zoom.format.report import Meeting, agent_of, number_of, whom
from ingest.parsing.text import decode
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession
from tandem.core.errors import DamagedFile

Json = dict[str, Any]
USERS = "https://zoom.us/users"
ENVELOPES = ("data", "body", "response", "result", "content", "json")
CUSTOMERS = "https://zoom.us/customer-keys"


@dataclass(frozen=True)
class Pages:
    """The pages about one meeting, and what they say of it."""

    meeting: Meeting
    pages: list[Json]

    def items(self, name: str) -> Iterator[tuple[str, Json]]:
        """Yield the objects of a list with their JSON path; one saved twice once."""
        seen: set[str] = set()
        for number, page in enumerate(self.pages):
            for at, item in enumerate(page.get(name) or []):
                text = json.dumps(item, sort_keys=True)
                if isinstance(item, dict) and text not in seen:
                    seen.add(text)
                    yield f"$[{number}].{name}[{at}]", item


def pages_of(path: Path) -> list[Json]:
    """Return every JSON object of a file; a bare list of participants is a page.

    Raises:
        DamagedFile: it is no JSON.
    """
    found = list(_values(path))
    pages = [_answer(page) for page in _flat(found) if page]
    if pages and all("join_time" in page for page in pages):
        return [{"participants": pages}]
    return [inner for page in pages for inner in _unwrapped(page)]


def _values(path: Path) -> Iterator[object]:
    """Yield the JSON values of a file: one, one a line, or written one after another.

    Raises:
        DamagedFile: something in it is no JSON, or cut off.
    """
    text = decode(path.read_bytes()).text
    decoder, at = json.JSONDecoder(), _next_value(text, 0)
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            where = getattr(error, "pos", at)
            line = text.count("\n", 0, where) + 1
            raise DamagedFile(
                f"line {line} is no JSON ({error})", path.name, "save the answer again"
            ) from error
        yield value
        at = _next_value(text, end)


def _next_value(text: str, at: int) -> int:
    """Return where the next value begins: after spaces, and commas between answers."""
    while at < len(text) and text[at] in " \t\n,\ufeff":
        at += 1
    return at


def _flat(found: object) -> Iterator[Json]:
    if isinstance(found, dict):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from _flat(one)


def _answer(page: Json) -> Json:
    """Return Zoom's answer out of what a program wrapped around it: status, headers."""
    if any(isinstance(value, list) for value in page.values()) or "uuid" in page:
        return page
    for name in ENVELOPES:
        inner = page.get(name)
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            inner = _parsed(inner)
        if isinstance(inner, dict):
            return _answer(inner)
        if isinstance(inner, list):
            return page
    return page


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _unwrapped(page: Json) -> Iterator[Json]:
    """Yield a page, or the meetings that a listing of them holds."""
    listed = page.get("meetings")
    if isinstance(listed, list) and any("uuid" in one for one in listed):
        yield from listed
    else:
        yield page


def meetings_of(path: Path) -> list[Pages]:
    """Return the pages by meeting: a page that names none is of the one before.

    A page of participants names no meeting; what the file's name or another page in it
    says holds for it.
    """
    groups: dict[str, list[Json]] = {}
    current = ""
    for page in pages_of(path):
        current = _named(page) or current
        groups.setdefault(current, []).append(page)
    if "" in groups and len(groups) > 1:
        unnamed = groups.pop("")
        first = next(iter(groups))
        groups[first] = unnamed + groups[first]
    return [Pages(_meeting(pages, path), pages) for pages in groups.values()]


def _named(page: Json) -> str:
    if "join_time" in page:
        return ""
    return str(page.get("uuid") or page.get("meeting_uuid") or page.get("id") or "")


def _meeting(pages: list[Json], path: Path) -> Meeting:
    told: Json = {}
    for page in pages:
        told |= {k: v for k, v in page.items() if not isinstance(v, list | dict)}
    number = told.get("meeting_id") or told.get("webinar_id") or told.get("id") or ""
    return Meeting(
        number=number_of(str(number), path),
        starts_at=time_or_none(told.get("start_time")),
        ends_at=time_or_none(told.get("end_time")),
        host=agent_of(str(told.get("host_email") or told.get("user_email") or "")),
        uuid=told.get("uuid") or told.get("meeting_uuid"),
    )


def time_of(printed: object) -> datetime:
    """Return a time of the API, naive UTC: it prints no other zone.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(str(printed or "").strip())
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)


def time_or_none(printed: object) -> datetime | None:
    """Return a time of the API, None where there is none that can be read."""
    try:
        return time_of(printed)
    except ValueError:
        return None


def seconds_of(printed: object) -> float | None:
    """Return a duration of the API, None where it says none."""
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
    """Return a person's lasting account: the customer key of a join link, or the user.

    `user_id` is another one at each join and identifies nobody.
    """
    for home_page, name in ((CUSTOMERS, "customer_key"), (USERS, "id")):
        if value := str(item.get(name) or "").strip():
            account = {"homePage": home_page, "name": value}
            return {"objectType": "Agent", "account": account}
    return None


def actor_of(session: TechnicalSession, item: Json) -> Agent:
    """Return a person by address, else by account, else by name in this session."""
    by_email = agent_of(email_of(item))
    return by_email or account_of(item) or whom(session, name_of(item), "")
