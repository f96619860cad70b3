"""Connections in Meet's audit log: one record per endpoint in a conference.

The record is written when the endpoint leaves: its time is the end of the connection.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from ingest.parsing.json_files import text_of
from ingest.xapi.profiles.meeting_runs import Presence, meeting_runs
from ingest.xapi.profiles.session_length import require_possible_length
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession, person

# Quality measures that land, by the names of the Reports API.
MEASURES = (
    "end_of_call_rating",
    "network_congestion",
    "network_rtt_msec_mean",
    "network_recv_jitter_msec_mean",
    "network_recv_jitter_msec_max",
    "network_send_jitter_msec_mean",
    "network_estimated_download_kbps_mean",
    "network_estimated_upload_kbps_mean",
    "audio_recv_packet_loss_mean",
    "audio_recv_packet_loss_max",
    "audio_recv_seconds",
    "audio_send_packet_loss_mean",
    "audio_send_packet_loss_max",
    "audio_send_seconds",
    "video_recv_packet_loss_mean",
    "video_recv_packet_loss_max",
    "video_recv_fps_mean",
    "video_recv_seconds",
    "video_send_packet_loss_mean",
    "video_send_packet_loss_max",
    "video_send_fps_mean",
    "video_send_seconds",
    "screencast_recv_packet_loss_mean",
    "screencast_recv_seconds",
    "screencast_send_packet_loss_mean",
    "screencast_send_seconds",
)
# Fields that are read; network addresses and locations are left out.
FIELDS = frozenset(
    {"start_timestamp_seconds", "duration_seconds", "meeting_code", "conference_id"}
    | {"identifier", "identifier_type", "display_name", "endpoint_id", "device_type"}
    | {"organizer_email", "action_time", "is_external", *MEASURES}
)
ROOM_DEVICES = frozenset({"chromebox", "chromebase", "meet_hardware", "jamboard"})
ROOM_DEVICES |= {"interop", "sip"}


@dataclass(frozen=True)
class LogConnection:
    """One connection in UTC, and the participant's identity in the record."""

    conference: str
    code: str | None
    started_at: datetime
    ended_at: datetime
    email: str | None
    name: str
    organiser: str | None
    device: str
    seconds: float | None
    endpoint: str = ""
    measures: dict[str, float] = field(default_factory=dict)

    @property
    def is_room(self) -> bool:
        """Whether the endpoint is a meeting room's device rather than a person."""
        return self.device.casefold() in ROOM_DEVICES and not self.email

    def actor(self, session: TechnicalSession) -> Agent:
        """Return the person by address, else by name valid in this session only."""
        return person(session, self.name, self.email)


def connection_of(fields: dict[str, Any], written_at: datetime | None) -> LogConnection:
    """Read one connection from its record.

    Args:
        fields: parameters by the names of the Reports API.
        written_at: the record's time in UTC, when the endpoint left.

    Raises:
        ValueError: start and end are not known, or it names no conference.
    """
    seconds = number_of(fields.get("duration_seconds"))
    timestamp = number_of(fields.get("start_timestamp_seconds"))
    if seconds is not None and seconds < 0:
        raise ValueError("its duration is negative")
    if timestamp is not None:
        started = datetime.fromtimestamp(timestamp, UTC).replace(tzinfo=None)
        ended = (
            started + timedelta(seconds=seconds) if seconds is not None else written_at
        )
    elif written_at is not None and seconds is not None:
        started, ended = written_at - timedelta(seconds=seconds), written_at
    else:
        raise ValueError("it has neither a start nor a duration")
    if ended is None or ended < started:
        raise ValueError("it ends before it starts")
    require_possible_length(started, ended)
    conference, code = conference_of(fields)
    return LogConnection(
        conference=conference,
        code=code,
        started_at=started,
        ended_at=ended,
        email=_email(fields),
        name=_name(fields),
        organiser=address_in(text_of(fields.get("organizer_email"))),
        device=text_of(fields.get("device_type")),
        seconds=seconds,
        endpoint=text_of(fields.get("endpoint_id")),
        measures=_measures(fields),
    )


def conference_of(fields: dict[str, Any]) -> tuple[str, str | None]:
    """Return the conference of a record, and the code of its room.

    All meetings of a series have the same code: without a conference id the conference
    is "" until the meetings are told apart by time.

    Raises:
        ValueError: the record has neither id nor code.
    """
    code = re.sub(r"[\s-]", "", text_of(fields.get("meeting_code"))).lower() or None
    conference = text_of(fields.get("conference_id"))
    if not (conference or code):
        raise ValueError("it names neither a conference nor a meeting code")
    return conference, code


def with_conferences(
    connections: list[LogConnection], idle_limit: timedelta
) -> list[LogConnection]:
    """Return connections that all have a conference: its id, or code and first join.

    Args:
        connections: in any order.
        idle_limit: the longest time without anybody in one meeting.
    """
    known = [c for c in connections if c.conference]
    by_code: dict[str | None, list[LogConnection]] = {}
    for connection in connections:
        if not connection.conference:
            by_code.setdefault(connection.code, []).append(connection)
    for code, members in by_code.items():
        spans = [
            Presence((c.email or c.name).casefold(), c.started_at, c.ended_at)
            for c in members
        ]
        for run in meeting_runs(spans, idle_limit):
            first = min(spans[at].joined_at for at in run)
            conference = f"{code}|{first.isoformat()}"
            known += [replace(members[at], conference=conference) for at in run]
    return known


def _email(fields: dict[str, Any]) -> str | None:
    """Return the identifier where it is an e-mail address, else the actor's address."""
    kind = text_of(fields.get("identifier_type"))
    identifier = address_in(text_of(fields.get("identifier")))
    if identifier and kind in {"", "email_address"}:
        return identifier
    return None if kind else address_in(text_of(fields.get("actor_email")))


def address_in(text: str) -> str | None:
    """Return a text that is an e-mail address, None for any other."""
    return text if "@" in text else None


def _name(fields: dict[str, Any]) -> str:
    names = ("identifier", "display_name", "endpoint_id")
    return next(
        (text_of(fields[n]) for n in names if text_of(fields.get(n))), "unknown"
    )


def _measures(fields: dict[str, Any]) -> dict[str, float]:
    measures = {name: number_of(fields.get(name)) for name in MEASURES}
    if measures["end_of_call_rating"] == 0:  # ratings begin at one star
        measures["end_of_call_rating"] = None
    return {name: value for name, value in measures.items() if value is not None}


def number_of(value: object) -> float | None:
    """Return a number, also of a text such as `27 ms`; None where there is none."""
    text = text_of(value).split(" ")[0].removesuffix("%")
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None
