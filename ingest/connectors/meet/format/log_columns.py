"""Columns of the admin console's log of Meet, under the names of the Reports API."""

import re

from ingest.connectors.local_clock import clock_for
from ingest.connectors.meet.format.log_connections import MEASURES
from ingest.connectors.meet.format.log_times import LogClock, has_offset
from ingest.landing.delivery import Delivery
from ingest.parsing.text import delimiter_of, rows

# The headings of each name in English, in Italian, and in exports of GAM.
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
_REQUIRED = {"meeting_code", "duration_seconds", "written_at"}
_IDENTIFYING = {"identifier", "display_name", "endpoint_id", "actor_email"}
_HEADER_SEARCH_ROWS = 10


def table_of(text: str) -> tuple[list[list[str]], str]:
    """Return the rows of a text and their delimiter."""
    delimiter = delimiter_of(text)
    return rows(text, delimiter), delimiter


def find_header(table: list[list[str]]) -> tuple[int, str | None] | None:
    """Return the header's row number and language, None where there is no header."""
    for at, row in enumerate(table[:_HEADER_SEARCH_ROWS]):
        names = set(field_names(row))
        if names >= _REQUIRED and names & _IDENTIFYING:
            headings = {_plain(heading) for heading in row}
            languages = (code for code, h in _LANGUAGES.items() if h in headings)
            return at, next(languages, None)
    return None


def field_names(header: list[str]) -> list[str]:
    """Return the Reports API's name of each column, "" where it is not used."""
    return [_field_name(heading) for heading in header]


def _field_name(heading: str) -> str:
    name = heading.strip().casefold().rpartition("parameters.")[2]
    api_names = set(_HEADINGS) | set(MEASURES) | {"start_timestamp_seconds"}
    api_names |= {"identifier_type", "call_duration_seconds"}
    if name in api_names:
        return name
    plain = _plain(heading)
    return _FIELDS.get(plain) or _measure_name(plain)


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", heading.casefold()).split())


def _measure_name(plain: str) -> str:
    """Return the measure of a heading such as `video send fps mean`, else ""."""
    words = plain.replace("receive", "recv").replace("duration", "seconds")
    words = re.sub(r" in (ms|kbps|%)$| percentage$", "", words)
    name = words.replace(" ", "_")
    candidates = (name, name.replace("jitter", "jitter_msec"))
    return next((measure for measure in candidates if measure in MEASURES), "")


def log_clock(
    body: list[list[str]], header: list[str], delivery: Delivery | None
) -> LogClock | None:
    """Return the clock of a log; None where its times have no offset and no delivery.

    Raises:
        UndecidedFile: the delivery's options give no zone, or the order is not known.
    """
    names = field_names(header)
    written, code = names.index("written_at"), names.index("meeting_code")
    widest = max(written, code)
    printed = [row[written] for row in body if len(row) > widest and row[written]]
    if all(has_offset(text) for text in printed):
        return LogClock(None)
    if delivery is None:
        return None
    clock = clock_for(delivery, printed)
    return LogClock(clock.tz, clock.order)
