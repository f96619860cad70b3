"""BigBlueButton's API: recordings of a day, and dashboards of running meetings.

Each call carries a checksum of its name, its query and the shared secret, which itself
is never sent. The API returns a dashboard only while the meeting runs; afterwards its
file on the server holds the complete one.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, tostring

import httpx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from ingest.pull.vendors.access import Access
from ingest.pull.vendors.client import Client
from tandem.core.errors import DeliveryError, WrongUse
from tandem.core.secret import Secret

NAME = "bigbluebutton"
SCOPES: dict[str, str] = {}  # whoever knows the shared secret may call everything
HASHES = ("sha1", "sha256", "sha384", "sha512")
MILLISECONDS_A_DAY = 86_400_000
EPOCH = date(1970, 1, 1)


class Server(Client):
    """A client that signs its calls with the shared secret."""

    def __init__(self, base: httpx.URL, secret: Secret, algorithm: str) -> None:
        super().__init__(NAME, base, lambda _http: None)
        self._secret, self._algorithm = secret, algorithm

    def call(self, name: str, **parameters: str) -> bytes:
        """Return the body of the answer to a call.

        Raises:
            DeliveryError: no answer, or none that can be used.
        """
        query = str(httpx.QueryParams(parameters))
        text = f"{name}{query}{self._secret.reveal()}".encode()
        mark = hashlib.new(self._algorithm, text).hexdigest()
        signed = f"{query}&checksum={mark}" if query else f"checksum={mark}"
        return self.body(f"{name}?{signed}")

    def elements(self, name: str, element: str, **parameters: str) -> list[Element]:
        """Return the elements of this name in an XML answer.

        Raises:
            DeliveryError: it is not XML, or reports a failure.
        """
        try:
            answer = fromstring(self.call(name, **parameters))
        except (ParseError, DefusedXmlException):
            raise DeliveryError("its answer is not XML", NAME, "check url") from None
        if answer.findtext("returncode") != "SUCCESS":
            what = answer.findtext("messageKey") or "FAILED"
            raise DeliveryError(
                f"it answers {what}", NAME, "check the shared secret and `checksum`"
            )
        return list(answer.iter(element))


def connect(access: Access) -> Server:
    """Return a client of the server that [api.bigbluebutton] names.

    Raises:
        WrongUse: it names none, or a checksum that no server knows.
    """
    if "url" not in access.table:
        raise WrongUse(
            "url is missing", access.where, 'url = "https://HOST/bigbluebutton/api"'
        )
    algorithm = str(access.table.get("checksum", "sha256"))
    if algorithm not in HASHES:
        raise WrongUse(
            f"no checksum is called {algorithm}", access.where, ", ".join(HASHES)
        )
    return Server(access.url("url", ""), access.secret("secret"), algorithm)


def documents(client: Server, _access: Access, day: date) -> Iterator[tuple[str, Any]]:
    """Yield recordings that began on a UTC day, and running meetings' dashboards."""
    first = (day - EPOCH).days * MILLISECONDS_A_DAY
    of_day = range(first, first + MILLISECONDS_A_DAY)
    today = [
        tostring(recording, encoding="unicode")
        for recording in client.elements("getRecordings", "recording", state="any")
        if _number(recording.findtext("startTime")) in of_day
    ]
    if today:
        inside = "".join(today)
        yield (
            f"recordings-{day}",
            f"<response><returncode>SUCCESS</returncode>"
            f"<recordings>{inside}</recordings></response>",
        )
    for meeting in client.elements("getMeetings", "meeting"):
        room = meeting.findtext("meetingID") or ""
        if (
            first
            <= _number(meeting.findtext("createTime"))
            < first + MILLISECONDS_A_DAY
        ):
            found = _dashboard(client, room)
            if found:
                yield f"dashboard-{room}", [found]


def _dashboard(client: Server, room: str) -> dict[str, Any] | None:
    """Return a running meeting's dashboard; None where the server has none."""
    try:
        found = json.loads(client.call("learningDashboard", meetingID=room))
    except (ValueError, RecursionError, DeliveryError):
        return None
    is_whole = isinstance(found, dict) and "intId" in json.dumps(found)
    return found if is_whole else None


def _number(text: str | None) -> int:
    try:
        return int((text or "").strip())
    except ValueError:
        return -1
