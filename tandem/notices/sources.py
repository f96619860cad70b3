"""Notices about sources: late, incomplete, or about to lose data at the vendor."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tandem.core.lateness import late_sources
from tandem.core.seeds import seed_rows
from tandem.core.wording import Words
from tandem.notices.notice import (
    DELETION,
    INCOMPLETE,
    LATE,
    URGENT,
    WARNING,
    Notice,
)
from tandem.notices.published import Published

ASSUMED = "assumed"
STEP = 10  # of 100: a share is said again when it reaches another step


def late(
    found: Published, thresholds: Mapping[str, Any], now: datetime
) -> list[Notice]:
    """Return the sources that are late as pages call it; none of sample data is.

    Args:
        found: the published file.
        thresholds: the vars; `late_after_days` is read.
        now: with a zone.
    """
    if found.is_sample:
        return []
    days = thresholds["late_after_days"]
    return [
        Notice(
            LATE,
            row["source"],
            row["watermark_at"].date().isoformat(),
            WARNING,
            Words("notice.late_source.title", {"source": row["source"]}),
            (
                Words(
                    "notice.late_source.text",
                    {"day": row["watermark_at"].date(), "days": days},
                ),
                Words("state.late.next"),
            ),
        )
        for row in late_sources(found.sources, now, days).iter_rows(named=True)
    ]


def incomplete(found: Published, thresholds: Mapping[str, Any]) -> list[Notice]:
    """Return the sources of which too much was refused, or too few people are known.

    The limit of refused statements is that of the plausibility check. That of unknown
    accounts is half the check's, as for the decision on *At a glance*: it warns before
    nothing is published any more.

    Args:
        found: the published file.
        thresholds: the vars.
    """
    notices = []
    for row in found.sources.iter_rows(named=True):
        if row["is_ended"]:
            continue
        read, refused = row["read_count"] or 0, row["rejected_count"] or 0
        limit = thresholds["expect_rejected_share"]
        if read and refused / read > limit:
            numbers = {"refused": f"{refused:,}", "read": f"{read:,}"}
            notices.append(
                _incomplete(row["source"], "refused", refused / read, numbers, limit)
            )
        matched = row["matched_share"]
        limit = thresholds["expect_unmatched_share"] / 2
        if matched is not None and 1 - matched > limit:
            notices.append(
                _incomplete(row["source"], "unknown", 1 - matched, {}, limit)
            )
    return notices


def _incomplete(
    source: str, what: str, share: float, numbers: dict[str, str], limit: float
) -> Notice:
    percent = round(100 * share)
    key = f"notice.incomplete_source.{what}"
    parameters = numbers | {
        "source": source,
        "percent": percent,
        "limit": round(100 * limit),
    }
    return Notice(
        INCOMPLETE,
        f"{source}:{what}",
        str(percent // STEP * STEP),
        WARNING,
        Words("notice.incomplete_source.title", {"source": source}),
        (Words(key, parameters), Words(f"{key}.next")),
    )


def deletions(
    found: Published, thresholds: Mapping[str, Any], now: datetime
) -> list[Notice]:
    """Return what vendors are about to delete, or have begun to delete.

    A source has what was recorded up to its newest record. What came after that is lost
    as soon as the vendor's period for it is over.

    Args:
        found: the published file.
        thresholds: the vars; `deletion_margin_days` is read.
        now: with a zone.
    """
    if found.is_sample:
        return []
    today = now.astimezone(UTC).date()
    margin = thresholds["deletion_margin_days"]
    return [
        _deletion(row, report, since, lost_on, today)
        for row in found.sources.iter_rows(named=True)
        if row["watermark_at"] is not None and not row["is_ended"]
        for report in _reports(row["connector"])
        for since in [row["watermark_at"].date()]
        for days in [int(report["retention_days"])]
        for lost_on in [since + timedelta(days=days)]
        # A source that is fetched often is never within half of its period.
        if today >= lost_on - timedelta(days=min(margin, days // 2))
    ]


def _reports(connector: str | None) -> Iterator[dict[str, str]]:
    """Yield the reports of a connector that a vendor deletes after whole days.

    What has to be taken at once (0 days) is left out: nothing is left to be fetched.
    """
    for row in seed_rows("vendor_retention"):
        if row["vendor"] == connector and int(row["retention_days"] or 0) > 0:
            yield row


def _deletion(
    row: Mapping[str, Any],
    report: Mapping[str, str],
    since: date,
    lost_on: date,
    today: date,
) -> Notice:
    days = int(report["retention_days"])
    is_lost = today > lost_on
    name = Words(f"notice.report.{report['report']}")
    parameters = {"since": since, "lost_on": lost_on}
    sentences = [
        Words("notice.data_deletion.period", {"report": name, "days": days}),
        Words(f"notice.data_deletion.{'lost' if is_lost else 'text'}", parameters),
    ]
    if report["basis"] == ASSUMED:
        sentences.append(Words("notice.data_deletion.assumed"))
    return Notice(
        DELETION,
        f"{row['source']}:{report['report']}",
        f"{lost_on.isoformat()}{':lost' if is_lost else ''}",
        URGENT,
        Words(
            f"notice.data_deletion.title{'_lost' if is_lost else ''}",
            {"source": row["source"]},
        ),
        tuple(sentences),
    )


def not_judged(found: Published) -> list[str]:
    """Return the live sources of which nothing says up to when they are known."""
    unknown = found.sources.filter(found.sources["watermark_at"].is_null())
    return [
        row["source"] for row in unknown.iter_rows(named=True) if not row["is_ended"]
    ]
