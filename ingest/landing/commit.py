"""Commit loads to vault and raw: the vault first, then one transaction, raw.loads last.

Many small deliveries share one transaction: looking up the ids that raw holds costs the
same for one load as for a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from ingest.identity import vault
from ingest.identity.named_people import ErasedNames
from ingest.identity.pseudonyms import Pseudonyms
from ingest.identity.secret import load_secret
from ingest.landing.name_search import FOR_NOBODY, NameSearch
from ingest.parsing.personal_data import Keys, keyed_identifier
from ingest.storage.change_ledger import changing
from ingest.storage.current_version import COUNT_NAMES, upsert
from ingest.storage.warehouse import schemas
from tandem.core.files import Home

# What is refused again belongs to the newest load that refused it.
REFUSED_AGAIN = """
delete from raw.rejections where rejection_id in (
    select rejection_id from read_parquet(getvariable('files'))
)
"""
REJECTIONS = """
insert into raw.rejections by name
select
    * exclude (filename, file_row_number),
    getvariable('loads')[filename].load_id as load_id
from (
    from read_parquet(
        getvariable('files'), filename = true, file_row_number = true
    )
    qualify row_number() over (
        partition by rejection_id
        order by
            getvariable('loads')[filename].load_id desc, line, filename, file_row_number
    ) = 1
)
"""
# A later reading of the same bytes, or of the same table under another mapping, takes
# the place of the earlier one: only its own refusals count.
SUPERSEDE = """
update raw.loads as earlier
set superseded_by = later.load_id
from (
    select load_id, sha256, byte_count, table_hash, mapping_hash
    from raw.loads where list_contains($loads, load_id)
) as later
where
    earlier.superseded_by is null
    and earlier.load_id < later.load_id
    and (
        (earlier.sha256 <> '' and earlier.byte_count > 0
            and earlier.sha256 = later.sha256)
        or (earlier.table_hash = later.table_hash
            and earlier.mapping_hash <> later.mapping_hash)
    )
