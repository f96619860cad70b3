"""Where the vault names a person besides their own keys."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from ingest.identity.tombstones import names_erased, texts_of_payload
from ingest.identity.traces import Traces

SHOWN = 5  # keys or ids that a line for the operator lists
OF_OTHERS = "not list_contains($keys, actor_key)"


@dataclass
class VaultTraces:
    """What in the vault certainly names the person, and lines about what may.

    `names` are (key, name) and `accounts` (key, identifier) of devices, groups and
    other accounts that hold the person's name; `rejections` and `deliveries` are ids,
    `unread` the places of files that did not land.
    """

    names: list[tuple[str, str]] = field(default_factory=list)
    accounts: list[tuple[str, str]] = field(default_factory=list)
    rejections: list[str] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many rows of each kind there are."""
        return {
            "vault.names of others": len(self.names) + len(self.accounts),
            "vault.quarantine": len(self.rejections),
            "vault.deliveries": len(self.deliveries),
            "vault.unread_files": len(self.unread),
        }


def vault_traces(
    connection: duckdb.DuckDBPyConnection,
    traces: Traces,
    secret: bytes,
    marks: frozenset[str],
) -> VaultTraces:
    """Search the vault for a person; changes nothing.

    Args:
        connection: to the vault.
        traces: how the person may be named.
        secret: of the vault.
        marks: the person's tombstones, which also name words of rejected payloads.
    """
    found = VaultTraces()
    _search_names(connection, traces, found)

    def names(text: str) -> bool:
        texts = texts_of_payload(text)
        return any(map(traces.are_in, texts)) or names_erased(secret, marks, text)

    for query, certain, what in _searches(connection, found):
        result, uncertain = connection.execute(query), []
        while rows := result.fetchmany(10_000):
            for key, text in rows:
                if names(text):
                    certain.append(key)
                elif any(map(traces.may_be_in, texts_of_payload(text))):
                    uncertain.append(key)
        found.left += _line(what, uncertain)
    return found


def _searches(
    connection: duckdb.DuckDBPyConnection, found: VaultTraces
) -> list[tuple[str, list[str], str]]:
    """Return queries of keys and texts, where their certain keys go, and words."""
    searches = [
        (
            "select rejection_id, payload from quarantine order by 1",
            found.rejections,
            "a rejected payload may name the person: vault.duckdb quarantine,"
            " rejection_id",
        ),
        (
            "select load_id, file_name from deliveries order by 1",
            found.deliveries,
            "the name of a delivery may name the person: vault.duckdb deliveries,"
            " load_id",
        ),
        (
            "select place, concat_ws(' ', place, reason, problems) from unread_files"
            " order by 1",
            found.unread,
            "a file that did not land may name the person: vault.duckdb unread_files,"
            " place",
        ),
    ]
    tables = connection.sql("select table_name from duckdb_tables()").fetchall()
    # A vault that nothing landed in since an upgrade has no list of unread files.
    return searches if ("unread_files",) in tables else searches[:-1]


def _search_names(
    connection: duckdb.DuckDBPyConnection, traces: Traces, found: VaultTraces
) -> None:
    keys = {"keys": sorted(traces.person.keys)}
    same, similar = [], []
    named = connection.execute(
        f"select actor_key, name from names where {OF_OTHERS} order by all", keys
    ).fetchall()
    for key, name in named:
        if traces.is_name(name):
            same.append(key)
        elif traces.are_in(name):
            found.names.append((key, name))
        elif traces.may_be_whole(name):
            similar.append(key)
    identified = connection.execute(
        f"select actor_key, kind, identifier from identifiers where {OF_OTHERS}"
        " order by all",
        keys,
    ).fetchall()
    for key, kind, identifier in identified:
        if kind != "account":
            if traces.are_in(identifier):
                similar.append(key)
            continue
        account = json.loads(identifier)
        if traces.is_name(account["name"]):
            same.append(key)
        elif any(map(traces.are_in, account.values())):
            found.accounts.append((key, identifier))
        elif traces.may_be_whole(account["name"]):
            similar.append(key)
    found.left += _line(
        "another account has the person's very name; `tandem erase KEY` if it is the"
        " same person: vault.duckdb, key",
        same,
    )
    found.left += _line(
        "an account may be the person's by its name; `tandem erase KEY` if it is:"
        " vault.duckdb, key",
        set(similar) - set(same),
    )


def _line(what: str, ids: Iterable[str]) -> list[str]:
    distinct = sorted(set(ids))
    if not distinct:
        return []
    more = f" and {len(distinct) - SHOWN} more" if len(distinct) > SHOWN else ""
    return [f"{what} {', '.join(distinct[:SHOWN])}{more}"]
