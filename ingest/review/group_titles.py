"""Titles of groups as people know them; the id is shown only where none is known."""

from collections import Counter

import duckdb

TITLES = """
select cohort_id, arg_max(cohort_name, (source = 'organisation', load_id))
from raw.cohorts where coalesce(cohort_name, '') <> '' group by cohort_id
"""


def group_titles(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the title of each group that has one; with its id where two share it."""
    titles = dict(connection.sql(TITLES).fetchall())
    counts = Counter(titles.values())
    return {
        cohort: title if counts[title] == 1 else f"{title} ({cohort})"
        for cohort, title in titles.items()
    }
