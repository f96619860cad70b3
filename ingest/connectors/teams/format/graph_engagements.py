"""What people did in a Teams meeting besides being there: hands, reactions, devices."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from ingest.parsing.json_files import objects_in, text_of
from ingest.xapi.profiles.interactions import REACTED, UNREACTED, Interaction
from ingest.xapi.profiles.virtual_classroom import CLASSROOM, CLASSROOM_TYPE, Agent

STARTED = "http://activitystrea.ms/start"
STOPPED = f"{CLASSROOM}/verbs/stopped"
MICROPHONE = f"{CLASSROOM}/activity-types/micro"
CAMERA = f"{CLASSROOM}/activity-types/camera"
EMOJI = f"{CLASSROOM}/extensions/emoji"

# engagementSubType: verb, target, type of the target, emoji
_MEANINGS = {
    "raisehand": (REACTED, "hand", CLASSROOM_TYPE, "U+1F590"),
    "lowerhand": (UNREACTED, "hand", CLASSROOM_TYPE, "U+1F590"),
    "like": (REACTED, "reaction/like", CLASSROOM_TYPE, "U+1F44D"),
    "love": (REACTED, "reaction/love", CLASSROOM_TYPE, "U+2764"),
    "applause": (REACTED, "reaction/applause", CLASSROOM_TYPE, "U+1F44F"),
    "laugh": (REACTED, "reaction/laugh", CLASSROOM_TYPE, "U+1F606"),
    "surprised": (REACTED, "reaction/surprised", CLASSROOM_TYPE, "U+1F62E"),
    "cameraon": (STARTED, "camera", CAMERA, None),
    "cameraoff": (STOPPED, "camera", CAMERA, None),
    "unmute": (STARTED, "microphone", MICROPHONE, None),
    "mute": (STOPPED, "microphone", MICROPHONE, None),
}


def engagements(
    actor: Agent,
    record: dict[str, Any],
    moment_of: Callable[[object], datetime | None],
) -> Iterator[Interaction]:
    """Yield what a record says of one person; kinds that are unknown are left out."""
    for one in objects_in(record.get("engagements")):
        kind = text_of(one.get("engagementSubType") or one.get("engagementType"))
        meaning = _MEANINGS.get(kind.casefold())
        try:
            at = moment_of(one.get("dateTime"))
        except ValueError:
            continue
        if meaning is None or at is None:
            continue
        verb, target, target_type, emoji = meaning
        result = {"extensions": {EMOJI: emoji}} if emoji else None
        yield Interaction(actor, verb, at, target, target_type, result)
