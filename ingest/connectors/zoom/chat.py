"""Zoom's chat files: `offset<TAB>Name:<TAB>text`, or `clock From  Name  to  Everyone:`.

The first kind belongs to a recording and counts from its start, the second is saved by
a participant and prints the time of day. Sender and time of messages and reactions
land, their text does not. Private messages, which the host's copy holds as well, are
counted only. Lines that do not begin with a time continue the message above.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from ingest.connectors.zoom.format.interactions import land_interactions
from ingest.connectors.zoom.format.meetings import SOURCE, session_of_meeting
from ingest.connectors.zoom.format.people import participant_agent
from ingest.connectors.zoom.format.recording import (
    Recording,
    recording_of,
    with_start,
)
from ingest.connectors.zoom.format.table_text import decoded_head
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.source_phrases import source_phrases
from ingest.parsing.text import decode, plain_spaces
from ingest.parsing.times import to_utc, zone
from ingest.xapi.profiles.interactions import (
    MESSAGE,
    POSTED,
    REACTED,
    UNREACTED,
    Interaction,
)
from ingest.xapi.profiles.virtual_classroom import Agent

NAME = "zoom_chat"
_OFFSET = re.compile(r"^(\d{1,2}):([0-5]\d):([0-5]\d)\t\s*(.+?):\t(.*)$")
CHAT = source_phrases("zoom", "chat")


def _either(field: str) -> str:
    """Return a pattern of the words for a field in all languages."""
    return "|".join(dict.fromkeys(map(re.escape, CHAT.texts(field))))


_CLOCK = re.compile(
    r"^(?:(\d{4}-\d{2}-\d{2})\s+)?([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)"
    rf"\s*([AaPp]\.?[Mm]\.?)?\s+(?:{_either('from')})\s+(.+)$"
)
_TO = re.compile(rf"^(.+?)\s+(?:{_either('to')})\s+(.+?)\s*:\s*(.*)$")
_TO_ALL = re.compile(
    rf"^(.+?)\s+(?:{_either('to')})\s+((?:{_either('everyone')})[^:]*):\s*(.*)$",
    re.IGNORECASE,
)
_EVERYONE = re.compile(_either("everyone"))
_PRIVATE = re.compile(_either("private"), re.IGNORECASE)


@dataclass(frozen=True)
class Message:
    """One message as printed: seconds on the file's clock, sender, first line of text.

    `day` is the local day, where messages print it.
    """

    seconds: int
    sender: str
    text: str
    is_private: bool = False
    day: datetime | None = None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a chat by the beginnings of its messages."""
    if path.suffix.lower() != ".txt" or not (decoded := decoded_head(head)):
        return None
    lines = decoded.text.split("\n")
    variants = {variant for line in lines if (variant := _variant(line))}
    if not variants or _variant(lines[0]) is None:
        return None
    is_clock = "chat-clock" in variants
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="chat-clock" if is_clock else "chat-recording",
        found=(Evidence.OWN_FORM,),
        reason="messages begin with "
        + ("a time of day and From ... to" if is_clock else "an offset and a name"),
        encoding=decoded.encoding,
        delimiter=None if is_clock else "\t",
        needs=_needs(decoded.text, is_clock=is_clock),
    )


def _needs(text: str, *, is_clock: bool) -> tuple[str, ...]:
    has_days = is_clock and any(message.day for message in _messages(text))
    day = () if has_days else ("--date",)
    return (*day, "--tz") if is_clock else day


