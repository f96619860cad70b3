"""Which published file a query may read, and what is logged of the query."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tandem.core.access_log import log_access
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home
from tandem.core.published_files import current_file

QUERY = "query"  # kind of access, in access.sqlite


def queried_file(home: Home, *, with_persons: bool) -> Path:
    """Return the file of the current snapshot that queries read.

    Args:
        home: whose snapshot.
        with_persons: the analysts' file, with pseudonymous persons; else the published
            aggregates. Never true where an agreement with a works council is in
            force, whether or not anything has been published since.

    Raises:
        WarehouseProblem: nothing is published, or the pointer is damaged.
    """
    found = current_file(home, with_persons=with_persons)
    if found is None or not found[1].exists():
        raise WarehouseProblem(
            "nothing is published yet", str(home.published), "run tandem publish"
        )
    return found[1]


def without_texts(query: str) -> str:
    """Return a query with its texts, quoted names and comments replaced by '...'."""
    raw, tokens = query.encode(), duckdb.tokenize(query)
    ends = [*(start for start, _kind in tokens[1:]), len(raw)]
    texts = {duckdb.token_type.string_const, duckdb.token_type.comment}
    parts = [
        b"'...' " if kind in texts or raw[start : start + 1] == b'"' else raw[start:end]
        for (start, kind), end in zip(tokens, ends, strict=True)
    ]
    return b"".join(parts).decode().strip()


def log_query(home: Home, role: str, query: str) -> None:
    """Log a query without what may name a person.

    Raises:
        sqlite3.Error: the log cannot be written.
        OSError: the log cannot be written.
    """
    log_access(home.access_log, role, QUERY, without_texts(query), datetime.now(UTC))
