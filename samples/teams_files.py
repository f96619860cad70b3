"""Teams attendance reports of the third generation, as coordinators download them.

UTF-16 little endian with a byte order mark, tabs, three numbered sections, in the
language and date style of the coordinator, in the time zone of the European team. They
have no lobby; guests have no address, and externals only a principal name.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from samples.catalogue import business_units
from samples.meetings import Report, Row

EXPORTED_IN = ZoneInfo("Europe/Warsaw")
TENANT = "example.onmicrosoft.com"


@dataclass(frozen=True)
class Words:
    """The texts of the report in one language; `duration` has those of h, min and s."""

    file_name: str
    sections: tuple[str, str, str]
    summary: tuple[str, str, str, str, str, str]
    people: tuple[str, ...]
    connections: tuple[str, ...]
    roles: tuple[str, str]
    duration: tuple[str, str, str]
    guest: str
    time: str


ENGLISH = Words(
    "Attendance report",
    ("1. Summary", "2. Participants", "3. In-Meeting Activities"),
    (
        "Meeting title",
        "Attended participants",
        "Start time",
        "End time",
        "Meeting duration",
        "Average attendance time",
    ),
    (
        "Name",
        "First join",
        "Last leave",
        "In-meeting duration",
        "Email",
        "Participant ID (UPN)",
        "Role",
    ),
    ("Name", "Join time", "Leave time", "Duration", "Email", "Role"),
    ("Organizer", "Presenter"),
    ("h", "m", "s"),
    "Guest",
    "{d}/{m}/{y:02}, {H:02}:{M:02}:{S:02}",
)
POLISH = Words(
    "Raport obecności",
    ("1. Podsumowanie", "2. Uczestnicy", "3. Działania podczas spotkania"),
    (
        "Tytuł spotkania",
        "Uczestnicy, którzy wzięli udział",
        "Godzina rozpoczęcia",
        "Godzina zakończenia",
        "Czas trwania spotkania",
        "Średni czas uczestnictwa",
    ),
    (
        "Imię i nazwisko",
        "Pierwsze dołączenie",
        "Ostatnie wyjście",
        "Czas udziału w spotkaniu",
        "Adres e-mail",
        "Identyfikator uczestnika (UPN)",
        "Rola",
    ),
    (
        "Imię i nazwisko",
        "Godzina dołączenia",
        "Godzina opuszczenia",
        "Czas trwania",
        "Adres e-mail",
        "Rola",
    ),
    ("Organizator", "Osoba prowadząca"),
    (" godz.", " min", " s"),
    "Gość",
    "{d}/{m}/{y:02}, {I}:{M:02}:{S:02} {p}",
)
GERMAN = Words(
    "Anwesenheitsbericht",
    ("1. Zusammenfassung", "2. Teilnehmer", "3. Aktivitäten in der Besprechung"),
    (
        "Titel der Besprechung",
        "Anwesende Teilnehmer",
        "Startzeit",
        "Endzeit",
        "Besprechungsdauer",
        "Durchschnittliche Teilnahmedauer",
    ),
    (
        "Name",
        "Erster Beitritt",
        "Letztes Verlassen",
        "Dauer der Besprechung",
        "E-Mail",
        "Teilnehmer-ID (UPN)",
        "Rolle",
    ),
    (
        "Name",
        "Beitrittszeit",
        "Zeitpunkt des Verlassens",
        "Dauer",
        "E-Mail",
        "Rolle",
    ),
    ("Organisator", "Referent"),
    (" Std.", " Min.", " Sek."),
    "Gast",
    "{d:02}.{m:02}.{y:02}, {H:02}:{M:02}:{S:02}",
)
LANGUAGES = {"Retail Poland": POLISH, "Industry Germany": GERMAN}


def write(folder: Path, reports: list[Report]) -> int:
    """Write the reports of Teams meetings; return the number of files."""
    folder.mkdir(parents=True)
    names: Counter[str] = Counter()
    for report in (r for r in reports if r.platform == "teams"):
        words = LANGUAGES.get(business_units()[report.host_unit].name, ENGLISH)
        content = b"\xff\xfe" + _text(report, words).encode("utf-16-le")
        local = _local(report.starts)
        title = re.sub(r'[\\/:*?"<>|]', "_", report.title)
        day = f"{local.day}-{local.month}-{local.year % 100:02}"
        for _copy in range(1 + report.is_downloaded_twice):
            name = f"{title} - {words.file_name} {day}"
            again = f" ({names[name]})" if names[name] else ""
            names[name] += 1
            (folder / f"{name}{again}.csv").write_bytes(content)
    return names.total()


def _text(report: Report, words: Words) -> str:
    rows = [row for row in report.rows if not row.is_waiting]
    people: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        people.setdefault((row.name, row.email), []).append(row)
    spent = [sum(r.left - r.joined for r in own) for own in people.values()]
    facts = (
        report.title,
        str(len(people)),
        _time(report.starts, words),
        _time(report.ends, words),
        _duration(report.ends - report.starts, words),
        _duration(sum(spent) // max(1, len(spent)), words),
    )
    lines: list[tuple[str, ...]] = [(words.sections[0],)]
    lines += zip(words.summary, facts, strict=True)
    lines += [(), (words.sections[1],), words.people]
    for own, seconds in zip(people.values(), spent, strict=True):
        first, last = min(r.joined for r in own), max(r.left for r in own)
        times = (_time(first, words), _time(last, words), _duration(seconds, words))
        address = ("", "") if not own[0].email else _address(own[0])
        lines.append((_name(own[0], words), *times, *address, _role(own[0], words)))
    lines += [(), (words.sections[2],), words.connections]
    for row in rows:
        times = (_time(row.joined, words), _time(row.left, words))
        length = _duration(row.left - row.joined, words)
        email = _address(row)[0] if row.email else ""
        lines.append((_name(row, words), *times, length, email, _role(row, words)))
    return "".join("\t".join(cells) + "\r\n" for cells in lines)


def _name(row: Row, words: Words) -> str:
    if not row.email:
        return f"{row.name} ({words.guest})"
    return f"{row.name} (External)" if row.is_external else row.name


def _address(row: Row) -> tuple[str, str]:
    """Return e-mail and principal name; an external has only the latter."""
    if not row.is_external:
        return row.email, row.email
    local, domain = row.email.split("@")
    return "", f"{local}_{domain}#EXT#@{TENANT}"


def _role(row: Row, words: Words) -> str:
    return words.roles[0] if row.is_host else words.roles[1]


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC).astimezone(EXPORTED_IN)


def _time(moment: int, words: Words) -> str:
    local = _local(moment)
    return words.time.format(
        d=local.day,
        m=local.month,
        y=local.year % 100,
        H=local.hour,
        I=(local.hour - 1) % 12 + 1,
        M=local.minute,
        S=local.second,
        p="AM" if local.hour < 12 else "PM",
    )


def _duration(seconds: int, words: Words) -> str:
    hours, rest = divmod(seconds, 3_600)
    minutes, rest = divmod(rest, 60)
    counts = [(hours, words.duration[0]), (minutes, words.duration[1])]
    shown = [f"{count}{word}" for count, word in counts if count]
    return " ".join([*shown, f"{rest}{words.duration[2]}"])
