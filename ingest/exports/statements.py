"""Statements as xAPI: one file per source, version and kind, as an LRS takes them.

What is written is the text that raw keeps, byte for byte: people are accounts with a
pseudonym. Voiding statements come after all others, and what Tandem derived comes last.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingest.exports.derived import are_built, derived_statements
from ingest.exports.identified import Identified
from ingest.exports.left_out import find_left_out
from ingest.identity.people import reading
from ingest.identity.tombstones import VOIDED
from ingest.storage.canonical import canonical_text
from tandem.core.files import Home
from tandem.core.progress import step
from tandem.core.whole_folder import sha256_of, whole_folder, write_manifest

Json = dict[str, Any]
ROWS = 10_000  # statements in memory at a time
KINDS = ("statements", "voiding", "derived")
SPILL = ".spill"  # what sorting could not hold in memory; removed at the end

WRITTEN = f"""
create temp view written as
select
    statement_id,
    source,
    statement,
    case when verb_id = '{VOIDED}' then 'voiding' else 'statements' end as kind,
    case when version like '2.%' then '2.0' else '1.0' end as version
from raw.statements
semi join raw.loads using (load_id)
anti join left_out using (statement_id)
where not coalesce(is_derived, false)
"""
GROUPS = "select kind, source, version, count(*) from written group by all order by all"
OF_GROUP = """
select statement_id, statement from written
where kind = $kind and source = $source and version = $version
order by statement_id
"""
LEFT_OUT = """
select count(*) from raw.statements semi join left_out using (statement_id)
"""
NO_DERIVED_COLUMN = """
select count(*) = 0 from duckdb_columns()
where
    schema_name = 'raw' and table_name = 'statements' and column_name = 'is_derived'
"""


@dataclass(frozen=True)
class StatementExport:
    """What was written.

    Attributes:
        folder: with the files and manifest.json.
        statements: landed statements, voiding ones included.
        derived: derived `attended` statements; None where nothing is built.
        left_out: statements by or about people under restriction.
    """

    folder: Path
    statements: int
    derived: int | None
    left_out: int


def export_statements(
    home: Home, folder: Path, *, with_people: bool = False, may_replace: bool = False
) -> StatementExport:
    """Write all statements that landed, and what attendance they come to.

    The caller holds the lock. Not written are: refused statements, bodies that another
    one outranks, statements that are kept for a legal basis alone, and those by or
    about a person under restriction. A statement that landed without an id gets the
    one that raw gave it.

    Args:
        home: of the warehouse and the vault.
        folder: new or empty, unless it may be replaced.
        with_people: identifiers from the vault in place of the pseudonyms; the folder
            is then readable by its owner only.
        may_replace: replace a folder that Tandem wrote.

    Raises:
        WarehouseProblem: nothing is landed.
        WrongUse: the folder holds something.
    """
    with (
        whole_folder(
            folder, may_replace=may_replace, is_private=with_people
        ) as written,
        reading(home.warehouse) as connection,
    ):
        connection.execute("set enable_progress_bar = false")
        connection.execute("set memory_limit = '1GB'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"set temp_directory = '{_quoted(written / SPILL)}'")
        find_left_out(connection)
        connection.execute(_written(connection))
        people = Identified.read(home) if with_people else None
        files = _write(connection, written, people)
        ((left_out,),) = connection.sql(LEFT_OUT).fetchall()
        shutil.rmtree(written / SPILL, ignore_errors=True)
        manifest = {
            "kind": "xapi",
            "people": "identified" if with_people else "pseudonymous",
            "statements_left_out_for_restriction": left_out,
            "files": files,  # in the order in which to send them
        }
        write_manifest(written, manifest)
        has_derived = are_built(connection)
    rows = dict.fromkeys(KINDS, 0)
    for file in files:
        rows[file["kind"]] += file["rows"]
    return StatementExport(
        folder,
        rows["statements"] + rows["voiding"],
        rows["derived"] if has_derived else None,
        left_out,
    )


def _written(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the view; a warehouse of before has no column of what is derived."""
    ((is_missing,),) = connection.sql(NO_DERIVED_COLUMN).fetchall()
    return (
        WRITTEN.replace("where not coalesce(is_derived, false)", "")
        if is_missing
        else WRITTEN
    )


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, people: Identified | None
) -> list[Json]:
    """Write the files; return what the manifest says of each."""
    groups = connection.sql(GROUPS).fetchall()
    files: list[Json] = []
    with step("Writing the statements", sum(row[3] for row in groups)) as advance:
        for kind, source, version, _count in groups:
            given = {"kind": kind, "source": source, "version": version}
            found = connection.sql(OF_GROUP, params=given).to_arrow_reader(ROWS)
            lines = (
                text
                for batch in found
                for text in _texts(batch["statement_id"], batch["statement"], advance)
            )
            name = _free_name(f"{kind}-{source}-{version}", files)
            files.append(_file(folder / name, lines, people) | given)
    files.sort(key=lambda file: KINDS.index(file["kind"]))
    if are_built(connection):
        path = folder / "derived-attended-1.0.ndjson"
        made = _file(path, derived_statements(connection), people)
        files.append(made | {"kind": "derived", "source": None, "version": "1.0"})
    return files


def _texts(ids: Any, texts: Any, advance: Any) -> Iterator[str]:  # noqa: ANN401 - Arrow
    """Yield the texts of one batch, with an id each."""
    for statement_id, text in zip(ids.to_pylist(), texts.to_pylist(), strict=True):
        # Ids are letters and digits, so that JSON can write them in one way only.
        if f'"id":"{statement_id}"' in text.lower():
            yield text
            continue
        statement = json.loads(text)
        yield canonical_text(statement | {"id": statement.get("id") or statement_id})
    advance(len(ids))


def _file(path: Path, lines: Iterator[str], people: Identified | None) -> Json:
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in lines:
            file.write(people.shown(line) if people else line)
            file.write("\n")
            rows += 1
    return {"file": path.name, "rows": rows, "sha256": sha256_of(path)}


def _free_name(wanted: str, files: list[Json]) -> str:
    """Return a file name that no other source of this export has."""
    plain = re.sub(r"[^\w.-]+", "_", wanted)
    taken = {file["file"] for file in files}
    names = (f"{plain}{number}.ndjson" for number in ["", *range(2, len(files) + 3)])
    return next(name for name in names if name not in taken)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
