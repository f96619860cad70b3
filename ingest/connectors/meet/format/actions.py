"""What Meet's audit log says people did besides being there: screens, hands, questions.

The classroom profile has a place for some of its events; of the others (invitations,
knocking, recordings, settings of the chat, abuse) only their number lands.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.connectors.meet.format.calls import Call, address_in, conference_of
from ingest.parsing.json_files import text_of
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

# event: verb, target, type of the target, result
_MEANINGS: dict[str, tuple[str, str, str, dict[str, Any] | None]] = {
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
class Action:
    """One event that is no connection, as far as the log tells of it; UTC."""

    conference: str  # empty where the record has but the code of its room
    code: str | None
    at: datetime
    event: str
    email: str | None
    endpoint: str
    name: str

    def interaction(
        self, session: TechnicalSession, calls: list[Call]
    ) -> Interaction | None:
        """Return what was done, None for an event or a person that has no place."""
        meaning, actor = _MEANINGS.get(self.event), self._actor(session, calls)
        if meaning is None or actor is None:
            return None
        verb, target, target_type, result = meaning
        return Interaction(actor, verb, self.at, target, target_type, result)

    def _actor(self, session: TechnicalSession, calls: list[Call]) -> Agent | None:
        """Return the person by address, else whoever was connected by that endpoint."""
        if self.email:
            return person(session, self.name, self.email)
        same = (
            call for call in calls if self.endpoint and call.endpoint == self.endpoint
        )
        found = next(same, None)
        return found.actor(session) if found else None


def event_name(printed: str) -> str:
    """Return the name of an event as the interface spells it: `Hand raised`."""
    return "_".join(printed.casefold().split())


def action_of(
    event: str, fields: dict[str, Any], written_at: datetime | None
) -> Action:
    """Read one event; its own time is more exact than that of its record.

    Of somebody external the identifier may be the host's: the actor alone tells.

    Raises:
        ValueError: it names no conference, or no time.
    """
    at = _instant(text_of(fields.get("action_time"))) or written_at
    if at is None:
        raise ValueError("it tells no time")
    _conference, code = conference_of(fields, at)
    is_external = text_of(fields.get("is_external")).casefold() in {"true", "yes"}
    told = address_in(text_of(fields.get("actor_email")))
    identifier = address_in(text_of(fields.get("identifier")))
    return Action(
        conference=text_of(fields.get("conference_id")),
        code=code,
        at=at,
        event=event,
        email=told or (None if is_external else identifier),
        endpoint=text_of(fields.get("endpoint_id")),
        name=text_of(fields.get("display_name")),
    )


def conference_about(
    code: str | None, at: datetime, calls: dict[str, list[Call]]
) -> str | None:
    """Return the conference of a room that somebody was connected to at a time."""
    for conference, connected in calls.items():
        if any(c.code == code and c.started_at <= at <= c.ended_at for c in connected):
            return conference
    return None


def _instant(printed: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(printed)
    except ValueError:
        return None
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else None
