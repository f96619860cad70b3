"""Landing against DuckDB's own reader, on one file, interleaved.

(a) a whole landing: all rules, pseudonyms, dedupe, typed columns, the JSON kept,
checkpoint; (r) the same file landed again, so that all of it is known; (b)
`read_json_auto` of the same file into a table, checkpoint; (c) Ralph's base statement
model alone on the file's first statements, if `make lrs` has installed it; (d) a
landing of a tenth as many statements of 168 shapes in 40 languages. Medians of
interleaved runs into new files; the ratio is what counts. Run by `make bench`.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from rich.console import Console

from bench.pipeline import measured

READ_JSON = """
    create table statements as
    select * from read_json_auto($file, format = 'newline_delimited')
"""
RALPH = Path(__file__).parents[1] / "tests/lrs/servers/.venv-ralph/bin/python"
BY_RALPH = 20_000  # statements: its rate does not depend on how many they are
CHECK = """
import itertools, json, sys, time
from ralph.models.xapi.base.statements import BaseXapiStatement
with open(sys.argv[1]) as lines:
    found = [json.loads(line) for line in itertools.islice(lines, int(sys.argv[2]))]
started = time.perf_counter()
for statement in found:
    BaseXapiStatement.model_validate(statement)
print(len(found) / (time.perf_counter() - started))
"""
VERBS = ("initialized", "experienced", "answered", "progressed", "completed", "passed")
BASE = "http://adlnet.gov/expapi"
EXTENSIONS = "https://w3id.org/xapi/cmi5/context/extensions"
SHAPES = 168
LANGUAGES = [f"{a}{b}-{c}" for a in "abcde" for b in "lnrt" for c in ("AT", "CH")]
Made = Callable[[random.Random, datetime], dict[str, object]]


def statement(random_source: random.Random, moment: datetime) -> dict[str, object]:
    """Return one statement of about 1 kB, as an LMS would send it."""
    verb = random_source.choice(VERBS)
    course, unit = random_source.randrange(60), random_source.randrange(400)
    person = random_source.randrange(20_000)
    root = "https://lms.example.org"
    result: dict[str, object] = {"duration": f"PT{random_source.randrange(1800)}S"}
    if verb in {"answered", "passed"}:
        raw = random_source.randrange(101)
        result["score"] = {"scaled": raw / 100, "raw": raw, "min": 0, "max": 100}
        result["success"] = raw >= 50
    stored = moment + timedelta(seconds=random_source.random() * 30)
    return {
        "id": str(uuid.UUID(int=random_source.getrandbits(128), version=4)),
        "actor": {
            "objectType": "Agent",
            "name": f"Learner {person}",
            "account": {"homePage": root, "name": f"user-{person}"},
        },
        "verb": {"id": f"{BASE}/verbs/{verb}", "display": {"en": verb}},
        "object": {
            "objectType": "Activity",
            "id": f"{root}/courses/{course}/units/{unit}",
            "definition": {
                "type": f"{BASE}/activities/lesson",
                "name": {"en": f"Unit {unit} of course {course}"},
                "description": {"en": "What one learns here, in a sentence or two."},
            },
        },
        "result": result,
        "context": {
            "registration": str(
                uuid.UUID(int=random_source.getrandbits(128), version=4)
            ),
            "platform": "Example LMS",
            "language": "en",
            "contextActivities": {
                "grouping": [{"id": f"{root}/courses/{course}"}],
                "category": [
                    {"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}
                ],
            },
            "extensions": {
                f"{EXTENSIONS}/sessionid": str(
                    uuid.UUID(int=random_source.getrandbits(128), version=4)
                )
            },
        },
        "timestamp": f"{moment.isoformat(timespec='milliseconds')}Z",
        "stored": f"{stored.isoformat(timespec='milliseconds')}Z",
        "version": "1.0.3",
    }


def unlike(random_source: random.Random, moment: datetime) -> dict[str, object]:
    """Return a statement of one of 168 shapes, each with an order of keys of its own.

    A shape has some of the optional parts; each statement has one of 40 languages.
    """
    shape = random_source.randrange(SHAPES)
    of_shape = random.Random(shape)
    found = statement(random_source, moment)
    found["verb"] = {"id": f"{BASE}/verbs/{VERBS[shape % len(VERBS)]}"}
    context = dict(found["context"])
    context["language"] = LANGUAGES[random_source.randrange(len(LANGUAGES))]
    for name in [name for name in context if of_shape.random() < 1 / 3]:
        del context[name]
    found["context"] = context
    for name in ("result", "stored", "version"):
        if of_shape.random() < 1 / 3:
            del found[name]
    return _in_order(found, of_shape)


def _in_order(value: object, order: random.Random) -> object:
    """Return a JSON value with the keys of its objects shuffled."""
    if isinstance(value, list):
        return [_in_order(item, order) for item in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    order.shuffle(names)
    return {name: _in_order(value[name], order) for name in names}


def write(file: Path, count: int, of: Made = statement) -> None:
    """Write a file of distinct statements, the same for the same count."""
    random_source = random.Random(count)
    moment = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with file.open("w", encoding="utf-8") as lines:
        for _number in range(count):
            moment += timedelta(seconds=random_source.random() * 20)
            lines.write(json.dumps(of(random_source, moment)) + "\n")


def land(file: Path, folder: Path) -> tuple[float, float, int]:
    """Return seconds, peak MiB and the warehouse's bytes of one whole landing.

    The second one into the same folder is a replay.
    """
    home = folder / "home"
    environment = os.environ | {
        "TANDEM_HOME": str(home),
        "TANDEM_PSEUDONYM_KEY": "a-key-for-the-benchmark",
    }
    command = [
        sys.executable,
        "-c",
        "from tandem.cli.main import main; main()",
        "ingest",
    ]
    found = measured("ingest", [*command, str(file)], environment)
    return found.seconds, found.peak_mib, (home / "warehouse.duckdb").stat().st_size


def read_json(file: Path, folder: Path) -> float:
    """Return the seconds of DuckDB's own reading, in a process of its own."""
    code = (
        "import duckdb, sys\n"
        "connection = duckdb.connect(sys.argv[1], config={'threads': 2})\n"
        "connection.execute('set enable_progress_bar = false')\n"
        "connection.execute(sys.argv[3], {'file': sys.argv[2]})\n"
        "connection.execute('checkpoint')\n"
    )
    started = time.perf_counter()
    command = [sys.executable, "-c", code, str(folder / "auto.duckdb"), str(file)]
    subprocess.run([*command, READ_JSON], check=True)
    return time.perf_counter() - started


