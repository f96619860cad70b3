"""Zoom's chat files: `offset<TAB>Name:<TAB>text`, or `clock From  Name  to  Everyone:`.

The first lies with a recording and counts from its start, the second is saved by a
participant and shows a wall clock. Who wrote when lands, and who reacted; no text does.
Messages to a person are in the host's copy too: they are left out. Lines that begin
with no time belong to the message above.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from ingest.connectors.zoom.format.recording import Recording, dated, recording_of
from ingest.connectors.zoom.format.report import (
    SOURCE,
    land_claims,
    session_claims,
    told_session,
    whom,
)
from ingest.connectors.zoom.format.text import decoded_head
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.parsing.text import decode, plain_spaces
from ingest.parsing.times import to_utc, zone
from ingest.xapi.profiles.interactions import (
    MESSAGE,
    POSTED,
    REACTED,
    UNREACTED,
    Interaction,
    interaction_statements,
)
from ingest.xapi.profiles.virtual_classroom import Agent

NAME = "zoom_chat"
_OFFSET = re.compile(r"^(\d{1,2}):([0-5]\d):([0-5]\d)\t\s*(.+?):\t(.*)$")
FROM = ("From", "Von", "De", "Da", "Van", "Od", "От", "Від", "开始", "開始", "差出人")
TO = (
    "to",
    "an",
    "à",
    "a",
    "para",
    "aan",
    "do",
    "кому",
    "宛先",
    "終了",
    "に",
    "到",
    "至",
)
_CLOCK = re.compile(
    r"^(?:(\d{4}-\d{2}-\d{2})\s+)?([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)"
    rf"\s*([AaPp]\.?[Mm]\.?)?\s+(?:{'|'.join(FROM)})\s+(.+)$"
)
EVERYONE = (
    "everyone",
    "all panelists",
    "hosts and panelists",
    "waiting room participants",
    "jeder",
    "alle",
    "tout le monde",
    "todos",
    "tutti",
    "iedereen",
    "wszyscy",
    "wszystkich",
    "все",
    "全員",
    "皆様",
    "所有人",
)
_TO = re.compile(rf"^(.+?)\s+(?:{'|'.join(TO)})\s+(.+?)\s*:\s*(.*)$")
_TO_ALL = re.compile(
    rf"^(.+?)\s+(?:{'|'.join(TO)})\s+((?:{'|'.join(EVERYONE)})[^:]*):\s*(.*)$",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"\((?:direct message|privately|privat)\)", re.IGNORECASE)
_REACTION = re.compile(r"^\s*(?:Reacted to|Реакция на) \"", re.IGNORECASE)
_UNREACTION = re.compile(
    r"^\s*(?:Removed an? .{1,12}reaction from|Элемент .{1,12} удал[её]н из) \"",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Message:
    """One message as printed: seconds on the file's clock, sender, first line.

    `day` is the local one where each message prints its own.
    """

    seconds: int
    sender: str
    text: str
    is_private: bool = False
    day: datetime | None = None


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a chat by the way its messages begin."""
    if path.suffix.lower() != ".txt" or not (decoded := decoded_head(head)):
        return None
    lines = decoded.text.split("\n")
    found = {variant for line in lines if (variant := _variant(line))}
    if not found or _variant(lines[0]) is None:
        return None
    is_clock = "chat-clock" in found
    return Recognition(
        connector=NAME,
        source=SOURCE,
        variant="chat-clock" if is_clock else "chat-recording",
        confidence=0.9,
        reason="messages begin with "
        + ("a time of day and From ... to" if is_clock else "an offset and a name"),
        encoding=decoded.encoding,
        delimiter=None if is_clock else "\t",
        needs=_needs(decoded.text, is_clock=is_clock),
    )


def _needs(text: str, *, is_clock: bool) -> tuple[str, ...]:
    has_days = is_clock and any(one.day for one in _messages(text))
    day = () if has_days else ("--date",)
    return (*day, "--tz") if is_clock else day


