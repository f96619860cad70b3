"""The statements of a sample, with what can change them: other bodies and voidings."""

import gzip
import json
from pathlib import Path
from typing import Any

from ingest.inspection.recognition import deliveries

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
NO_DELIVERIES = {"tandem.toml", "truth.json"}


def statements_of(sample: Path) -> list[str]:
    """Return the sample's statements, other bodies of some, voidings of others."""
    found = [
        line
        for file in sorted(sample.glob("lms/*.gz"))
        for line in gzip.decompress(file.read_bytes()).decode().splitlines()
    ]
    valid = [statement for statement in map(as_object, found) if statement]
    others = [
        statement
        | {
            "stored": "2026-10-01T00:00:00Z",
            "timestamp": f"2026-09-2{number % 9}T10:00:00Z",
        }
        for number, statement in enumerate(valid[::40])
    ]
    voidings = [voiding(target, number) for number, target in enumerate(valid[7::60])]
    voidings += [voiding(voidings[0], 90_000), voiding(voidings[1], 90_001)]
    return [*found, *map(json.dumps, others), *map(json.dumps, voidings)]


def as_object(line: str) -> dict[str, Any] | None:
    """Return a statement, None where a line is no JSON."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def voiding(target: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a statement that voids another one."""
    return {
        "id": f"{number:08x}-aaaa-4000-8000-000000000000",
        "actor": {"mbox": "mailto:office@example.org"},
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": target["id"]},
        "timestamp": "2026-09-30T12:00:00Z",
    }


def written(folder: Path, lines: list[str], count: int) -> list[Path]:
    """Write statements to a number of files, in turn, and return them."""
    folder.mkdir(parents=True)
    paths = []
    for number in range(count):
        paths.append(folder / f"statements-{number:03}.ndjson")
        paths[-1].write_text("\n".join(lines[number::count]) + "\n", encoding="utf-8")
    return paths


def reports_of(sample: Path) -> list[Path]:
    """Return the deliveries without statements: reports, invitations, a roster."""
    return [
        path
        for path in deliveries([sample])
        if path.parent.name != "lms" and path.name not in NO_DELIVERIES
    ]
