"""When a source counts as late: one rule for pages and notices."""

from datetime import UTC, datetime, timedelta

import polars as pl


def late_sources(sources: pl.DataFrame, now: datetime, days: int) -> pl.DataFrame:
    """Return the live sources whose newest record is older than some days.

    Args:
        sources: pub.sources; watermark_at is UTC without a zone.
        now: with a zone.
        days: how long a source may deliver nothing.
    """
    limit = now.astimezone(UTC).replace(tzinfo=None) - timedelta(days=days)
    return sources.filter(
        ~pl.col("is_ended").fill_null(False) & (pl.col("watermark_at") < limit)
    )