def _variant(line: str) -> str | None:
    if _CLOCK.match(plain_spaces(line)):
        return "chat-clock"
    return "chat-recording" if _OFFSET.match(line) else None


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land who wrote to everyone and when, and how many messages were private.

    Raises:
        UndecidedFile: neither name, folder nor options tell the day or the zone.
    """
    text = decode(delivery.path.read_bytes()).text
    told = list(_messages(text))
    is_clock = delivery.recognition.variant == "chat-clock"
    recording = recording_of(delivery)
    if is_clock:
        recording = _with_day(recording, delivery, told)
    recording = dated(recording, delivery)
    public = [one for one in told if not one.is_private]
    times = _times(public, recording, delivery, is_clock=is_clock)
    session = told_session(recording.meeting, _first(told))
    last = max((at for at in times if at), default=None)
    if session.ends_at is None and last and session.starts_at:
        session = replace(session, ends_at=max(last, session.starts_at))
    found = [
        _interaction(whom(session, one.sender, ""), at, one)
        for one, at in zip(public, times, strict=True)
    ]
    writer.rows("technical_sessions", pl.DataFrame([session.row()]))
    if found:
        writer.documents(interaction_statements(session, found))
    private = len(told) - len(public)
    counts = {"private_message_count": float(private)} if private else {}
    land_claims(writer, session_claims(session, counts))
    writer.report_window(session.starts_at, session.ends_at)


def _first(told: list[Message]) -> str:
    """Return what names a chat saved twice alike: who wrote first, and when."""
    sender = hashlib.sha256(told[0].sender.encode()).hexdigest() if told else ""
    return f"{told[0].seconds}|{sender}" if told else ""


def _interaction(actor: Agent, at: datetime | None, one: Message) -> Interaction:
    verb = POSTED
    if _REACTION.match(one.text):
        verb = REACTED
    elif _UNREACTION.match(one.text):
        verb = UNREACTED
    return Interaction(actor, verb, at, "chat", MESSAGE)


def _messages(text: str) -> Iterator[Message]:
    """Yield messages; a sender or addressee may hold `to`, and a text anything."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if offset := _OFFSET.match(line):
            hours, minutes, seconds, sender, said = offset.groups()
            yield Message(_seconds(hours, minutes, seconds, None), sender, said)
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
    addressed = _TO_ALL.match(rest) or _TO.match(rest)
    if addressed is None:
        sender, _colon, said = rest.partition(" : ")
        return Message(at, sender.rstrip(": "), said.strip() or below)
    sender, addressee, said = addressed.groups()
    is_public = addressee.casefold().startswith(EVERYONE)
    is_private = not is_public or bool(_PRIVATE.search(addressee))
    return Message(at, sender.strip(), said or below, is_private)


def _seconds(hours: str, minutes: str, seconds: str, half: str | None) -> int:
    hour = int(hours)
    if half:
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    return hour * 3600 + int(minutes) * 60 + int(seconds)


def _with_day(
    recording: Recording, delivery: Delivery, told: list[Message]
) -> Recording:
    """Return a recording whose local day is known where its start or chat tells it."""
    tz = delivery.options.tz
    days = [one.day for one in told if one.day]
    if days:
        return replace(recording, day=min(days))
    if recording.day is None and recording.starts_at and tz:
        aware = recording.starts_at.replace(tzinfo=zone("UTC")).astimezone(zone(tz))
        midnight = aware.replace(tzinfo=None, hour=0, minute=0, second=0)
        return replace(recording, day=midnight)
    return recording


def _times(
    told: list[Message], recording: Recording, delivery: Delivery, *, is_clock: bool
) -> list[datetime | None]:
    """Return when each message was written, None where only the day is known."""
    if not is_clock:
        start = recording.starts_at
        return [start + timedelta(seconds=m.seconds) if start else None for m in told]
    found: list[datetime | None] = []
    day, last = recording.day, -1
    tz = delivery.options.tz
    for message in told:
        if message.day is not None:
            day = message.day
        elif day is not None and message.seconds < last - 3600:
            day += timedelta(days=1)  # past midnight
        last = message.seconds
        found.append(_utc(day, message.seconds, tz) if day and tz else None)
    return found


def _utc(day: datetime, seconds: int, tz: str) -> datetime | None:
    try:
        return to_utc(day + timedelta(seconds=seconds), zone(tz))
    except ValueError:
        return None  # the clock change makes it ambiguous
