"""One case: a folder with the input and, in case.toml, its right values.

case.toml holds:
    summary: the right values in words
    options: options of `tandem ingest`, by the names of ReadOptions
    mapping: a mapping file of the case, if it needs one
    settings: tandem.toml, if it needs one
    refused: words that the error of a refused delivery holds, by file name
    raw, marts: a list of checks, each with `what`, `sql` and `rows`
A check's SQL sees the warehouse's schemas, the vault as `vault`, and
person(actor_key, label): the local part of an address, else the account's name.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.landing.delivery import ReadOptions
from ingest.landing.report import LoadReport
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

PERSON = """
create or replace temp view person as
select actor_key, min(label) as label
from (
    select
        actor_key,
        case
            when kind = 'account' then json_extract_string(identifier, '$.name')
            else split_part(replace(identifier, 'mailto:', ''), '@', 1)
        end as label
    from vault.identifiers
    where kind in ('mbox', 'account')
    union all
    select names.actor_key, names.name
    from vault.names
    where names.actor_key not in (
        select actor_key from vault.identifiers where kind in ('mbox', 'account')
    )
)
group by actor_key
"""


@dataclass(frozen=True)
class Check:
    """One question to the warehouse and its right answer, in any order of rows."""

    case: str
    what: str
    sql: str
    rows: list[list[Any]]

    def answer(self, home: Home) -> list[list[Any]]:
        """Return the rows that the warehouse of a home gives, times as text."""
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            connection.execute(f"attach '{home.vault}' as vault (read_only)")
            connection.execute(PERSON)
            rows = connection.execute(self.sql).fetchall()
        return sorted(([_plain(value) for value in row] for row in rows), key=repr)

    @property
    def expected(self) -> list[list[Any]]:
        """The right rows, sorted as `answer` sorts them; the text `null` is null."""
        rows = [[None if cell == "null" else cell for cell in row] for row in self.rows]
        return sorted(rows, key=repr)


@dataclass(frozen=True)
class Case:
    """A folder of a case."""

    folder: Path
    given: Path
    content: dict[str, Any]

    @property
    def options(self) -> ReadOptions:
        """What the user states at the command line."""
        options = dict(self.content.get("options", {}))
        if mapping := self.content.get("mapping"):
            options["mapping"] = self.folder / mapping
        return ReadOptions(**options)

    def land(self, home: Home, *, is_reversed: bool = False) -> list[LoadReport]:
        """Land the input, its files in the order of their names or reversed."""
        settings = Settings.load(home)
        paths = sorted(self.given.iterdir(), reverse=is_reversed)
        return ingest(paths, home, settings, self.options)

    def checks(self, schema: str) -> list[Check]:
        """Return the checks of raw or of the marts."""
        return [
            Check(self.folder.name, check["what"], check["sql"], check["rows"])
            for check in self.content.get(schema, [])
        ]


def read_cases(folder: Path, inputs: Path | None = None) -> list[Case]:
    """Return the cases of a folder.

    Args:
        folder: holds a folder for each case.
        inputs: a folder with the same cases, whose inputs are taken instead.
    """
    return [
        Case(
            path.parent,
            (inputs or folder) / path.parent.name / "given",
            tomllib.loads(path.read_text(encoding="utf-8")),
        )
        for path in sorted(folder.glob("*/case.toml"))
    ]


def _plain(value: object) -> object:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value
