"""What `tandem map` says of a table that lands without a mapping."""

import json
from collections.abc import Iterator
from pathlib import Path

from ingest.connectors.mapped import headings_only, table
from ingest.connectors.roster import people_list
from ingest.inspection.recognition import inspect_one
from ingest.landing.delivery import Recognition
from ingest.mapping.left_out import not_used
from ingest.mapping.people_headings import fields_of
from ingest.mapping.sheets import table_rows
from tandem.core.errors import TandemError

ROSTER = "a list of people (a roster)"


def recognised(path: Path) -> str | None:
    """Return as comments how a file lands as it is; None where it needs a mapping.

    Of a roster, the comments name the column of each fact, and those left out.
    """
    try:
        found = inspect_one(path)
    except TandemError:
        return None
    if found.connector in (table.NAME, headings_only.NAME):
        return None
    lines = [*_how_it_lands(path, found)]
    if found.connector == people_list.NAME:
        lines += _columns_of(path)
    return "\n".join(f"# {line}" for line in lines) + "\n"


def _how_it_lands(path: Path, found: Recognition) -> Iterator[str]:
    is_roster = found.connector == people_list.NAME
    what = ROSTER if is_roster else f"{found.source} ({found.reason})"
    needs = "".join(f" {option} VALUE" for option in found.needs)
    yield f"{path.name} is {what}: it lands without a mapping, by"
    yield f"  tandem ingest {json.dumps(path.name)}{needs}"


def _columns_of(path: Path) -> Iterator[str]:
    """Yield what each column of a roster holds, and the columns that are not read."""
    rows = table_rows(path)
    if rows.header is None or rows.header.at is None:
        return
    yield from rows.remarks
    header = rows.lines[rows.header.at][1]
    places = {f: p for f, p in fields_of(header).items() if f != "manager"}  # not kept
    for field, place in places.items():
        yield f"{field}: {header[place]}"
    taken = places.values()
    yield not_used([n for at, n in enumerate(header) if n and at not in taken])
