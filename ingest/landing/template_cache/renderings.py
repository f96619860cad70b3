"""What becomes of values, for whole columns: like the functions of `kinds`, quicker.

Each function here gives for a column what the one of the same meaning in `kinds` gives
for each of its values; a value that is not of the usual spelling is left to that one.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import polars as pl

from ingest.landing.template_cache.kinds import (
    MILLISECONDS,
    PLAIN_TIMESTAMP,
    WHOLE_SECONDS,
    moment,
    normal_timestamp,
    same,
)

Convert = Callable[[str], Any]
MOMENT = "%Y-%m-%dT%H:%M:%S%.fZ"


def rendered(column: pl.Series, convert: Convert) -> pl.Series:
    """Return what a function of one value makes of a column."""
    if convert is same:
        return column
    if convert is moment:
        return _with_exceptions(_plain_moments(column), column, moment)
    if convert is normal_timestamp:
        return _normal_timestamps(column)
    values = column.to_list()
    made = {value: convert(value) for value in set(values)}
    dtype = DTYPES[type(next(iter(made.values())))] if made else pl.Null
    return pl.Series([made[value] for value in values], dtype=dtype)


def _plain_moments(column: pl.Series) -> pl.Series:
    """Return naive UTC times of timestamps in the usual spelling, null for others."""
    usual = column.str.contains(PLAIN_TIMESTAMP)
    if not usual.all():
        column = column.set(~usual, None)
    return column.str.to_datetime(MOMENT, time_unit="us", strict=False)


def _with_exceptions(
    found: pl.Series, column: pl.Series, convert: Convert
) -> pl.Series:
    """Fill what is missing in a column of results, value by value."""
    if not found.null_count():
        return found
    missing = found.is_null().arg_true()
    converted = [convert(value) for value in column.gather(missing)]
    return found.scatter(missing, pl.Series(converted, dtype=found.dtype))


def _normal_timestamps(column: pl.Series) -> pl.Series:
    """Return timestamps in the one spelling that is kept."""
    usual = column.str.contains(PLAIN_TIMESTAMP)
    length = column.str.len_bytes()
    is_whole = usual & (length == WHOLE_SECONDS)
    has_millis = usual & (length == MILLISECONDS) & ~column.str.ends_with("000Z")
    if is_whole.all():
        return column
    longer = column.str.head(MILLISECONDS - 1) + "000Z"
    if has_millis.all():
        return longer
    made = column.zip_with(is_whole, longer.set(~has_millis, None))
    return _with_exceptions(made, column, normal_timestamp)


DTYPES = {
    str: pl.String,
    float: pl.Float64,
    int: pl.Int64,
    bool: pl.Boolean,
    datetime: pl.Datetime("us"),
}
