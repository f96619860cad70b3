"""Columns of the admin console's log of Meet, by the names of the Reports API."""

import re

from ingest.connectors.local_clock import clock_for
from ingest.connectors.meet.format.calls import MEASURES
from ingest.connectors.meet.format.times import LogClock, says_zone
from ingest.landing.delivery import Delivery
from ingest.parsing.text import delimiter_of, rows

# Each name's headings in English and Italian, and as GAM writes them.
_HEADINGS = {
    "written_at": ("date", "data", "id time"),
    "event": ("event name", "event", "nome evento", "name"),
    "meeting_code": ("meeting code", "codice riunione"),
    "identifier": ("participant identifier", "identificatore partecipante"),
    "is_external": (
        "participant outside organisation",
        "participant outside organization",
        "partecipante esterno all organizzazione",
    ),
    "device_type": ("client type", "tipo di client"),
    "organizer_email": ("organizer email", "organiser email", "email organizzatore"),
    "duration_seconds": ("duration", "duration seconds", "durata"),
    "display_name": ("participant name", "nome partecipante"),
    "end_of_call_rating": ("call rating out of 5", "valutazione chiamata su 5"),
    "conference_id": ("conference id", "id conferenza"),
    "endpoint_id": ("endpoint id", "id endpoint"),
    "actor_email": ("actor email", "actor"),
    "network_rtt_msec_mean": (
        "network round trip time mean in ms",
        "media tempo di round trip rete in ms",
    ),
    "network_recv_jitter_msec_mean": ("media tremolio ricezione rete in ms",),
    "network_send_jitter_msec_mean": ("media tremolio invio rete in ms",),
    "network_congestion": (
        "network congestion ratio",
        "rapporto congestione della rete",
    ),
    "audio_recv_packet_loss_mean": ("perdita media pacchetti ricezione audio",),
    "audio_send_packet_loss_mean": ("perdita media pacchetti invio audio",),
    "audio_recv_seconds": ("audio receive duration", "durata ricezione audio"),
    "audio_send_seconds": ("audio send duration", "durata invio audio"),
    "video_recv_seconds": ("video receive duration", "durata ricezione video"),
    "video_send_seconds": ("video send duration", "durata invio video"),
}
_FIELDS = {heading: name for name, known in _HEADINGS.items() for heading in known}
_LANGUAGES = {"en": "meeting code", "it": "codice riunione"}
_NEEDED = {"meeting_code", "duration_seconds"}
_DEEPEST_HEADER = 10


def table_of(text: str) -> tuple[list[list[str]], str]:
    """Return the rows of a text and their separator."""
    mark = delimiter_of(text)
    return rows(text, mark), mark


def header_at(table: list[list[str]]) -> tuple[int, str | None] | None:
    """Return which row is the header and its language, None where none is."""
    for at, row in enumerate(table[:_DEEPEST_HEADER]):
        names = set(field_names(row))
        who = {"identifier", "display_name", "endpoint_id", "actor_email"}
        if names >= _NEEDED and names & who and "written_at" in names:
            said = {_plain(heading) for heading in row}
            spoken = (code for code, word in _LANGUAGES.items() if word in said)
            return at, next(spoken, None)
    return None


def field_names(header: list[str]) -> list[str]:
    """Return the Reports API's name of each column, empty where it is not used."""
    return [_field(heading) for heading in header]


def _field(heading: str) -> str:
    name = heading.strip().casefold().rpartition("parameters.")[2]
    api = set(_HEADINGS) | set(MEASURES) | {"start_timestamp_seconds"}
    api |= {"identifier_type", "call_duration_seconds"}
    if name in api:
        return name
    plain = _plain(heading)
    if plain in _FIELDS:
        return _FIELDS[plain]
    return _measure(plain)


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", heading.casefold()).split())


def _measure(plain: str) -> str:
    """Return the measure of a heading such as `Audio Send Packet Loss Mean`."""
    words = plain.replace("receive", "recv").replace("duration", "seconds")
    words = re.sub(r" in (ms|kbps|%)$| percentage$", "", words)
    found = words.replace(" ", "_")
    for form in (found, found.replace("jitter", "jitter_msec")):
        if form in MEASURES:
            return form
    return ""


def log_clock(
    body: list[list[str]], header: list[str], delivery: Delivery | None
) -> LogClock | None:
    """Return the clock of a log; None where its times name no zone and none is given.

    Raises:
        UndecidedFile: with a delivery, if it does not say the zone either.
    """
    names = field_names(header)
    at = names.index("written_at")
    code = names.index("meeting_code")
    printed = [row[at] for row in body if len(row) > max(at, code) and row[at]]
    if all(says_zone(text) for text in printed):
        return LogClock(None)
    if delivery is None:
        return None
    clock = clock_for(delivery, printed)
    return LogClock(clock.tz, clock.order)
