"""What BigBlueButton's files share: its clock, its ids, and who is who.

An internal meeting id is one opening of a room, `<sha1 of the room>-<ms of creation>`;
the external id is the room, given by the front end and the same for ever.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from ingest.parsing.join_keys import join_key
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession, person
from tandem.core.errors import DamagedFile

SOURCE, PLATFORM = "bigbluebutton", "BigBlueButton"
USERS = "https://tandem.example/bigbluebutton/users"
_CREATED = re.compile(r"-(\d{13})$")
_OWN_ID = re.compile(r"^[wvu]_[a-z0-9]+$")  # made by the server for one connection


def moment(milliseconds: object) -> datetime | None:
    """Return naive UTC of milliseconds since 1970; None for 0, which means not yet."""
    try:
        value = int(float(str(milliseconds)))
    except (TypeError, ValueError):
        return None
    if value <= 0:
        return None
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=value)
    return at.replace(tzinfo=None)


def created_at(internal_id: str) -> datetime | None:
    """Return when a meeting was created, which its internal id says."""
    found = _CREATED.search(internal_id)
    return moment(found.group(1)) if found else None


def session_of(
    internal_id: str,
    external_id: str | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> TechnicalSession:
    """Return one opening of a room: the same whichever file tells of it."""
    room = (external_id or "").strip()
    return TechnicalSession(
        source=SOURCE,
        platform=PLATFORM,
        key=internal_id,
        join_key=join_key(room) if room else None,
        starts_at=starts_at or created_at(internal_id),
        ends_at=ends_at,
    )


def whom(
    session: TechnicalSession, external_id: object, name: object, *, dials_in: bool
) -> Agent:
    """Return a participant: by the id that the front end gave, else a name in here.

    Somebody on the telephone has a number or a name for an id, a guest one that the
    server made up for this connection.
    """
    shown = " ".join(str(name or "").split())
    given = str(external_id or "").strip()
    if dials_in or not given or given == shown or _OWN_ID.match(given):
        return person(session, shown or given or "?", None)
    agent = {"objectType": "Agent", "account": {"homePage": USERS, "name": given}}
    return agent | ({"name": shown} if shown else {})


def parsed(path: Path) -> Element:
    """Return the root of an XML file, entities and outside references refused.

    Raises:
        DamagedFile: it is no XML, cut off, or of a kind that does harm.
    """
    try:
        return fromstring(path.read_bytes())
    except (ParseError, DefusedXmlException) as error:
        raise DamagedFile(
            f"its XML cannot be read ({type(error).__name__})",
            path.name,
            "save it again, whole",
        ) from None