def by_ralph(file: Path) -> float | None:
    """Return how many statements a second Ralph's model judges, None without Ralph."""
    if not RALPH.exists():
        return None
    command = [str(RALPH), "-c", CHECK, str(file), str(BY_RALPH)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(found.stdout)


def main() -> None:
    """Interleave them, print the medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    landed, again, plain, judged, varied, peaks, size = [], [], [], [], [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statements.ndjson"
        write(file, arguments.statements)
        unlike_file = Path(folder) / "unlike.ndjson"
        write(unlike_file, arguments.statements // 10, unlike)
        for _run in range(arguments.runs):
            with tempfile.TemporaryDirectory(dir=folder) as fresh:
                seconds, peak, size = land(file, Path(fresh))
                landed.append(seconds)
                peaks.append(peak)
                again.append(land(file, Path(fresh))[0])
                plain.append(read_json(file, Path(fresh)))
                judged.append(by_ralph(file))
            with tempfile.TemporaryDirectory(dir=folder) as fresh:
                varied.append(land(unlike_file, Path(fresh))[0])
        share = size / file.stat().st_size
    a, r, b, d = map(statistics.median, (landed, again, plain, varied))
    count = arguments.statements
    Console(width=100).print(
        f"DuckDB {duckdb.__version__}, {count:,} statements, {arguments.runs} runs\n"
        f"(a) landing        {a:6.1f} s  {count / a:9,.0f} a second, "
        f"peak {max(peaks):,.0f} MiB, {share:.2f} of the file's bytes on disk\n"
        f"(r) landed again   {r:6.1f} s  {count / r:9,.0f} a second\n"
        f"(b) read_json_auto {b:6.1f} s  {count / b:9,.0f} a second\n"
        f"{' '.join(READ_JSON.split())}\n"
        f"a / b = {b / a:.2f}\n"
        f"(d) {count // 10:,} of {SHAPES} shapes {d:6.1f} s  "
        f"{count / 10 / d:9,.0f} a second"
    )
    if None not in judged:
        c = statistics.median(judged)
        ratio = f"a / c = {count / a / c:.1f}"
        Console(width=100).print(f"(c) Ralph alone {c:9,.0f} a second\n{ratio}")


if __name__ == "__main__":
    main()
