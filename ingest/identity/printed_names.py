"""Names of participants as keyed hashes, by which reports of one meeting are compared.

A participant without an address is an account of one reported session: two reports of
one meeting make two accounts of it. The models recognise the participant by the same
name at the same times (int_connection_matches). The hash is keyed with the secret, and
no rule links people by it across meetings.
"""

import json

import duckdb
import pyarrow as pa

from ingest.identity import vault
from ingest.identity.matching import normalised
from ingest.identity.secret import keyed
from ingest.storage.warehouse import schemas
from tandem.core.files import Home

SESSION_PAGE = "https://tandem.example/sessions/"
PRESENT_ACCOUNTS = """
select distinct actor_key from raw.statements
semi join raw.technical_sessions using (technical_session_id)
where actor_key is not null
"""


def write_printed_names(
    home: Home, connection: duckdb.DuckDBPyConnection, secret: bytes
) -> None:
    """Replace raw.printed_names; the caller holds the lock.

    Raises:
        WarehouseProblem: there is no vault, or another layout.
    """
    present = {key for (key,) in connection.sql(PRESENT_ACCOUNTS).fetchall()}
    with vault.opened(home) as people:
        accounts = people.sql(
            "select actor_key, kind, identifier from identifiers order by all"
        ).fetchall()
        named = people.sql("select actor_key, name from names order by all").fetchall()
    printed = [(key, name, False) for key, name in named]
    for key, kind, text in accounts:
        name, session = shown_account(kind, text)
        if session is not None:
            printed.append((key, name, True))
    rows = {
        (key, keyed(secret, "name", normalised(name)), is_display_name)
        for key, name, is_display_name in printed
        if key in present and normalised(name)
    }
    columns = schemas()["printed_names"].names
    frame = pa.Table.from_pylist(
        [dict(zip(columns, row, strict=True)) for row in sorted(rows)],
        schema=schemas()["printed_names"],
    )
    connection.begin()
    try:
        connection.execute("delete from raw.printed_names")
        connection.register("printed", frame)
        connection.execute("insert into raw.printed_names by name from printed")
        connection.unregister("printed")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def shown_account(kind: str, text: str) -> tuple[str, str | None]:
    """Return the readable part of an identifier, and its session for a display name."""
    if kind != "account":
        return text, None
    account = json.loads(text)
    page = account["homePage"]
    is_of_session = page.startswith(SESSION_PAGE)
    return account["name"], page.removeprefix(SESSION_PAGE) if is_of_session else None
