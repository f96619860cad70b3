"""Counts of the written files; shares no code with the generator or the readers."""

import csv
import gzip
import io
import json
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

ZOOM_ZONE, TEAMS_ZONE = ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Warsaw")
Window = tuple[datetime, datetime]
Stay = tuple[str, datetime, datetime]


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def statement_lines(folder: Path) -> list[dict[str, Any]]:
    return _lines(folder, "statements-*.ndjson.gz")


def all_statement_lines(folder: Path) -> list[dict[str, Any]]:
    """Return the statements of every area of the sample."""
    return _lines(folder, "*.ndjson.gz")


def _lines(folder: Path, pattern: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted((folder / "lms").glob(pattern)):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [json.loads(line) for line in lines]
    return found


def without_voided(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each statement once, without those that another one voids."""
    by_id = {statement["id"]: statement for statement in lines}
    voided = {
        statement["object"]["id"]
        for statement in by_id.values()
        if statement["object"].get("objectType") == "StatementRef"
    }
    return [statement for key, statement in by_id.items() if key not in voided]


def planned(folder: Path) -> dict[str, list[tuple[str, Window]]]:
    """Return status and window of each occurrence, by summary."""
    found = defaultdict(list)
    for path in sorted((folder / "calendar").glob("*.ics")):
        calendar = Calendar.from_ical(path.read_bytes())
        for event in recurring_ical_events.of(calendar).between(
            datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
        ):
            window = event.start.astimezone(UTC), event.end.astimezone(UTC)
            found[str(event["SUMMARY"])].append((str(event["STATUS"]), window))
    return found


def zoom_stays(folder: Path) -> dict[str, set[Stay]]:
    """Return e-mail, join and leave of those admitted, by meeting id."""
    found = defaultdict(set)
    for path in sorted((folder / "zoom").glob("participants_*.csv")):
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        at = next(n for n, row in enumerate(rows) if row and "Join Time" in row)
        meeting = re.search(r"\d{11}", path.name).group()
        for name, email, begin, end, _minutes, _guest, _consent, waits in rows[
            at + 1 :
        ]:
            if waits == "No":
                times = (zoom_time(begin), zoom_time(end))
                found[meeting].add((email or f"{name}?", *times))
    return found


def zoom_time(text: str) -> datetime:
    local = datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZOOM_ZONE)
    return local.astimezone(UTC)


def teams_stays(folder: Path) -> dict[str, set[Stay]]:
    """Return e-mail, join and leave, by title, from the third section."""
    found = defaultdict(set)
    for path in sorted((folder / "teams").glob("*.csv")):
        rows = [line.split("\t") for line in path.read_text("utf-16").splitlines()]
        starts = [n for n, row in enumerate(rows) if re.match(r"\d\. ", row[0])]
        upn = {row[0]: row[5] for row in rows[starts[1] + 2 : starts[2] - 1]}
        for name, begin, end, _length, email, _role in rows[starts[2] + 2 :]:
            who = email or _external(upn[name]) or f"{name}?"
            found[rows[1][1]].add((who, _teams_time(begin), _teams_time(end)))
    return found


def _external(upn: str) -> str:
    local, _sign, _tenant = upn.partition("#EXT#")
    return "@".join(local.rsplit("_", 1)) if local else ""


def _teams_time(text: str) -> datetime:
    day, month, year, hour, minute, second = map(int, re.findall(r"\d+", text)[:6])
    if text.endswith("M"):
        hour = hour % 12 + (12 if text.endswith("PM") else 0)
    local = datetime(2000 + year, month, day, hour, minute, second, tzinfo=TEAMS_ZONE)
    return local.astimezone(UTC)


def opened(stays: set[Stay], window: Window) -> Window:
    """Return the part of a window in which anybody was there: a room may open late."""
    own = [(a, b) for _who, a, b in stays if a < window[1] and b > window[0]]
    begins, ends = min(a for a, _b in own), max(b for _a, b in own)
    return max(window[0], begins), min(window[1], ends)


def presence(stays: set[Stay], window: Window) -> dict[str, float]:
    """Return each person's share of a window: the union of the clipped stays."""
    clipped = defaultdict(list)
    for who, begin, end in stays:
        if begin < window[1] and end > window[0]:
            clipped[who].append((max(begin, window[0]), min(end, window[1])))
    length = window[1] - window[0]
    return {who: _union(own) / length for who, own in clipped.items()}


def _union(stays: list[Window]) -> timedelta:
    total, until = timedelta(), None
    for begin, end in sorted(stays):
        begin = begin if until is None else max(begin, until)
        if end > begin:
            total, until = total + (end - begin), end
    return total


def presence_by_session(
    folder: Path, until: datetime
) -> list[tuple[str, dict[str, float]]]:
    """Return cohort and presence by e-mail of each session held before a moment."""
    calendar = planned(folder)
    zoom, teams = zoom_stays(folder), teams_stays(folder)
    cohorts = table(folder / "organisation", "cohorts")
    titles = {row["cohort_id"]: row["cohort_name"] for row in cohorts}
    found = []
    for row in table(folder / "organisation", "sessions"):
        title, key = titles[row["cohort_id"]], row["meeting_id"].replace(" ", "")
        stays = zoom[key] | teams[row["title"]]
        for status, window in calendar[title]:
            if status == "CONFIRMED" and window[1] < until:
                shares = presence(stays, opened(stays, window))
                found.append((row["cohort_id"], shares))
    return found


def attended_sessions(folder: Path, until: datetime) -> Counter[tuple[str, str]]:
    """Return how many sessions each cohort and e-mail attended."""
    found: Counter[tuple[str, str]] = Counter()
    for cohort, shares in presence_by_session(folder, until):
        found.update((cohort, who) for who, share in shares.items() if share >= 0.75)
    return found


def expected_sessions(folder: Path) -> dict[str, int]:
    """Return how many sessions of each cohort are not cancelled."""
    cohorts = table(folder / "organisation", "cohorts")
    ids = {row["cohort_name"]: row["cohort_id"] for row in cohorts}
    counts: defaultdict[str, int] = defaultdict(int)
    for title, occurrences in planned(folder).items():
        counts[ids[title]] = sum(status == "CONFIRMED" for status, _w in occurrences)
    return counts


def completions(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the completions of whole programmes."""
    course = "https://w3id.org/xapi/cmi5/activitytype/course"
    return [
        statement
        for statement in statements
        if statement["verb"]["id"].rsplit("/", 1)[1] == "completed"
        and statement["object"]["definition"]["type"] == course
    ]
