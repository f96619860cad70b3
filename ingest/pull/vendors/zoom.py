"""Zoom: past meetings of a day with participants, polls and questions.

Server-to-server OAuth; the classic scope report:read:admin covers every endpoint, newer
applications choose the granular scopes below. Reports reach back six months. A numeric
meeting id names only its last instance, so instances are requested by uuid; a uuid with
a slash is encoded twice.
"""

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import httpx

from ingest.pull.vendors.access import Access
from ingest.pull.vendors.client import Client, Json, token_from
from tandem.core.secret import Secret

NAME = "zoom"
PAGE = 300
# The scope of each endpoint; that of questions and answers is not verified.
SCOPES = {
    "report/users": "report:read:list_users:admin",
    "report/users/{user}/meetings": "report:read:user:admin",
    "report/meetings/{uuid}/participants": (
        "report:read:list_meeting_participants:admin"
    ),
    "report/meetings/{uuid}/polls": "report:read:list_meeting_polls:admin",
    "report/meetings/{uuid}/qa": "report:read:admin",
}


def connect(access: Access) -> Client:
    """Return a client of the account that the secrets name."""
    account = access.secret("account_id")
    client_id, client_secret = (
        access.secret("client_id"),
        access.secret("client_secret"),
    )
    token_url = access.url("token_url", "https://zoom.us/oauth/token")

    def authorise(http: httpx.Client) -> Secret:
        form = {"grant_type": "account_credentials", "account_id": account.reveal()}
        auth = (client_id.reveal(), client_secret.reveal())
        return token_from(http, NAME, token_url, params=form, auth=auth)

    return Client(NAME, access.url("url", "https://api.zoom.us/v2"), authorise)


def documents(
    client: Client, _access: Access, day: date
) -> Iterator[tuple[str, list[Json]]]:
    """Yield a name and the answers about it for each meeting of a UTC day."""
    seen: set[str] = set()
    for user in _pages(client, "report/users", "users", **_within(day), type="active"):
        path = f"report/users/{encoded(str(user['id']))}/meetings"
        for meeting in _pages(client, path, "meetings", **_within(day), type="past"):
            uuid = str(meeting.get("uuid") or "")
            if uuid and uuid not in seen:
                seen.add(uuid)
                yield f"{meeting.get('id')}-{len(seen)}", _about(client, meeting, uuid)


def _about(client: Client, meeting: Json, uuid: str) -> list[Json]:
    where = f"report/meetings/{encoded(uuid)}"
    people = list(
        _answers(client, f"{where}/participants", include_fields="registrant_id")
    )
    found = [meeting, *people]
    for kind in ("polls", "qa"):
        answer = client.get(f"{where}/{kind}")
        if answer.get("questions"):
            found.append(answer)
    return found


def _pages(
    client: Client, path: str, name: str, **parameters: object
) -> Iterator[Json]:
    for answer in _answers(client, path, **parameters):
        yield from answer.get(name) or []


def _answers(client: Client, path: str, **parameters: object) -> Iterator[Json]:
    token: str | None = None
    while True:
        answer = client.get(path, page_size=PAGE, next_page_token=token, **parameters)
        if answer:
            yield answer
        following = answer.get("next_page_token")
        if not following or following == token:
            return
        token = following


def _within(day: date) -> dict[str, str]:
    return {"from": day.isoformat(), "to": day.isoformat()}


def encoded(uuid: str) -> str:
    """Return an id as a part of a path; one with a slash is encoded twice."""
    once = quote(uuid, safe="")
    return quote(once, safe="") if uuid.startswith("/") or "//" in uuid else once
