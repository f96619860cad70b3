"""Interactions in a Teams meeting: raised hands, reactions, camera and microphone."""

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

# engagementSubType: verb, target, activity type of the target, emoji
_KINDS = {
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
    """Yield one person's interactions; unknown kinds and unreadable times are left out.

    Args:
        actor: the person.
        record: the attendance record.
        moment_of: reads a Graph time, raises ValueError where it is none.
    """
    for engagement in objects_in(record.get("engagements")):
        subtype = engagement.get("engagementSubType")
        kind = text_of(subtype or engagement.get("engagementType"))
        known = _KINDS.get(kind.casefold())
        try:
            at = moment_of(engagement.get("dateTime"))
        except ValueError:
            continue
        if known is None or at is None:
            continue
        verb, target, target_type, emoji = known
        result = {"extensions": {EMOJI: emoji}} if emoji else None
        yield Interaction(actor, verb, at, target, target_type, result)
