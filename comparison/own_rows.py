"""An analyst's rows, checked and in the columns that comparison reads."""

from dataclasses import dataclass

import polars as pl

from comparison.cells import AUDIENCE, UNKNOWN
from comparison.inputs import LARGEST, ImpossibleInput
from comparison.own_frames import frame_of
from comparison.scope import UNCLASSIFIED

Rows = pl.DataFrame


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
        ImpossibleInput: it is no frame, a column is missing, or what must be known has
            gaps.
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
    rows = chosen.filter(pl.col("denominator") > 0)
    if rows.is_empty():
        raise ImpossibleInput(
            "no row has people",
            f"denominator={columns.denominator!r}",
            "give how many people each row is about",
        )
    return rows


def with_known(rows: Rows, modes: tuple[str, str], least: float) -> Rows:
    """Return rows in which attributes of too few people of a mode are unknown.

    An attribute that only one mode's people have would make all of them seem to be
    other people than those of the other mode.

    Args:
        rows: as of `rows_of`.
        modes: the two that are compared.
        least: the share of each mode's people of whom an attribute must be known.
    """
    people = pl.col("denominator")
    known = [
        ((pl.col(slot) != UNKNOWN) * people).sum() / people.sum() for slot in AUDIENCE
    ]
    shares = rows.group_by("delivery_mode").agg(
        share.alias(slot) for share, slot in zip(known, AUDIENCE, strict=True)
    )
    unknown = [slot for slot in AUDIENCE if shares[slot].min() < least]
    return rows.with_columns(pl.lit(UNKNOWN).alias(slot) for slot in unknown)


def _check(frame: pl.DataFrame, columns: Columns) -> None:
    named = columns.named()
    for argument in ("programme", "mode"):
        if argument not in named:
            raise ImpossibleInput(
                "it is needed",
                argument,
                f"name its column: {', '.join(frame.columns)}",
            )
    for argument, column in named.items():
        if column not in frame.columns:
            raise ImpossibleInput(
                f"there is no column {column!r}",
                f"{argument}={column!r}",
                f"columns are: {', '.join(frame.columns)}",
            )
    if len(columns.attributes) > len(AUDIENCE):
        raise ImpossibleInput(
            f"there are {len(columns.attributes)} attributes",
            "attributes",
            f"give the {len(AUDIENCE)} that matter most",
        )
    _check_measure(columns)
    for argument in ("value", "numerator", "denominator"):
        if argument in named:
            _check_numbers(frame, argument, named[argument])
    for argument, column in named.items():
        kind = frame.schema[column]
        if kind.is_nested() or kind in (pl.Object, pl.Binary):
            raise ImpossibleInput(
                f"it holds {str(kind).lower()}s",
                f"{argument}={column!r}",
                "give one name or number in each row",
            )
        if kind.is_float() and not frame[column].drop_nulls().is_finite().all():
            raise ImpossibleInput(
                "it holds numbers that are not finite",
                f"{argument}={column!r}",
                "fill them in or leave these rows out; nothing is taken for 0",
            )
        missing = frame[column].null_count()
        if missing and not argument.startswith("attributes"):
            raise ImpossibleInput(
                f"{missing} of {frame.height} rows have no value",
                f"{argument}={column!r}",
                "fill them in or leave these rows out; nothing is taken for 0",
            )
    if columns.numerator and columns.denominator:
        numerator, denominator = (
            frame[column].cast(pl.Float64)
            for column in (columns.numerator, columns.denominator)
        )
        if ((denominator < 0) | (denominator > LARGEST)).any():
            raise ImpossibleInput(
                f"it is below 0 or above {LARGEST:g}",
                f"denominator={columns.denominator!r}",
                "give how many people each row is about",
            )
        if ((numerator < 0) | (numerator > denominator)).any():
            raise ImpossibleInput(
                "it is below 0 or above the denominator",
                f"numerator={columns.numerator!r}",
                "give counts of people; a sum of other numbers is a value",
            )


def _check_measure(columns: Columns) -> None:
    has_rate = columns.numerator is not None or columns.denominator is not None
    is_whole = columns.numerator is not None and columns.denominator is not None
    if (columns.value is not None) == has_rate or (has_rate and not is_whole):
        raise ImpossibleInput(
            "it is not clear what is compared",
            "value, numerator, denominator",
            "give value, or both numerator and denominator",
        )


def _check_numbers(frame: pl.DataFrame, argument: str, column: str) -> None:
    kind = frame.schema[column]
    if kind != pl.Boolean and not kind.is_numeric():
        raise ImpossibleInput(
            f"it holds {kind}, not numbers",
            f"{argument}={column!r}",
            "give 0 and 1, true and false, or numbers",
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


def fewest_learners(rows: pl.DataFrame) -> int:
    """Return the distinct people of the mode that has fewer."""
    people = rows.group_by("delivery_mode").agg(pl.col("learner").n_unique())
    return int(people["learner"].min() or 0)


def cells_from(rows: pl.DataFrame) -> pl.DataFrame:
    """Return comparison cells of prepared rows."""
    keys = [
        "programme_id",
        "cohort_id",
        "delivery_mode",
        "outcome_category",
        *AUDIENCE,
    ]
    return (
        rows.with_columns(
            pl.col("learner").rank("dense").cast(pl.Int64).alias("person")
        )
        .group_by(keys)
        .agg(
            pl.col("learner").n_unique().cast(pl.Int64).alias("distinct"),
            pl.col("learner").null_count().alias("unnamed"),
            pl.col("person").drop_nulls().unique().sort().alias("persons"),
            pl.col("denominator").sum(),
            pl.col("value_sum").sum(),
            pl.col("value_sum_of_squares").sum(),
        )
        .with_columns(
            pl.when(pl.col("unnamed") > 0)
            .then(pl.col("denominator").cast(pl.Int64))
            .otherwise("distinct")
            .alias("learner_count"),
            pl.when(pl.col("unnamed") == 0).then(pl.col("persons")).alias("persons"),
            pl.col("value_sum").alias("unmatched_low"),
            pl.col("value_sum").alias("unmatched_high"),
        )
        .sort(keys)
    )
