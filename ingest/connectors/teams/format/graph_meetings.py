"""The meeting of a Microsoft Graph response: its subject and its room.

The room is the thread of the meeting's chat. A join link contains it as text, the id of
an online meeting in Base64.
"""

import base64
import binascii
import re

from ingest.parsing.join_keys import key_in_link
from ingest.parsing.json_files import Object, object_in, text_of

_IN_CONTEXT = re.compile(r"onlineMeetings\('([^']+)'\)", re.IGNORECASE)
_THREAD = re.compile(r"19:[^*\s]+@thread\.[a-z0-9]+", re.IGNORECASE)


def is_meeting(meeting: Object) -> bool:
    """Return whether an object has a meeting's subject or room."""
    return bool(subject_of(meeting) or room_of(meeting))


def subject_of(meeting: Object) -> str:
    """Return the subject, "" where there is none."""
    return text_of(meeting.get("subject"))


def room_of(meeting: Object) -> str | None:
    """Return the join key of the room, as calendars hold it: by link, else by an id."""
    link = text_of(meeting.get("joinWebUrl") or meeting.get("joinUrl"))
    if in_link := key_in_link(link):
        return in_link
    chat = text_of(object_in(meeting.get("chatInfo")).get("threadId"))
    in_context = _IN_CONTEXT.search(text_of(meeting.get("@odata.context")))
    context_id = in_context.group(1) if in_context else ""
    ids = [chat, context_id, text_of(meeting.get("id"))]
    return next((thread for id_ in ids if (thread := _thread_in(id_))), None)


def _thread_in(identifier: str) -> str | None:
    """Return the thread in an id, as text or in Base64; None for other ids."""
    padded = identifier + "=" * (-len(identifier) % 4)
    try:
        decoded = base64.b64decode(padded, validate=True).decode()
    except (binascii.Error, ValueError):
        decoded = identifier
    thread = _THREAD.search(decoded)
    return thread.group(0) if thread else None
