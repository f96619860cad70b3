"""What people did since the last publish that can move counts and rates."""

from datetime import datetime

import duckdb

from tandem.core import journal
from tandem.core.files import Home

# Kinds of the journal, and what each did; corrected labels share their words.
RELABELLED = "a mode, category or rule of completion was corrected (relabel)"
DECIDED = {
    "unlink": "links of accounts to people were taken back (identity undo or unlink)",
    "link": "accounts were linked to people (identity)",
    "erasure": "a person was erased",
    "retention": "old records were deleted by rule (retain)",
    "restriction": "a person was left out of analytics",
    "restriction_lifted": "a person is in analytics again",
    "programme_category": RELABELLED,
    "completion_rule": RELABELLED,
    "cohort_mode": RELABELLED,
}
REPAIRED = "a mapping was repaired, and its file landed anew"
REPAIRS = """
select count(*) from raw.loads as earlier
inner join raw.loads as later on earlier.superseded_by = later.load_id
where earlier.mapping_hash <> later.mapping_hash and later.committed_at >= $since
"""


def likely_causes(
    home: Home, warehouse: duckdb.DuckDBPyConnection | None = None, raw: str = "raw"
) -> list[str]:
    """Return what was decided or repaired since the last publish, in words.

    Args:
        home: with the pointer to the last snapshot and the journal.
        warehouse: a connection that sees its loads; None leaves repairs out.
        raw: the schema of the loads there.
    """
    pointer = home.current_snapshot()
    if pointer is None:
        return []
    since = datetime.fromisoformat(pointer["published_at"])
    found = []
    for kind, words in DECIDED.items() if home.journal.exists() else ():
        entries = journal.read(home.journal, kind)
        if any(datetime.fromisoformat(e["recorded_at"]) >= since for e in entries):
            found.append(words)
    if warehouse is not None and _has_repairs(warehouse, raw, since):
        found.append(REPAIRED)
    return list(dict.fromkeys(found))


def _has_repairs(
    warehouse: duckdb.DuckDBPyConnection, raw: str, since: datetime
) -> bool:
    query = REPAIRS.replace("raw.loads", f"{raw}.loads")
    asked = {"since": since.replace(tzinfo=None)}
    try:
        ((count,),) = warehouse.execute(query, asked).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return False  # a warehouse without landings, or of an earlier version
    return bool(count)