"""


@dataclass(frozen=True)
class Load:
    """One delivery whose Parquet files are complete."""

    load_id: str
    folder: Path
    file_name: str
    header: dict[str, Any]  # columns of raw.loads that are known before the commit
    has_missing_ids: bool
    counts: dict[str, int] = field(default_factory=dict)  # that no row below folder has


def commit(
    home: Home, connection: duckdb.DuckDBPyConnection, loads: Sequence[Load]
) -> list[dict[str, int]]:
    """Write converted loads into vault and warehouse; return a row of counts for each.

    The vault is written first and idempotently: if the process dies between the two,
    the loads are not in raw.loads, their folders are removed, and the deliveries land
    again in full.
    """
    secret = load_secret(may_make=False)
    merged = [(load.load_id, load.folder, load.file_name) for load in loads]
    before, after = vault.merge(home, merged, secret)
    pseudonyms = Pseudonyms(secret, vault.tombstones(home))
    erased = ErasedNames(secret, pseudonyms.tombstones)
    search = NameSearch(after, erased, pseudonyms.key_of_text, before)
    # Loads repeat their source and variant, and each search prepares all names anew.
    keys = Keys(pseudonyms.key_of_address, cache(search.shown))
    return into_raw(connection, [_named(load, keys) for load in loads], search)


def _named(load: Load, keys: Keys) -> Load:
    """Return a load whose source and variant are keys, where they name a person."""
    named = {
        name: keys.of_text(keyed_identifier(text, keys))
        for name in ("source", "variant")
        if (text := load.header.get(name))
    }
    return replace(load, header=load.header | named)


def into_raw(
    connection: duckdb.DuckDBPyConnection,
    loads: Sequence[Load],
    search: NameSearch = FOR_NOBODY,
) -> list[dict[str, int]]:
    """Write converted loads into raw, in one transaction.

    Args:
        connection: to the warehouse.
        loads: in the order of their ids.
        search: the names to be withheld.
    """
    with changing(connection):
        headers = (load.header.get(n) for load in loads for n in ("source", "variant"))
        folders = [load.folder for load in loads]
        search.apply(connection, folders, set(filter(None, headers)))
        found: dict[str, dict[str, int]] = {}
        if _set_variables(connection, loads, "statements"):
            has_missing_ids = any(load.has_missing_ids for load in loads)
            found = upsert(connection, has_missing_ids=has_missing_ids)
        added = _facts(connection, loads)
        if _set_variables(connection, loads, "rejections"):
            connection.execute(REFUSED_AGAIN)
            connection.execute(REJECTIONS)
        none = dict.fromkeys(COUNT_NAMES, 0)
        counts = [
            none
            | load.counts
            | found.get(load.load_id, {})
            | {"row_count": added.get(load.load_id, 0)}
            for load in loads
        ]
        _register(connection, loads, counts)
    return counts


def _set_variables(
    connection: duckdb.DuckDBPyConnection, loads: Sequence[Load], part: str
) -> bool:
    """Set the session variables that the SQL reads; return False without a file."""
    files = {
        str(file): {
            "load_id": load.load_id,
            "source": load.header["source"],
            "landed_at": load.header["started_at"],
        }
        for load in loads
        for file in sorted((load.folder / part).glob("*.parquet"))
    }
    if not files:
        return False
    values = {
        "files": list(files),
        "first_load": loads[0].load_id,
        "last_load": loads[-1].load_id,
    }
    for name, value in values.items():
        connection.execute(f"set variable {name} = $value", {"value": value})
    connection.execute(
        "set variable loads = map_from_entries(list_zip($files, $loads))",
        {"files": list(files), "loads": list(files.values())},
    )
    return True


def _facts(
    connection: duckdb.DuckDBPyConnection, loads: Sequence[Load]
) -> dict[str, int]:
    """Add typed rows that raw does not hold yet; a report read twice adds none."""
    folders = [folder for load in loads for folder in (load.folder / "rows").glob("*")]
    added: dict[str, int] = {}
    for table in sorted({folder.name for folder in folders}):
        if _set_variables(connection, loads, f"rows/{table}"):
            for statement in new_rows(table):
                connection.execute(statement)
            fresh = "select load_id, count(*) from fresh_rows group by load_id"
            for load_id, count in connection.sql(fresh).fetchall():
                added[load_id] = added.get(load_id, 0) + count
    return added


def new_rows(table: str) -> tuple[str, str]:
    """Return the SQL that adds rows to raw.<table>.

    A row that several loads contain belongs to the first of them.

    Raises:
        KeyError: schema raw has no such table.
    """
    columns = [name for name in schemas()[table].names if name != "load_id"]
    named = ", ".join(columns)
    return (
        f"""
        create or replace temp table fresh_rows as
        select min(load_id) as load_id, {named}
        from (
            select getvariable('loads')[filename].load_id as load_id, {named}
            from read_parquet(getvariable('files'), filename = true)
            union all
            select '' as load_id, {named} from raw.{table}
        )
        group by {named}
        having min(load_id) <> ''
        """,
        f"insert into raw.{table} by name from fresh_rows",
    )


def _register(
    connection: duckdb.DuckDBPyConnection,
    loads: Sequence[Load],
    counts: list[dict[str, int]],
) -> None:
    """Insert the loads into raw.loads, as the last step of the transaction."""
    committed_at = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        load.header | own | {"load_id": load.load_id, "committed_at": committed_at}
        for load, own in zip(loads, counts, strict=True)
    ]
    names = schemas()["loads"].names
    connection.executemany(
        f"insert into raw.loads ({', '.join(names)})"
        f" values ({', '.join('?' for _name in names)})",
        [[row.get(name) for name in names] for row in rows],
    )
    connection.execute(SUPERSEDE, {"loads": [load.load_id for load in loads]})
