"""The last published profile, and the changes of the current profile against it.

Before the first publish there is no earlier profile: the columns that compare are null,
Great Expectations ignores them, and the judgement states that.
"""

import json
from io import StringIO
from pathlib import Path

import polars as pl

from expectations.profiles import TABLES, Profile, ProfileTable
from tandem.core.files import Home

PROFILE_FILE = "profile.json"
NO_EARLIER_SNAPSHOT = "no earlier snapshot to compare with"


def last_published(home: Home) -> tuple[Profile | None, str]:
    """Return the profile of the current snapshot, or None and the reason."""
    pointer = home.current_snapshot()
    if pointer is None:
        return None, NO_EARLIER_SNAPSHOT
    path = home.snapshot_folder(pointer["snapshot_id"]) / PROFILE_FILE
    try:
        return read_profile(path), ""
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError):
        return None, f"the last snapshot has no readable profile ({path})"


def read_profile(path: Path) -> Profile:
    """Read a profile that publishing wrote beside a snapshot.

    A table that the snapshot's version did not measure is empty.

    Raises:
        OSError, ValueError, KeyError: there is no file, or it is not a profile.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    return {
        table.name: pl.read_json(
            StringIO(json.dumps(content[table.name])), infer_schema_length=None
        )
        if content.get(table.name)
        else pl.DataFrame()
        for table in TABLES
    }


def compared_with(
    profile: Profile, earlier: Profile | None, rate_base: float
) -> Profile:
    """Add `earlier_*` columns, and the ratios and changes that suites check.

    Args:
        profile: what the warehouse holds now.
        earlier: what the last snapshot held; None gives null columns.
        rate_base: smallest denominator, then and now, for which a change is checked.

    Returns:
        The same tables; a key of the earlier profile that is missing now becomes a row
        with null measures and a ratio of 0.
    """
    before = earlier or {}
    joined = {
        table.name: _with_earlier(profile[table.name], before.get(table.name), table)
        for table in TABLES
    }
    return joined | {
        "source_profile": _ratio(joined["source_profile"], "statement_count"),
        "mode_profile": _ratio(joined["mode_profile"], "enrolment_count"),
        "kpi_profile": _ratio(joined["kpi_profile"], "denominator"),
        "rate_profile": _rate_changes(joined["rate_profile"], rate_base),
    }


def _with_earlier(
    now: pl.DataFrame, then: pl.DataFrame | None, table: ProfileTable
) -> pl.DataFrame:
    names = {measure: f"earlier_{measure}" for measure in table.measures}
    if then is None or then.is_empty():
        types = {name: now.schema[measure] for measure, name in names.items()}
        return now.with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in types.items()
        )
    earlier = then.select(*table.keys, *table.measures).cast(
        {key: now.schema[key] for key in table.keys if now.schema[key] != pl.Date}
    )
    dates = [key for key in table.keys if now.schema[key] == pl.Date]
    earlier = earlier.with_columns(pl.col(dates).cast(pl.String).str.to_date())
    return now.join(
        earlier.rename(names), on=table.keys, how="full", coalesce=True
    ).sort(table.keys)


def _ratio(frame: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Add measure / earlier measure; a measure that is missing now counts as 0."""
    earlier = pl.col(f"earlier_{measure}")
    now = pl.when(earlier.is_not_null()).then(pl.col(measure).fill_null(0))
    return frame.with_columns(
        pl.when(earlier > 0).then(now / earlier).alias(f"{measure}_ratio")
    )


def _rate_changes(frame: pl.DataFrame, rate_base: float) -> pl.DataFrame:
    """Add the change of each rate against the same quarter of the last snapshot.

    A quarter that the snapshot did not have is compared with the newest one it had.
    Changes are rounded to 12 digits, so that rounding errors cannot exceed a limit.
    """
    group = ["kpi_id", "delivery_mode"]
    filled = frame.sort([*group, "period_start_date"]).with_columns(
        pl.col("earlier_rate", "earlier_denominator").forward_fill().over(group)
    )
    enough = pl.min_horizontal("denominator", "earlier_denominator") >= rate_base
    known = pl.col("rate").is_not_null() & pl.col("earlier_rate").is_not_null()
    return filled.with_columns(
        pl.when(enough & known)
        .then((pl.col("rate") - pl.col("earlier_rate")).abs().round(12))
        .alias("rate_change")
    )
