"""Which meeting Microsoft Graph's answers are about: its subject and its room.

The room is the thread of the meeting's chat, which a join link holds in the clear and
the id of an online meeting in Base64.
"""

import base64
import binascii
import re

from ingest.parsing.join_keys import key_in_link
from ingest.parsing.json_files import Object, object_in, text_of

_IN_CONTEXT = re.compile(r"onlineMeetings\('([^']+)'\)", re.IGNORECASE)
_THREAD = re.compile(r"19:[^*\s]+@thread\.[a-z0-9]+", re.IGNORECASE)


def is_meeting(one: Object) -> bool:
    """Return whether an object says what meeting its reports are about."""
    return bool(subject_of(one) or room_of(one))


def subject_of(one: Object) -> str:
    """Return the subject, empty where none is told."""
    return text_of(one.get("subject"))


def room_of(one: Object) -> str | None:
    """Return the key that calendars have of the room: from the link, else an id."""
    if in_link := key_in_link(text_of(one.get("joinWebUrl") or one.get("joinUrl"))):
        return in_link
    chat = text_of(object_in(one.get("chatInfo")).get("threadId"))
    named = _IN_CONTEXT.search(text_of(one.get("@odata.context")))
    ids = [chat, named.group(1) if named else "", text_of(one.get("id"))]
    return next((thread for one_id in ids if (thread := _thread_in(one_id))), None)


def _thread_in(identifier: str) -> str | None:
    """Return the thread that an id is, or holds in Base64; None for any other id."""
    padded = identifier + "=" * (-len(identifier) % 4)
    try:
        decoded = base64.b64decode(padded, validate=True).decode()
    except (binascii.Error, ValueError):
        decoded = identifier
    found = _THREAD.search(decoded)
    return found.group(0) if found else None
