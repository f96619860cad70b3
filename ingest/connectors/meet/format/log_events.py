"""Events of Meet's audit log other than connections: screens, hands, polls, questions.

The classroom profile covers some of the events. Of the others (invitations, requests to
join, recordings, chat settings, abuse reports) only their number lands.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.connectors.meet.format.log_connections import (
    LogConnection,
    address_in,
    conference_of,
)
from ingest.parsing.json_files import text_of
from ingest.parsing.times import naive_utc
from ingest.xapi.profiles.interactions import (
    ANSWERED,
    ASKED,
    POLL_QUESTION,
    QUESTION,
    REACTED,
    UNREACTED,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import (
    CLASSROOM,
    CLASSROOM_TYPE,
    Agent,
    TechnicalSession,
    person,
)

SHARED = "http://activitystrea.ms/share"
UNSHARED = "http://activitystrea.ms/unshare"
SCREEN = f"{CLASSROOM}/activity-types/screen"
_HAND = {"extensions": {f"{CLASSROOM}/extensions/emoji": "U+1F590"}}

# event name: verb, target, activity type of the target, result
_KINDS: dict[str, tuple[str, str, str, dict[str, Any] | None]] = {
    "presentation_started": (SHARED, "screen", SCREEN, None),
    "presentation_stopped": (UNSHARED, "screen", SCREEN, None),
    "hand_raised": (REACTED, "hand", CLASSROOM_TYPE, _HAND),
    "hand_lowered": (UNREACTED, "hand", CLASSROOM_TYPE, _HAND),
    "poll_created": (ASKED, "poll", POLL_QUESTION, None),
    "poll_answered": (ANSWERED, "poll", POLL_QUESTION, None),
    "question_created": (ASKED, "question", QUESTION, None),
    "question_responded": (ANSWERED, "question", QUESTION, None),
}


@dataclass(frozen=True)
class LogEvent:
    """One event that is no connection; its time is UTC.

    `conference` is "" where the record has only the code of its room.
    """

    conference: str
    code: str | None
    at: datetime
    event: str
    email: str | None
    endpoint: str
    name: str

    def interaction(
        self, session: TechnicalSession, connections: list[LogConnection]
    ) -> Interaction | None:
        """Return the interaction, None for an unknown event or an unknown person."""
        kind, actor = _KINDS.get(self.event), self._actor(session, connections)
        if kind is None or actor is None:
            return None
        verb, target, target_type, result = kind
        return Interaction(actor, verb, self.at, target, target_type, result)

    def _actor(
        self, session: TechnicalSession, connections: list[LogConnection]
    ) -> Agent | None:
        """Return the person by address, else the person connected by the endpoint."""
        if self.email:
            return person(session, self.name, self.email)
        if not self.endpoint:
            return None
        same_endpoint = (c for c in connections if c.endpoint == self.endpoint)
        connection = next(same_endpoint, None)
        return connection.actor(session) if connection else None


def event_name(printed: str) -> str:
    """Return `hand_raised`, as the API names an event, of a printed `Hand raised`."""
    return "_".join(printed.casefold().split())


def event_of(
    event: str, fields: dict[str, Any], written_at: datetime | None
) -> LogEvent:
    """Read one event; its own time is more exact than that of its record.

    The identifier of an external person's event may be the host's, so that only the
    actor's address identifies an external person.

    Raises:
        ValueError: it names no conference, or no time.
    """
    at = _instant(text_of(fields.get("action_time"))) or written_at
    if at is None:
        raise ValueError("it has no time")
    _conference, code = conference_of(fields)
    is_external = text_of(fields.get("is_external")).casefold() in {"true", "yes"}
    actor_email = address_in(text_of(fields.get("actor_email")))
    identifier = address_in(text_of(fields.get("identifier")))
    return LogEvent(
        conference=text_of(fields.get("conference_id")),
        code=code,
        at=at,
        event=event,
        email=actor_email or (None if is_external else identifier),
        endpoint=text_of(fields.get("endpoint_id")),
        name=text_of(fields.get("display_name")),
    )


def conference_at(
    code: str | None, at: datetime, connections: dict[str, list[LogConnection]]
) -> str | None:
    """Return the conference in which somebody was connected to a room at a time."""
    for conference, connected in connections.items():
        if any(c.code == code and c.started_at <= at <= c.ended_at for c in connected):
            return conference
    return None


def _instant(printed: str) -> datetime | None:
    """Return a time with an offset as naive UTC, None for any other text."""
    try:
        moment = datetime.fromisoformat(printed)
    except ValueError:
        return None
    return naive_utc(moment) if moment.tzinfo else None
