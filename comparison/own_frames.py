"""An analyst's data of any library as a polars frame."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import duckdb
import polars as pl

from comparison.inputs import ImpossibleInput

OF_LIBRARIES = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


@runtime_checkable
class SupportsArrow(Protocol):
    """A frame of any library that exports its columns as arrow."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return a capsule of the columns."""


def frame_of(data: object) -> pl.DataFrame:
    """Return any frame, SQL result or mapping of columns as a polars frame.

    Raises:
        ImpossibleInput: it is none of these, or has no rows.
    """
    try:
        frame = _converted(data)
    except (pl.exceptions.PolarsError, duckdb.Error, *OF_LIBRARIES) as error:
        # pyarrow's errors are ValueError, TypeError or KeyError.
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise ImpossibleInput(
            f"it is no table: {reason}",
            "data",
            "give columns of one length, each with a name of its own",
        ) from None
    if frame is None:
        raise ImpossibleInput(
            f"a {type(data).__name__} is no frame",
            "data",
            "give a polars, pandas or arrow frame, a DuckDB result or a mapping",
        )
    if frame.is_empty():
        raise ImpossibleInput(
            "it has no rows", "data", "check the query that it comes from"
        )
    return frame


def _converted(data: object) -> pl.DataFrame | None:
    if isinstance(data, pl.DataFrame):
        return data
    if isinstance(data, pl.LazyFrame):
        return data.collect()
    if isinstance(data, Mapping):
        return pl.DataFrame({name: _listed(column) for name, column in data.items()})
    if isinstance(data, duckdb.DuckDBPyRelation):
        return data.pl()
    if isinstance(data, SupportsArrow):  # pandas, arrow and others
        return pl.DataFrame(data)
    return None


def _listed(column: object) -> object:
    """Return a column; a single value, which would be repeated, is none."""
    if isinstance(column, str | bytes) or not hasattr(column, "__len__"):
        raise TypeError(f"{column!r} is no column")
    return column
