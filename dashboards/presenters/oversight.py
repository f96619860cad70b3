"""Rows of the oversight page. No person appears in any of them.

Texts that people typed are withheld where they hold an address or a phone number, and
reasons of entries about a person are not shown at all.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters.review_pack import role_words
from tandem.core.addresses import names_somebody
from tandem.core.journal_kinds import KINDS
from tandem.core.wording import render

Row = dict[str, Any]

ABOUT_PERSONS = ("link", "unlink", "restriction", "restriction_lifted", "erasure")
ACCESS_KINDS = ("page", "export", "query", "roster", "notice")
RETENTION_AFTER = timedelta(days=31)  # `tandem retain` is meant to run every month


def access_counts(rows: list[Row]) -> pl.DataFrame:
    """Return how often each role did what, first and last day in UTC."""
    return pl.DataFrame(
        [
            {
                render("oversight.role"): _role(row["role"]),
                render("oversight.did"): kind_words(row["kind"]),
                render("oversight.times"): row["accesses"],
                render("oversight.first"): _day(row["first_at"]),
                render("oversight.last"): _day(row["last_at"]),
            }
            for row in rows
        ]
    )


def access_rows(rows: list[Row]) -> pl.DataFrame:
    """Return single accesses, with the minute in UTC."""
    return pl.DataFrame(
        [
            {
                render("oversight.at"): _minute(row["accessed_at"]),
                render("oversight.role"): _role(row["role"]),
                render("oversight.did"): kind_words(row["kind"]),
                render("oversight.what"): shown_text(row["what"]),
            }
            for row in rows
        ]
    )


def kind_words(kind: str) -> str:
    """Return what was done, in words."""
    return render(f"oversight.kind.{kind}") if kind in ACCESS_KINDS else kind


def shown_text(text: str) -> str:
    """Return a text that somebody typed, or that it is withheld."""
    return render("oversight.withheld") if names_somebody(text) else text


def journal_rows(entries: list[Row]) -> pl.DataFrame:
    """Return entries of the journal, newest first."""
    return pl.DataFrame(
        [
            {
                render("oversight.at"): _minute(entry["recorded_at"]),
                render("oversight.role"): _role(entry["role"]),
                render("oversight.decided"): _meaning(entry["kind"]),
                render("oversight.about"): shown_text(entry["subject"]),
                render("oversight.reason"): _reason(entry),
            }
            for entry in entries
        ]
    )


def _meaning(kind: str) -> str:
    known = kind in KINDS
    return render(f"journal.kind.{kind}") if known else kind.replace("_", " ")


def _reason(entry: Row) -> str:
    if entry["kind"] in ABOUT_PERSONS:
        return render("oversight.reason_withheld")
    return shown_text(entry["reason"]) or render("oversight.no_reason")


def audit_rows(audit: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Return how each KPI's cells were attacked, and what was found."""
    return pl.DataFrame(
        [
            {
                render("oversight.kpi"): names.get(row["kpi_id"], row["kpi_id"]),
                render("oversight.cells"): row["cell_count"],
                render("oversight.hidden"): row["hidden_count"],
                render("oversight.relations"): row["relation_count"],
                render("oversight.exposed"): row["exposure_count"],
            }
            for row in audit.iter_rows(named=True)
        ]
    )


def audit_line(audit: pl.DataFrame) -> str:
    """Return the finding of the audit in a sentence."""
    if audit.is_empty():
        return render("oversight.audit_none")
    found = int(audit["exposure_count"].sum())
    key = "oversight.audit_exposed" if found else "oversight.audit_clean"
    return render(key, kpis=audit.height, found=found)


def retention_lines(rules: dict[str, Any], runs: list[Row], now: datetime) -> list[str]:
    """Return what is deleted after how long, when it was last done, and if it is due.

    Args:
        rules: [retention] of tandem.toml.
        runs: entries of kind `retention`, oldest first.
        now: with a time zone.
    """
    named = ("raw_days", "person_marts_days")
    lines = [
        render(f"oversight.retention.{name}", days=formats.count(rules[name]))
        for name in named
        if rules.get(name)
    ]
    if not lines:
        return [render("oversight.retention.off")]
    if not runs:
        return [*lines, render("oversight.retention.never")]
    last = datetime.fromisoformat(runs[-1]["recorded_at"])
    is_due = now.astimezone(UTC) - last > RETENTION_AFTER
    key = "oversight.retention.due" if is_due else "oversight.retention.done"
    return [*lines, render(key, day=formats.day(last))]


def _role(role: str) -> str:
    said = role_words(role)
    return said[:1].upper() + said[1:]


def _day(text: str) -> str:
    return formats.day(datetime.fromisoformat(text))


def _minute(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{formats.day(moment)}, {moment:%H:%M} UTC"
