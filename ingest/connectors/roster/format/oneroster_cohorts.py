"""Land the classes of a OneRoster or SDS delivery as cohorts, courses as programmes."""

from datetime import datetime
from typing import Any

import polars as pl

from ingest.connectors.roster.format.oneroster_delivery import (
    InvalidCell,
    RosterClass,
    RosterDelivery,
    is_removed,
)

COHORTS: dict[str, Any] = {
    "cohort_id": pl.String,
    "programme_id": pl.String,
    "cohort_name": pl.String,
    "starts_at": pl.Datetime("us"),
    "ends_at": pl.Datetime("us"),
    "reported_at": pl.Datetime("us"),
}
PROGRAMMES: dict[str, Any] = {
    "programme_id": pl.String,
    "programme_name": pl.String,
    "reported_at": pl.Datetime("us"),
}


def land_cohorts(delivery: RosterDelivery) -> None:
    """Write cohorts and programmes, and keep each class by sourcedId."""
    terms = _terms(delivery)
    cohorts = []
    for line, row in delivery.valid_rows("classes"):
        identity = row["sourcedId"]
        programme = row.get("courseSourcedId") or identity
        term_ids = row.get("termSourcedIds") or row.get("sessionSourcedIds", "")
        spans = [terms[t.strip()] for t in term_ids.split(",") if t.strip() in terms]
        starts = min((start for start, _end in spans if start), default=None)
        ends = max((end for _start, end in spans if end), default=None)
        delivery.classes[identity] = RosterClass(programme, ends)
        if is_removed(row):
            continue
        reported_at = delivery.last_modified("classes", line, row) or delivery.day
        cohorts.append(
            (identity, programme, row.get("title"), starts, ends, reported_at)
        )
    if cohorts:
        frame = pl.DataFrame(cohorts, schema=COHORTS, orient="row")
        delivery.writer.rows("cohorts", frame.unique())
    courses = [
        (row["sourcedId"], row.get("title") or None, delivery.day)
        for _line, row in delivery.valid_rows("courses")
        if not is_removed(row)
    ]
    if courses:
        frame = pl.DataFrame(courses, schema=PROGRAMMES, orient="row")
        delivery.writer.rows("programmes", frame.unique())


def _terms(
    delivery: RosterDelivery,
) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Return start and end (UTC) of each term; invalid terms are rejected."""
    terms = {}
    for line, row in delivery.valid_rows("academicSessions"):
        try:
            begins = delivery.moment("startDate", row)
            ends = delivery.moment("endDate", row)
            if begins and ends and ends < begins:
                reason = f"the term ends ({row['endDate']}) before it begins"
                raise InvalidCell("endDate", reason)
        except InvalidCell as error:
            delivery.reject("academicSessions", line, error.column, str(error), row)
            continue
        terms[row["sourcedId"]] = (begins, ends)
    return terms
