"""What may be asked of an analyst's rows: modes, definitions, words."""

from collections.abc import Sequence
from math import isfinite

import polars as pl

from comparison.cells import AUDIENCE
from comparison.inputs import LARGEST, ImpossibleInput
from comparison.own_rows import Columns, Rows

PAIR = 2
DIRECTIONS = ("higher_better", "lower_better", "context")


def check_words(direction: str, margin: float | None) -> None:
    """Refuse a direction or a margin that cannot be understood.

    Raises:
        ImpossibleInput: the direction is none of three, or the margin no number
            above 0.
    """
    if direction not in DIRECTIONS:
        raise ImpossibleInput(
            "there is no such direction",
            f"direction={direction!r}",
            f"one of {', '.join(DIRECTIONS)}",
        )
    if margin is None:
        return
    is_number = isinstance(margin, int | float) and not isinstance(margin, bool)
    if not is_number or not (isfinite(margin) and margin > 0):
        raise ImpossibleInput(
            "the margin is no number above 0",
            f"margin={margin!r}",
            "give it in the unit of the value; of a share 0.03 is 3 points",
        )


def names_of(argument: str, names: object, count: int | None = None) -> tuple[str, ...]:
    """Return names that were given in a list, none for None.

    Raises:
        ImpossibleInput: it is one name alone, no names, or another number of them.
    """
    if names is None:
        return ()
    words = f"give a list: {argument}=[...]"
    is_list = isinstance(names, Sequence) and not isinstance(names, str | bytes)
    if not is_list or not all(isinstance(name, str) for name in names):
        raise ImpossibleInput("it is no list of names", f"{argument}={names!r}", words)
    if count is not None and len(names) != count:
        raise ImpossibleInput(
            f"it has {len(names)} names", f"{argument}={names!r}", f"give {count}"
        )
    if count is None and len(set(names)) < len(names) <= len(AUDIENCE):
        raise ImpossibleInput("a name is there twice", f"{argument}={names!r}", words)
    return tuple(names)


def check_definitions(rows: Rows, columns: Columns) -> None:
    """Refuse rows in which a programme has two definitions.

    Raises:
        ImpossibleInput: what the value means changes inside a programme.
    """
    kinds = rows.group_by("programme_id").agg(pl.col("definition").n_unique())
    several = kinds.filter(pl.col("definition") > 1)["programme_id"].sort()
    if several.len():
        raise ImpossibleInput(
            f"{several[0]!r} has more than one",
            f"column {columns.definition}",
            "a value means one thing in a programme: make two programmes of it",
        )


def check_size(rows: Rows, columns: Columns) -> None:
    """Refuse values whose squares cannot be added up.

    Raises:
        ImpossibleInput: a value is too large.
    """
    squares = rows["value_sum_of_squares"]
    if not squares.is_finite().all() or float(squares.max()) > LARGEST**2:
        raise ImpossibleInput(
            "a value is too large",
            f"column {columns.value or columns.numerator}",
            "give the values in a larger unit",
        )


def two_modes(
    rows: Rows, columns: Columns, modes: tuple[str, str] | None
) -> tuple[str, str]:
    """Return the two modes that are compared.

    Raises:
        ImpossibleInput: there is one mode only, there are more than two and none is
            chosen, or a chosen one is not there.
    """
    there = sorted(rows["delivery_mode"].unique().to_list())
    listed = ", ".join(there)
    if modes is not None:
        chosen = names_of("modes", modes, PAIR)
        missing = [mode for mode in chosen if mode not in there]
        if missing or chosen[0] == chosen[1]:
            what = f"no row has {missing[0]!r}" if missing else "it is the same twice"
            raise ImpossibleInput(
                what,
                f"modes={chosen}",
                f"{columns.mode} has: {listed}",
            )
        return chosen[0], chosen[1]
    if len(there) < PAIR:
        raise ImpossibleInput(
            f"all rows have the mode {listed!r}",
            f"column {columns.mode}",
            "add rows of another mode; there is nothing to compare it with",
        )
    if len(there) > PAIR:
        raise ImpossibleInput(
            f"there are {len(there)} modes ({listed})",
            f"column {columns.mode}",
            "choose two: modes=(first, second)",
        )
    return there[0], there[1]
