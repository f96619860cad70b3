"""How one database file is read beside others in a connection."""

from pathlib import Path

import duckdb


def attach(connection: duckdb.DuckDBPyConnection, path: Path | str, name: str) -> None:
    """Attach a file read-only under a name."""
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as {name} (read_only)")
