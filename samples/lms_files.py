"""The learning platform's statements as its record store exports them.

NDJSON in gzip, one file per month of `stored`; a few statements are delivered again in
the month after. The gzip header holds no time, so that equal content is equal bytes.
"""

import gzip
from pathlib import Path

import numpy as np
import polars as pl

from samples.activities import Activity
from samples.cohorts import Cohort
from samples.defects import add_defects, voidings
from samples.enrolments import Enrolments
from samples.events import CODE
from samples.people import People
from samples.plan import Plan
from samples.statements import build_statements, voiding_statements, with_statement_ids

COMPRESSION = 3  # a third of the default's time, a tenth more bytes


def write(
    plan: Plan,
    folder: Path,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    activities: list[Activity],
    rows: pl.DataFrame,
) -> dict[str, int]:
    """Write all statements; return the number of planted defects, by name."""
    folder.mkdir(parents=True)
    rows = with_statement_ids(plan, add_defects(plan, enrolments, rows))
    voided = voidings(plan, rows)
    exported = build_statements(plan, people, cohorts, enrolments, activities, rows)
    repeated = exported.filter(rows["is_repeated"])
    exported = pl.concat([exported, voiding_statements(plan, voided)])
    exported = _by_month(exported)
    again = _by_month(repeated).with_columns(
        month=(pl.col("month") + 1).clip(upper_bound=exported["month"].max())
    )
    everything = pl.concat([exported, again])
    for (month,), part in everything.group_by("month", maintain_order=True):
        lines = "\n".join(part.sort("stored", maintain_order=True)["statement"]) + "\n"
        name = f"statements-{month // 12}-{month % 12 + 1:02}.ndjson.gz"
        content = gzip.compress(lines.encode(), COMPRESSION, mtime=0)
        (folder / name).write_bytes(content)
    return _planted(rows, voided.height, everything.height)


def _by_month(exported: pl.DataFrame) -> pl.DataFrame:
    moment = pl.col("stored").cast(pl.Datetime("ms"))
    year, month = moment.dt.year().cast(pl.Int64), moment.dt.month().cast(pl.Int64)
    return exported.with_columns(month=year * 12 + month - 1).sort(
        "month", maintain_order=True
    )


def _planted(rows: pl.DataFrame, voided_count: int, lines: int) -> dict[str, int]:
    flags = {
        "duplicated": "is_repeated",
        "https_verbs": "is_https",
        "without_zone": "has_no_zone",
        "negative_durations": "is_negative",
        "raw_without_maximum": "has_no_maximum",
        "without_language": "has_no_language",
        "without_registration": "has_no_registration",
    }
    counts = {name: int(rows[flag].sum()) for name, flag in flags.items()}
    late = np.asarray(rows["stored"] - rows["at"]) > 3_600_000
    return {
        "lines": lines,
        "distinct": rows.height + voided_count,
        "voided": voided_count,
        "completions_taken_back": _count(rows, "mistaken_completion"),
        "about_no_programme": _count(rows, "experienced"),
        "stored_an_hour_late": int(late.sum()),
        **counts,
    }


def _count(rows: pl.DataFrame, kind: str) -> int:
    return int((rows["kind"] == CODE[kind]).sum())
