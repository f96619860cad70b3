"""What functions for analysts accept; the rest gets one error that says what is.

An answer to impossible numbers would be a wrong one, so they are refused before
anything is computed, in the same words by every function.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from math import isfinite
from numbers import Number
from typing import ParamSpec, TypeVar

import numpy as np

from tandem.core.errors import WrongUse

P, T = ParamSpec("P"), TypeVar("T")
Array = np.ndarray
LARGEST = 1e15  # squares and their sums stay exact enough
SMALLEST = 1e-9  # a number of people, or a weight, that may be divided by
NUMBERS = "biuf"  # numpy's kinds: booleans count as 0 and 1


class ImpossibleInput(WrongUse, ValueError):
    """An argument that no answer can be given to: what, where and what is allowed."""


def number(
    where: str,
    value: object,
    least: float = -LARGEST,
    most: float = LARGEST,
    allowed: str = "",
) -> float:
    """Return one number as a float.

    Args:
        where: name of the argument.
        value: what was given.
        least, most: between which it lies, these included.
        allowed: what is allowed, in words; empty for the limits.

    Raises:
        ImpossibleInput: it is no number, or not between the limits.
    """
    words = allowed or f"give a number from {least:g} to {most:g}"
    is_number = isinstance(value, Number | np.generic) and np.ndim(value) == 0
    if not is_number or isinstance(value, bool | np.bool_ | complex):
        raise ImpossibleInput(f"{_short(value)} is no number", where, words)
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ImpossibleInput(f"{_short(value)} is no number", where, words) from None
    if not (isfinite(found) and least <= found <= most):
        raise ImpossibleInput(f"{_short(value)} is not possible", where, words)
    return found


def whole_number(where: str, value: object, least: int, most: int) -> int:
    """Return a whole number between two limits, these included."""
    words = f"give a whole number from {least} to {most}"
    found = number(where, value, least, most, words)
    if found != int(found):
        raise ImpossibleInput(f"{_short(value)} is no whole number", where, words)
    return int(found)


def share(where: str, value: object) -> float:
    """Return a share, 0 to 1."""
    return number(where, value, 0, 1, "give a share from 0 to 1, such as 0.8")


def level_of(value: object, where: str = "level") -> float:
    """Return the level of an interval, or a power: above 0 and below 1."""
    words = "give a share above 0 and below 1; 0.95 is 95 %"
    found = number(where, value, 0, 1, words)
    if found == 0 or 0.5 + found / 2 >= 1:
        raise ImpossibleInput(f"{_short(value)} is not possible", where, words)
    return found


def switch(where: str, value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool | np.bool_):
        words = "give True or False"
        raise ImpossibleInput(f"{_short(value)} is neither", where, words)
    return bool(value)


def check_text(where: str, value: object) -> None:
    """Refuse what is no text."""
    if not isinstance(value, str):
        raise ImpossibleInput(f"{_short(value)} is no text", where, "give text")


def one_of(where: str, value: object, allowed: Collection[str]) -> str:
    """Return a word that is one of those allowed."""
    if not isinstance(value, str) or value not in allowed:
        raise ImpossibleInput(
            f"there is no {_short(value)}", where, f"one of {', '.join(allowed)}"
        )
    return value


def numbers(
    where: str,
    values: object,
    least: float = -LARGEST,
    most: float = LARGEST,
    *,
    fewest: int = 1,
    size: int | None = None,
) -> Array:
    """Return a sequence of numbers as floats, shape (size,).

    Args:
        where: name of the argument.
        values: list, array, or column of a polars or pandas frame.
        least, most: between which all lie, these included.
        fewest: how many there must be at least.
        size: how many there must be, as of another argument.

    Raises:
        ImpossibleInput: there are too few, one is missing or outside the limits.
    """
    found = floats(where, values)
    if found.ndim != 1:
        raise ImpossibleInput(
            f"it has {found.ndim} dimensions", where, "give one sequence of numbers"
        )
    _check_length(where, found.size, fewest, size)
    is_wrong = ~((found >= least) & (found <= most))
    if is_wrong.any():
        place = int(np.flatnonzero(is_wrong)[0])
        limits = f"from {least:g} to {most:g}"
        raise ImpossibleInput(
            f"number {place + 1} of {found.size} is {found[place]:g}",
            where,
            f"give numbers {limits}; leave out what is missing",
        )
    return found


def parts_of(where: str, values: object, wholes: Array) -> Array:
    """Return numerators, each from 0 to its denominator."""
    found = numbers(where, values, 0, size=wholes.size, fewest=0)
    above = np.flatnonzero(found > wholes)
    if above.size:
        place = int(above[0])
        raise ImpossibleInput(
            f"number {place + 1} is {found[place]:g} of {wholes[place]:g}",
            where,
            "give at most the denominator",
        )
    return found


def flags(where: str, values: object, size: int | None = None) -> Array:
    """Return a sequence of true and false, or 1 and 0, as booleans."""
    found = numbers(where, values, 0, 1, size=size)
    if not np.isin(found, (0.0, 1.0)).all():
        raise ImpossibleInput("it has others than 0 and 1", where, "give 0 and 1")
    return found == 1


def groups(where: str, values: object, size: int | None = None) -> tuple[int, Array]:
    """Return how many groups there are, and each row's group, 0 and up.

    Raises:
        ImpossibleInput: the name of a group is missing.
    """
    words = "give a name or a number to each row"
    found = _as_array(where, values)
    if found.ndim != 1:
        raise ImpossibleInput(f"it has {found.ndim} dimensions", where, words)
    _check_length(where, found.size, 1, size)
    if any(one is None or one != one for one in found.tolist()):  # nan is not itself
        raise ImpossibleInput("a name is missing", where, words)
    try:
        names, place = np.unique(found, return_inverse=True)
    except TypeError:
        raise ImpossibleInput("it has names and numbers", where, words) from None
    return names.size, place


def columns(where: str, values: object, size: int) -> Array:
    """Return columns of numbers, shape (size, columns); one sequence is one column."""
    found = floats(where, values)
    if found.ndim == 1 and found.size == size:
        found = found.reshape(size, 1)
    if found.ndim != 2 or found.shape[0] != size:
        raise ImpossibleInput(
            f"its shape is {found.shape}", where, f"give {size} rows of columns"
        )
    if not (np.abs(found) <= LARGEST).all():
        raise ImpossibleInput(
            "a number is missing, not finite or too large",
            where,
            f"give numbers from {-LARGEST:g} to {LARGEST:g}",
        )
    return found


def floats(where: str, values: object) -> Array:
    """Return an array of floats of any shape, which text and dates are not.

    Raises:
        ImpossibleInput: there is something else than numbers.
    """
    found = _as_array(where, values)
    words = "give numbers; leave out what is missing"
    if found.dtype.kind == "O":
        wrong = [one for one in found.ravel().tolist() if not _is_number(one)]
        if wrong:
            raise ImpossibleInput(f"{_short(wrong[0])} is no number", where, words)
    elif found.dtype.kind not in NUMBERS:
        raise ImpossibleInput(f"it holds {found.dtype}, not numbers", where, words)
    try:
        return found.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise ImpossibleInput("it holds other than numbers", where, words) from None


def as_floats(record: object) -> None:
    """Replace every field of a frozen dataclass by an array of floats.

    Args:
        record: whose fields are sequences of numbers: lists, arrays, columns of frames.
    """
    for field in fields(record):
        where = f"{type(record).__name__}.{field.name}"
        values = floats(where, getattr(record, field.name))
        object.__setattr__(record, field.name, values)


def record_of(where: str, value: object, kind: type[T]) -> T:
    """Return a record that is of the kind that a function takes."""
    if not isinstance(value, kind):
        words = f"give {kind.__module__}.{kind.__name__}"
        raise ImpossibleInput(f"{_short(value)} is no {kind.__name__}", where, words)
    return value


@contextmanager
def finite_answers(where: str) -> Iterator[None]:
    """Refuse what cannot be computed, where only the computation shows it.

    Raises:
        ImpossibleInput: a division by 0, an overflow, or columns that repeat others.
    """
    words = "check for groups without variation and for numbers of very unlike size"
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            yield
    except (ArithmeticError, np.linalg.LinAlgError):
        raise ImpossibleInput("there is no finite answer", where, words) from None


def answers_or_refuses(function: Callable[P, T]) -> Callable[P, T]:
    """Return a function whose computation is inside `finite_answers`."""

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        with finite_answers(function.__name__):
            return function(*args, **kwargs)

    return checked


def _as_array(where: str, values: object) -> Array:
    words = "give a list, an array or a column of a frame"
    if isinstance(values, str | bytes | dict | set) or not hasattr(values, "__len__"):
        raise ImpossibleInput(f"{_short(values)} is no sequence", where, words)
    try:
        return np.asarray(values)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        raise ImpossibleInput("it is no plain sequence", where, words) from None


def _is_number(value: object) -> bool:
    return isinstance(value, Number | np.bool_) and not isinstance(value, complex)


def _check_length(where: str, found: int, fewest: int, size: int | None) -> None:
    if size is not None and found != size:
        raise ImpossibleInput(
            f"it has {found} entries", where, f"give {size}, as in the other arguments"
        )
    if found < fewest:
        raise ImpossibleInput(
            f"it has {found or 'no'} entries", where, f"give at least {fewest}"
        )


def _short(value: object) -> str:
    """Return a value in a few characters, without line breaks."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 40 else text[:37] + "..."
