"""The vault: keys beside names and identifiers, payloads in quarantine, tombstones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest.identity.known_names import NOBODY, KnownNames, known_names
from ingest.identity.secret import fingerprint, load_secret
from ingest.storage.migration import Layouts, check_version, migrate
from tandem.core.errors import KeyProblem, WarehouseProblem
from tandem.core.files import Home, unusable_database

VAULT = Layouts(name="the vault", table="layout", current=1, steps={})
DDL = (Path(__file__).parent / "vault.sql").read_text(encoding="utf-8")

# Names as the last commit of this process left them: preparing all again takes longer
# than reading them. They are read again where the vault has changed.
_last_known: dict[Path, KnownNames] = {}

UPSERTS = {
    "identifiers": """
        insert into identifiers
        select actor_key, kind, identifier, bool_and(is_group)
        from read_parquet($files) group by all
        on conflict do update set is_group = false
        where identifiers.is_group and not excluded.is_group
    """,
    "names": """
        insert into names
        select actor_key, name, bool_and(is_group)
        from read_parquet($files) group by all
        on conflict do update set is_group = false
        where names.is_group and not excluded.is_group
    """,
    "quarantine": """
        insert or ignore into quarantine
        select rejection_id, load_id, source, connector, line, payload, null
        from read_parquet($files)
    """,
}


@contextmanager
def opened(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the vault for writing; create it where there is none.

    Raises:
        WarehouseProblem: the file is not a vault, is in use, may not be written, or is
            of a newer Tandem.
    """
    migrate(home.vault, VAULT)
    try:
        connection = duckdb.connect(str(home.vault))
    except duckdb.Error as error:
        raise unusable_database(home.vault, error) or WarehouseProblem(
            "this cannot be opened as a vault",
            str(home.vault),
            "restore it from a backup, or move it away",
        ) from error
    with connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(DDL)
        yield connection


def unlock(home: Home) -> bytes:
    """Return the secret, checked to be the one that the vault was made with.

    Raises:
        KeyProblem: the key is missing, or is another one.
        WarehouseProblem: there is a warehouse but no vault, or another layout.
    """
    is_new = not home.vault.exists()
    if is_new and home.warehouse.exists():
        raise WarehouseProblem(
            "the vault of this warehouse is missing",
            str(home.vault),
            "restore it beside the warehouse, or move the warehouse away",
        )
    secret = load_secret(may_make=is_new)
    home.root.mkdir(parents=True, exist_ok=True)
    with opened(home) as vault:
        _check(vault, home, fingerprint(secret))
    home.vault.chmod(0o600)
    return secret


def _check(vault: duckdb.DuckDBPyConnection, home: Home, mark: str) -> None:
    found = vault.sql("select layout_version, key_fingerprint from layout").fetchall()
    if not found:
        vault.execute("insert into layout values (?, ?)", [VAULT.current, mark])
        return
    version, kept = found[0]
    check_version(home.vault, version, VAULT)
    if kept != mark:
        raise KeyProblem(
            "this is not the pseudonym key that the vault was made with",
            str(home.vault),
            "set TANDEM_PSEUDONYM_KEY to the key of this vault",
        )


def secret_of(home: Home) -> bytes:
    """Return the secret like `unlock`, without changing a file.

    Raises:
        KeyProblem: the key is missing, or is another one.
        WarehouseProblem: there is no vault, or one of another layout.
    """
    if not home.vault.exists():
        raise WarehouseProblem(
            "there is no vault", str(home.vault), "land something first"
        )
    secret = load_secret(may_make=False)
    with duckdb.connect(str(home.vault), read_only=True) as vault:
        _check(vault, home, fingerprint(secret))
    return secret


def merge(
    home: Home, loads: Sequence[tuple[str, Path, str]], secret: bytes
) -> tuple[KnownNames, KnownNames]:
    """Merge identifiers, names and rejected payloads of loads; repeating is harmless.

    Returns:
        The names that the vault knew before, and those that it knows now.

    Args:
        home: where the vault is.
        loads: for each its id, its folder landing/<load_id> (Parquet files in
            identifiers/, names/ and quarantine/ where there are rows), and the name
            of its delivery.
        secret: of the vault.
    """
    with opened(home) as vault, transaction(vault):
        before = known_names(vault, secret, _last_known.get(home.vault, NOBODY))
        vault.executemany(
            "insert or ignore into deliveries values (?, ?)",
            [[load_id, name] for load_id, _folder, name in loads],
        )
        for table, upsert in UPSERTS.items():
            files = [
                str(file)
                for _load_id, folder, _name in loads
                for file in sorted((folder / table).glob("*.parquet"))
            ]
            if files:
                vault.execute(upsert, {"files": files})
        after = known_names(vault, secret, before)
    _last_known.clear()
    _last_known[home.vault] = after
    return before, after


def remove_leftovers(home: Home, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Remove what loads left that never reached raw; call it with the lock held.

    A process that is killed between vault and raw leaves the name of its delivery and
    its rejected payloads here; the delivery lands again under another load.
    """
    loads = [
        load for (load,) in warehouse.sql("select load_id from raw.loads").fetchall()
    ]
    with opened(home) as vault, transaction(vault):
        for table in ("deliveries", "quarantine"):
            vault.execute(
                f"delete from {table} where load_id not in (select unnest($loads))",
                {"loads": loads},
            )


def tombstones(home: Home) -> frozenset[str]:
    """Return the tombstones of everybody who was erased."""
    with opened(home) as vault:
        found = vault.sql("select tombstone from tombstones").fetchall()
    return frozenset(mark for (mark,) in found)


def payloads_to_replay(home: Home) -> list[tuple[str, str, str, str]]:
    """Return rejection_id, source, connector and payload of what is in quarantine."""
    with opened(home) as vault:
        return vault.sql("""
            select rejection_id, source, connector, payload
            from quarantine where replayed_at is null order by rejection_id
        """).fetchall()


def mark_replayed(home: Home, rejection_ids: list[str]) -> None:
    """Mark payloads as landed, so that the next replay skips them."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with opened(home) as vault, transaction(vault):
        vault.execute(
            "update quarantine set replayed_at = $now"
            " where list_contains($ids, rejection_id)",
            {"now": now, "ids": rejection_ids},
        )


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit all that is done inside, or nothing."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
