"""`attended` statements, derived from the marts: one per person in a live session.

They say what Tandem made of the connections that landed, and are flagged as derived, so
that a Tandem which reads them never counts an attendance twice.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

import duckdb

from ingest.storage.canonical import canonical_text
from ingest.storage.person_columns import PEOPLE
from ingest.xapi.ids import statement_id
from ingest.xapi.profiles.virtual_classroom import CLASSROOM_TYPE, OWN

Json = dict[str, Any]
ROWS = 10_000
ATTENDED = {
    "id": "http://adlnet.gov/expapi/verbs/attended",
    "display": {"en": "attended"},
}
ARE_BUILT = """
select count(*) from duckdb_tables()
where schema_name = 'marts' and table_name = 'fct_session_attendances'
"""
# Whoever was absent did not attend, without a report nobody knows who attended, and
# excluded people are in no figure: nothing is stated of them.
ATTENDANCES = """
select
    session_id, learner_key, programme_id, cohort_id, attendance_status,
    attended_seconds, attendance_ratio, reported_seconds, join_count, late_seconds,
    left_early_seconds, is_imputed,
    attendance_status = 'attended' or (
        attendance_status = 'walk_in'
        and coalesce(attendance_ratio >= attendance_threshold, false)
    ) as completion,
    coalesce(session_ended_at, session_started_at) as happened_at
from marts.fct_session_attendances
where
    attendance_status in ('attended', 'partial', 'walk_in')
    and coalesce(session_ended_at, session_started_at) is not null
    and learner_key not in (select actor_key from restricted)
    and regexp_full_match(learner_key, '[0-9a-f]{32}')
order by session_id, learner_key
"""
NUMBERS = {
    "attendance_ratio": "attendance-ratio",
    "join_count": "interval-count",
    "late_seconds": "late-seconds",
    "left_early_seconds": "left-early-seconds",
    "reported_seconds": "reported-seconds",
}


def are_built(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether there are marts to derive statements from."""
    return connection.sql(ARE_BUILT).fetchall() != [(0,)]


def derived_statements(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield the texts of the statements, by session and person.

    Args:
        connection: to a built warehouse, after `find_left_out`.
    """
    for batch in connection.sql(ATTENDANCES).to_arrow_reader(ROWS):
        for row in batch.to_pylist():
            yield canonical_text(_statement(row))


def _statement(row: Json) -> Json:
    """Return one statement; its id follows from its content.

    An attendance that changed is another statement: an LRS refuses a second content
    under the same id.
    """
    iri = f"https://tandem.example/live-sessions/{quote(row['session_id'], safe='')}"
    content = {
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": PEOPLE, "name": row["learner_key"]},
        },
        "verb": ATTENDED,
        "object": {"id": iri, "definition": {"type": CLASSROOM_TYPE}},
        "result": _result(row),
        "context": {
            "contextActivities": {
                "grouping": [
                    {"id": f"https://tandem.example/{kind}/{quote(name, safe='')}"}
                    for kind, name in (
                        ("programmes", row["programme_id"]),
                        ("cohorts", row["cohort_id"]),
                    )
                ]
            },
            "extensions": {
                f"{OWN}/derived": True,
                f"{OWN}/attendance-status": row["attendance_status"],
            },
        },
        "timestamp": _moment(row["happened_at"]),
    }
    return content | {
        "id": statement_id("derived", json.dumps(content, sort_keys=True))
    }


def _result(row: Json) -> Json:
    extensions: Json = {
        f"{OWN}/{name}": row[column]
        for column, name in NUMBERS.items()
        if row[column] is not None
    }
    if row["is_imputed"]:
        extensions[f"{OWN}/imputed"] = True
    result: Json = {"completion": row["completion"]}
    if row["attended_seconds"] is not None:
        seconds = f"{row['attended_seconds']:.2f}".rstrip("0").rstrip(".")
        result["duration"] = f"PT{seconds}S"
    return result | ({"extensions": extensions} if extensions else {})


def _moment(at: datetime) -> str:
    return f"{at.isoformat(timespec='milliseconds')}Z"
