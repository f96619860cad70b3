"""A sample whose learners study more: as many statements an enrolment as wanted.

The generator gives some ten statements an enrolment. An organisation of 200,000
enrolments and ten million statements has fifty: sessions of study, videos and tests are
repeated under other ids, each repetition REPEAT_MINUTES later, in sessions of its own.
What decides an enrolment (registered, completed, passed, voided ...) stays once.
"""

import csv
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.builds import STATEMENTS, hold_back
from samples.plan import Plan

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
REPEATED = frozenset(
    b"launched initialized terminated played paused scored answered experienced"
    b" searched viewed".split()
)
REPEAT_MINUTES = 20
MOST_REPEATS = 15  # an id has sixteen values of its first digit
VERB = re.compile(rb'"verb":\{"id":"[^"]*/([a-z]+)"')
ID = re.compile(rb'("id":"|session-?id":")([0-9a-f])(?=[0-9a-f]{7}-[0-9a-f]{4}-)')
TIME = re.compile(rb'("timestamp":"|"stored":")(\d{4}-\d\d-\d\dT\d\d:\d\d)')
VOIDED_EVERY, MOVED_EVERY = 5_000, 1_000


@dataclass(frozen=True)
class Arrivals:
    """What lands first and what lands later: lines of statements, bytes, changes."""

    first: int
    first_bytes: int
    later: int
    voidings: int
    moved: int


def prepare(deliveries: Path, batch: Path, wanted: int) -> Arrivals:
    """Split a new sample in what lands first and the batch of 1 %, and enlarge both.

    Args:
        deliveries: a sample; changed in place.
        batch: new; the newest statements, late ones, voidings and a changed roster.
        wanted: statements in both, less the voidings.
    """
    repeats = repeats_for(deliveries, wanted)
    hold_back(deliveries, batch)
    first, size = enlarge(deliveries, repeats)
    later, _size = enlarge(batch, repeats)
    voidings, moved = add_voidings(deliveries, batch), reroster(deliveries, batch)
    return Arrivals(first, size, later, voidings, moved)


def repeats_for(deliveries: Path, wanted: int) -> float:
    """Return how often each repeatable statement is repeated to reach a number."""
    total = repeatable = 0
    for file in sorted(deliveries.rglob(STATEMENTS)):
        with gzip.open(file) as lines:
            for line in lines:
                total += 1
                repeatable += is_repeatable(line)
    repeats = max(0.0, (wanted - total) / repeatable)
    if repeats > MOST_REPEATS:
        raise ValueError(f"{repeats:.0f} repetitions: take more enrolments")
    return repeats


def enlarge(folder: Path, repeats: float) -> tuple[int, int]:
    """Repeat the statements of each file of a folder; return lines and their bytes.

    Args:
        folder: with files of statements (newline-delimited, gzip).
        repeats: of each repeatable statement, on average.
    """
    count = size = 0
    for file in sorted(folder.rglob(STATEMENTS)):
        larger = file.with_suffix(".larger")
        with gzip.open(file) as lines, gzip.open(larger, "wb", 1) as target:
            for line in lines:
                for each in repeated(line.rstrip(b"\n") + b"\n", repeats, count):
                    target.write(each)
                    count += 1
                    size += len(each)
        larger.replace(file)
    return count, size


def is_repeatable(line: bytes) -> bool:
    """Return whether a statement says that somebody studies, not what became of it."""
    verb = VERB.search(line)
    return bool(verb and verb.group(1) in REPEATED)


def repeated(line: bytes, repeats: float, number: int) -> Iterator[bytes]:
    """Yield a statement and its repetitions; `number` spreads a broken average."""
    yield line
    if is_repeatable(line):
        whole = int(repeats)
        more = (number * 7919) % 1000 < 1000 * (repeats - whole)
        for turn in range(1, whole + more + 1):
            yield _later(line, turn)


def _later(line: bytes, turn: int) -> bytes:
    moved = ID.sub(lambda m: m[1] + f"{int(m[2], 16) ^ turn:x}".encode(), line)
    minutes = timedelta(minutes=REPEAT_MINUTES * turn)

    def shifted(found: re.Match[bytes]) -> bytes:
        moment = datetime.fromisoformat(found[2].decode()) + minutes
        if moment.date() > Plan.as_of:  # a new quarter would begin
            return found[0]
        return found[1] + moment.isoformat(timespec="minutes").encode()

    return TIME.sub(shifted, moved)


def add_voidings(deliveries: Path, batch: Path) -> int:
    """Write statements that void some of the deliveries; return how many."""
    voidings, number = [], 0
    for file in sorted(deliveries.rglob(STATEMENTS)):
        with gzip.open(file) as lines:
            for line in lines:
                number += 1
                if number % VOIDED_EVERY == 0 and is_repeatable(line):
                    target = json.loads(line)
                    voidings.append(_voiding(target, len(voidings)))
    text = "".join(json.dumps(voiding) + "\n" for voiding in voidings)
    file = batch / "statements-voidings.ndjson.gz"
    file.write_bytes(gzip.compress(text.encode()))
    return len(voidings)


def _voiding(target: dict[str, object], number: int) -> dict[str, object]:
    return {
        "id": f"{number:08x}-aaaa-4000-8000-000000000000",
        "actor": {
            "objectType": "Agent",
            "account": {
                "homePage": "https://lms.example.org",
                "name": "administrator",
            },
        },
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": target["id"]},
        "timestamp": target["timestamp"],
        "version": "1.0.3",
    }


def reroster(deliveries: Path, batch: Path) -> int:
    """Copy the roster, some of its people in another class of their course.

    Returns:
        How many people were moved.
    """
    shutil.copytree(deliveries / "roster", batch / "roster")
    classes: dict[str, list[str]] = {}
    for row in _rows(batch / "roster" / "classes.csv"):
        classes.setdefault(row["courseSourcedId"], []).append(row["sourcedId"])
    others = {
        name: names[(place + 1) % len(names)]
        for names in classes.values()
        for place, name in enumerate(names)
    }
    file = batch / "roster" / "enrollments.csv"
    rows = _rows(file)
    moved = 0
    for row in rows[::MOVED_EVERY]:
        other = others.get(row["classSourcedId"], row["classSourcedId"])
        moved += other != row["classSourcedId"]
        row["classSourcedId"] = other
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    return moved


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
