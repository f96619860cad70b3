"""An analyst's rows, checked and in the columns that comparison reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Protocol, runtime_checkable

import duckdb
import polars as pl

from comparison.cells import AUDIENCE, UNKNOWN
from comparison.scope import UNCLASSIFIED
from tandem.core.errors import WrongUse

PAIR = 2
LARGEST = 1e15
DIRECTIONS = ("higher_better", "lower_better", "context")
Rows = pl.DataFrame


@runtime_checkable
class SupportsArrow(Protocol):
    """A frame of any library that exports its columns as arrow."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return a capsule of the columns."""


@dataclass(frozen=True)
class Columns:
    """Which column holds what; see `own_data.compare`."""

    programme: str
    mode: str
    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    learner: str | None = None
    cohort: str | None = None
    category: str | None = None
    definition: str | None = None
    attributes: tuple[str, ...] = ()

    def named(self) -> dict[str, str]:
        """Return the columns that are given, by argument."""
        given = {
            name: column
            for name, column in vars(self).items()
            if name != "attributes" and column is not None
        }
        return given | {f"attributes[{n}]": c for n, c in enumerate(self.attributes)}


def rows_of(data: object, columns: Columns) -> Rows:
    """Return the rows as programme_id, delivery_mode, cohort_id, outcome_category,
    definition, learner, the attributes, denominator, value_sum, value_sum_of_squares.

    Raises:
        WrongUse: it is no frame, a column is missing, or what must be known has gaps.
    """
    frame = frame_of(data)
    _check(frame, columns)
    slots = dict(zip(AUDIENCE, columns.attributes, strict=False))
    programme, mode = (
        pl.col(name).cast(pl.String) for name in (columns.programme, columns.mode)
    )
    cohort = pl.col(columns.cohort).cast(pl.String) if columns.cohort else pl.lit("")
    chosen = frame.select(
        programme.alias("programme_id"),
        mode.alias("delivery_mode"),
        # Two programmes may number their cohorts alike.
        pl.concat_str(programme, mode, cohort, separator="|").alias("cohort_id"),
        _text(columns.category, UNCLASSIFIED).alias("outcome_category"),
        _text(columns.definition, "").alias("definition"),
        _text(columns.learner, None).alias("learner"),
        *[_text(slots.get(slot), UNKNOWN).alias(slot) for slot in AUDIENCE],
        *_sums(columns),
    )
    return chosen.filter(pl.col("denominator") > 0)


def check_words(direction: str, margin: float | None) -> None:
    """Refuse a direction or a margin that cannot be understood.

    Raises:
        WrongUse: the direction is none of three, or the margin no number above 0.
    """
    if direction not in DIRECTIONS:
        raise WrongUse(
            "there is no such direction",
            f"direction={direction!r}",
            f"one of {', '.join(DIRECTIONS)}",
        )
    if margin is None:
        return
    is_number = isinstance(margin, int | float) and not isinstance(margin, bool)
    if not is_number or not (isfinite(margin) and margin > 0):
        raise WrongUse(
            "the margin is no number above 0",
            f"margin={margin!r}",
            "give it in the unit of the value; of a share 0.03 is 3 points",
        )


def check_definitions(rows: Rows, columns: Columns) -> None:
    """Refuse rows in which a programme has two definitions.

    Raises:
        WrongUse: what the value means changes inside a programme.
    """
    kinds = rows.group_by("programme_id").agg(pl.col("definition").n_unique())
    several = kinds.filter(pl.col("definition") > 1)["programme_id"].sort()
    if several.len():
        raise WrongUse(
            f"{several[0]!r} has more than one",
            f"column {columns.definition}",
            "a value means one thing in a programme: make two programmes of it",
        )


def check_size(rows: Rows, columns: Columns) -> None:
    """Refuse values whose squares cannot be added up.

    Raises:
        WrongUse: a value is too large.
    """
    squares = rows["value_sum_of_squares"]
    if not squares.is_finite().all() or float(squares.max()) > LARGEST**2:
        raise WrongUse(
            "a value is too large",
            f"column {columns.value or columns.numerator}",
            "give the values in a larger unit",
        )


