"""Google Meet REST v2: conference records of a day with people and their connections.

A service account with domain-wide delegation and the scope meetings.space.readonly;
`subject` under [api.meet] is the user on whose behalf it asks. Google keeps conference
records for 30 days.
"""

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from ingest.pull.vendors.access import Access
from ingest.pull.vendors.client import Client, Json, token_from
from tandem.core.errors import KeyProblem
from tandem.core.secret import Secret

NAME = "meet"
SCOPE = "https://www.googleapis.com/auth/meetings.space.readonly"
SCOPES = {"conferenceRecords": SCOPE}
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_SECONDS = 3600
BELOW_CONFERENCE = ("recordings", "transcripts")


def connect(access: Access) -> Client:
    """Return a client that uses the service account in the key file."""
    named = access.secret("key_file", is_ascii=False).reveal()
    key = _key(Path(named).expanduser())
    token_url = access.url("token_url", str(key["token_uri"]))
    subject = access.table.get("subject")

    def authorise(http: httpx.Client) -> Secret:
        now = int(time.time())
        claims = {
            "iss": key["client_email"],
            "scope": SCOPE,
            "aud": str(token_url),
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        } | ({"sub": subject} if subject else {})
        signed = jwt.encode({"alg": "RS256"}, claims, key["private_key"])
        form = {"grant_type": GRANT, "assertion": signed}
        return token_from(http, NAME, token_url, data=form)

    return Client(NAME, access.url("url", "https://meet.googleapis.com/v2"), authorise)


def _key(path: Path) -> Json:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        private_key = Secret(str(found["private_key"]))
        key = {"private_key": RSAKey.import_key(private_key.reveal())}
        return key | {n: str(found[n]) for n in ("client_email", "token_uri")}
    except (OSError, ValueError, KeyError, TypeError, RecursionError, JoseError):
        raise KeyProblem(
            "this is no key of a service account", str(path), "download its JSON key"
        ) from None


def documents(
    client: Client, _access: Access, day: date
) -> Iterator[tuple[str, list[Json]]]:
    """Yield a name and the records for each conference that began on a UTC day."""
    begins, ends = f"{day}T00:00:00Z", f"{day + timedelta(days=1)}T00:00:00Z"
    query = f'start_time>="{begins}" AND start_time<"{ends}"'
    for conference in _listed(client, "conferenceRecords", filter=query):
        name = str(conference["name"])
        found = [conference]
        for person in _listed(client, f"{name}/participants", "participants"):
            found.append(person)
            path = f"{person['name']}/participantSessions"
            found += _listed(client, path, "participantSessions")
        for kind in BELOW_CONFERENCE:
            found += _listed(client, f"{name}/{kind}", kind)
        yield name.rpartition("/")[2], found


def _listed(
    client: Client, path: str, kind: str = "conferenceRecords", **query: object
) -> Iterator[Json]:
    token: str | None = None
    while True:
        answer = client.get(path, pageSize=100, pageToken=token, **query)
        yield from answer.get(kind) or []
        following = answer.get("nextPageToken")
        if not following or following == token:
            return
        token = following
