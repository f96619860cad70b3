"""Microsoft Graph: attendance reports of the online meetings of a day.

Client credentials; the application needs OnlineMeetings.Read.All,
OnlineMeetingArtifact.Read.All and Calendars.Read, and an application access policy for
the organisers, whom `users` under [api.graph] names.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import httpx

from ingest.pull.vendors.access import Access
from ingest.pull.vendors.client import Client, Json, token_from
from tandem.core.errors import WrongUse
from tandem.core.secret import Secret

NAME = "graph"
SCOPE = "https://graph.microsoft.com/.default"
SCOPES = {
    "users/{user}/calendarView": "Calendars.Read",
    "users/{user}/onlineMeetings": "OnlineMeetings.Read.All",
    "users/{user}/onlineMeetings/{meeting}/attendanceReports": (
        "OnlineMeetingArtifact.Read.All"
    ),
}
SIGN_IN = "https://login.microsoftonline.com"


def connect(access: Access) -> Client:
    """Return a client of the tenant that the secrets name."""
    tenant = access.secret("tenant_id").reveal()
    client_id, client_secret = (
        access.secret("client_id"),
        access.secret("client_secret"),
    )
    token_url = access.url("token_url", f"{SIGN_IN}/{tenant}/oauth2/v2.0/token")

    def authorise(http: httpx.Client) -> Secret:
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id.reveal(),
            "client_secret": client_secret.reveal(),
            "scope": SCOPE,
        }
        return token_from(http, NAME, token_url, data=form)

    return Client(
        NAME, access.url("url", "https://graph.microsoft.com/v1.0"), authorise
    )


def documents(
    client: Client, access: Access, day: date
) -> Iterator[tuple[str, list[Json]]]:
    """Yield a name and the attendance reports for each meeting of a UTC day.

    Raises:
        WrongUse: no organiser is named.
    """
    users = access.listed("users")
    if not users:
        raise WrongUse("users is missing", access.where, 'users = ["ana@example.org"]')
    for user in users:
        for number, link in enumerate(_links(client, user, day), start=1):
            reports = [
                r for m in _meetings(client, user, link) for r in _reports(client, m)
            ]
            if reports:
                yield f"{user}-{day}-{number}", reports


def _links(client: Client, user: str, day: date) -> list[str]:
    query = {
        "startDateTime": f"{day}T00:00:00Z",
        "endDateTime": f"{day + timedelta(days=1)}T00:00:00Z",
        "$select": "onlineMeeting,isOnlineMeeting",
        "$top": 100,
    }
    events = _values(client, f"users/{user}/calendarView", **query)
    links = [(event.get("onlineMeeting") or {}).get("joinUrl") for event in events]
    return sorted({link for link in links if link})


def _meetings(client: Client, user: str, link: str) -> Iterator[str]:
    quoted = link.replace("'", "''")
    path = f"users/{user}/onlineMeetings"
    found = client.get(path, **{"$filter": f"JoinWebUrl eq '{quoted}'"})
    for meeting in found.get("value", []):
        yield f"{path}/{meeting['id']}/attendanceReports"


def _reports(client: Client, path: str) -> Iterator[Json]:
    for report in _values(client, path):
        whole = client.get(f"{path}/{report['id']}", **{"$expand": "attendanceRecords"})
        if whole:
            yield whole


def _values(client: Client, path: str, **parameters: object) -> Iterator[Json]:
    answer = client.get(path, **parameters)
    seen: set[str] = set()
    while True:
        yield from answer.get("value", [])
        following = str(answer.get("@odata.nextLink") or "")
        if not following or following in seen:
            return
        seen.add(following)
        answer = client.get(following)