def two_modes(
    rows: Rows, columns: Columns, chosen: tuple[str, str] | None
) -> tuple[str, str]:
    """Return the two modes that are compared.

    Raises:
        WrongUse: there is one mode only, there are more than two and none is chosen, or
            a chosen one is not there.
    """
    there = sorted(rows["delivery_mode"].unique().to_list())
    listed = ", ".join(there)
    if chosen is not None:
        missing = [mode for mode in chosen if mode not in there]
        if missing or len(set(chosen)) != PAIR:
            what = f"no row has {missing[0]!r}" if missing else "it is the same twice"
            raise WrongUse(what, f"modes={chosen}", f"{columns.mode} has: {listed}")
        return chosen
    if len(there) < PAIR:
        raise WrongUse(
            f"all rows have the mode {listed!r}",
            f"column {columns.mode}",
            "add rows of another mode; there is nothing to compare it with",
        )
    if len(there) > PAIR:
        raise WrongUse(
            f"there are {len(there)} modes ({listed})",
            f"column {columns.mode}",
            "choose two: modes=(first, second)",
        )
    return there[0], there[1]


def frame_of(data: object) -> pl.DataFrame:
    """Return any frame, SQL result or mapping of columns as a polars frame.

    Raises:
        WrongUse: it is none of these, or has no rows.
    """
    frame = _converted(data)
    if frame is None:
        raise WrongUse(
            f"a {type(data).__name__} is no frame",
            "data",
            "give a polars, pandas or arrow frame, a DuckDB result or a mapping",
        )
    if frame.is_empty():
        raise WrongUse("it has no rows", "data", "check the query that it comes from")
    return frame


def _converted(data: object) -> pl.DataFrame | None:
    if isinstance(data, pl.DataFrame):
        return data
    if isinstance(data, pl.LazyFrame):
        return data.collect()
    if isinstance(data, Mapping):
        return pl.DataFrame(data)
    if isinstance(data, duckdb.DuckDBPyRelation):
        return data.pl()
    if isinstance(data, SupportsArrow):  # pandas, arrow and others
        return pl.DataFrame(data)
    return None


def _check(frame: pl.DataFrame, columns: Columns) -> None:
    named = columns.named()
    for argument, column in named.items():
        if column not in frame.columns:
            raise WrongUse(
                f"there is no column {column!r}",
                f"{argument}={column!r}",
                f"columns are: {', '.join(frame.columns)}",
            )
    if len(columns.attributes) > len(AUDIENCE):
        raise WrongUse(
            f"there are {len(columns.attributes)} attributes",
            "attributes",
            f"give the {len(AUDIENCE)} that matter most",
        )
    _check_measure(columns)
    for argument in ("value", "numerator", "denominator"):
        if argument in named:
            _check_numbers(frame, argument, named[argument])
    for argument, column in named.items():
        missing = frame[column].null_count()
        if missing and not argument.startswith("attributes"):
            raise WrongUse(
                f"{missing} of {frame.height} rows have no value",
                f"{argument}={column!r}",
                "fill them in or leave these rows out; nothing is taken for 0",
            )
    if columns.numerator and columns.denominator:
        numerator, denominator = frame[columns.numerator], frame[columns.denominator]
        if ((numerator < 0) | (numerator > denominator)).any():
            raise WrongUse(
                "it is below 0 or above the denominator",
                f"numerator={columns.numerator!r}",
                "give counts of people; a sum of other numbers is a value",
            )


def _check_measure(columns: Columns) -> None:
    has_rate = columns.numerator is not None or columns.denominator is not None
    is_whole = columns.numerator is not None and columns.denominator is not None
    if (columns.value is not None) == has_rate or (has_rate and not is_whole):
        raise WrongUse(
            "it is not clear what is compared",
            "value, numerator, denominator",
            "give value, or both numerator and denominator",
        )


def _check_numbers(frame: pl.DataFrame, argument: str, column: str) -> None:
    kind = frame.schema[column]
    if kind != pl.Boolean and not kind.is_numeric():
        raise WrongUse(
            f"it holds {kind}, not numbers",
            f"{argument}={column!r}",
            "give 0 and 1, true and false, or numbers",
        )
    if kind.is_float() and not frame[column].drop_nulls().is_finite().all():
        raise WrongUse(
            "it holds numbers that are not finite",
            f"{argument}={column!r}",
            "fill them in or leave these rows out; nothing is taken for 0",
        )


def _text(column: str | None, default: str | None) -> pl.Expr:
    if column is None:
        return pl.lit(default, dtype=pl.String)
    text = pl.col(column).cast(pl.String)
    return text if default is None else text.fill_null(default)


def _sums(columns: Columns) -> list[pl.Expr]:
    """Return people, sum of their values and sum of the squares, of each row."""
    if columns.value is not None:
        value = pl.col(columns.value).cast(pl.Float64)
        people = pl.lit(1.0)
        squares = value.pow(2)
    else:
        value = pl.col(columns.numerator).cast(pl.Float64)
        people = pl.col(columns.denominator).cast(pl.Float64)
        squares = value
    return [
        people.alias("denominator"),
        value.alias("value_sum"),
        squares.alias("value_sum_of_squares"),
    ]