def _variant(line: str) -> str | None:
    if _CLOCK.match(plain_spaces(line)):
        return "chat-clock"
    return "chat-recording" if _OFFSET.match(line) else None


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land senders and times of messages to everyone, and the count of private ones.

    Raises:
        UndecidedFile: name, folder and options do not give the day or the zone.
    """
    text = decode(delivery.path.read_bytes()).text
    messages = list(_messages(text))
    is_clock = delivery.recognition.variant == "chat-clock"
    recording = recording_of(delivery)
    if is_clock:
        recording = _with_day(recording, delivery, messages)
    recording = with_start(recording, delivery)
    public = [message for message in messages if not message.is_private]
    times = _times(public, recording, delivery, is_clock=is_clock)
    session = session_of_meeting(recording.meeting, _first_message_key(messages))
    last = max((at for at in times if at), default=None)
    if session.ends_at is None and last and session.starts_at:
        session = replace(session, ends_at=max(last, session.starts_at))
    interactions = [
        _interaction(participant_agent(session, message.sender, ""), at, message)
        for message, at in zip(public, times, strict=True)
    ]
    private_count = len(messages) - len(public)
    counts = {"private_message_count": float(private_count)} if private_count else {}
    land_interactions(writer, session, interactions, counts)


def _first_message_key(messages: list[Message]) -> str:
    """Return time and hashed sender of the first message, equal in all copies."""
    if not messages:
        return ""
    sender = hashlib.sha256(messages[0].sender.encode()).hexdigest()
    return f"{messages[0].seconds}|{sender}"


def _interaction(actor: Agent, at: datetime | None, message: Message) -> Interaction:
    verb = POSTED
    if CHAT.matches(message.text, "reacted"):
        verb = REACTED
    elif CHAT.matches(message.text, "unreacted"):
        verb = UNREACTED
    return Interaction(actor, verb, at, "chat", MESSAGE)


def _messages(text: str) -> Iterator[Message]:
    """Yield the messages of a chat."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if offset := _OFFSET.match(line):
            hours, minutes, seconds, sender, first_line = offset.groups()
            yield Message(_seconds(hours, minutes, seconds, None), sender, first_line)
        elif clock := _CLOCK.match(plain_spaces(line)):
            day, hours, minutes, seconds, half, rest = clock.groups()
            at = _seconds(hours, minutes, seconds, half)
            below = lines[number + 1] if number + 1 < len(lines) else ""
            yield replace(_addressed(at, rest, below), day=_day(day))


def _day(printed: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(printed) if printed else None
    except ValueError:
        return None


def _addressed(at: int, rest: str, below: str) -> Message:
    """Return the message of a line from its sender onwards.

    `to everyone` is searched first, since a sender's name may hold the word `to`.
    """
    addressed = _TO_ALL.match(rest) or _TO.match(rest)
    if addressed is None:
        sender, _colon, text = rest.partition(" : ")
        return Message(at, sender.rstrip(": "), text.strip() or below)
    sender, addressee, text = addressed.groups()
    is_public = _EVERYONE.match(addressee.casefold()) is not None
    is_private = not is_public or bool(_PRIVATE.search(addressee))
    return Message(at, sender.strip(), text or below, is_private)


def _seconds(hours: str, minutes: str, seconds: str, half: str | None) -> int:
    hour = int(hours)
    if half:
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    return hour * 3600 + int(minutes) * 60 + int(seconds)


def _with_day(
    recording: Recording, delivery: Delivery, messages: list[Message]
) -> Recording:
    """Return a recording with its local day, by its messages, else by its start."""
    tz = delivery.options.tz
    days = [message.day for message in messages if message.day]
    if days:
        return replace(recording, day=min(days))
    if recording.day is None and recording.starts_at and tz:
        aware = recording.starts_at.replace(tzinfo=zone("UTC")).astimezone(zone(tz))
        midnight = aware.replace(tzinfo=None, hour=0, minute=0, second=0)
        return replace(recording, day=midnight)
    return recording


def _times(
    messages: list[Message], recording: Recording, delivery: Delivery, *, is_clock: bool
) -> list[datetime | None]:
    """Return the time of each message, None where only the day is known."""
    if not is_clock:
        start = recording.starts_at
        if start is None:
            return [None] * len(messages)
        return [start + timedelta(seconds=message.seconds) for message in messages]
    times: list[datetime | None] = []
    day, last = recording.day, -1
    tz = delivery.options.tz
    for message in messages:
        if message.day is not None:
            day = message.day
        elif day is not None and message.seconds < last - 3600:
            day += timedelta(days=1)  # past midnight
        last = message.seconds
        times.append(_utc(day, message.seconds, tz) if day and tz else None)
    return times


def _utc(day: datetime, seconds: int, tz: str) -> datetime | None:
    try:
        return to_utc(day + timedelta(seconds=seconds), zone(tz))
    except ValueError:
        return None  # the clock change makes the time ambiguous
