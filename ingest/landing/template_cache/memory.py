"""What the compiled pass remembers of values while it reads a load, and its bounds."""

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numba import int64, njit, uint64

from ingest.landing.template_cache.assembly import Renderings
from ingest.landing.template_cache.walk import Interned

VALUES, TEXT_BYTES = 1 << 15, 1 << 20  # room at first
MOST_VALUES, MOST_BYTES = 300_000, 48 << 20  # beyond them, all is forgotten


@njit(nogil=True, cache=True)
def _placed(slots, hashes, count):  # noqa: ANN001, ANN202
    mask = slots.size - 1
    for number in range(count):
        place = int64(hashes[number] & uint64(mask))
        while slots[place] >= 0:
            place = (place + 1) & mask
        slots[place] = number


class Strings:
    """Distinct byte strings in numbered order, and arrays with a row for each."""

    def __init__(self) -> None:
        self._arrays: dict[Any, np.ndarray] = {}
        self._fills: dict[Any, Any] = {}
        self.known = _room(VALUES, TEXT_BYTES)

    @property
    def capacity(self) -> int:
        """How many strings there is room for."""
        return len(self.known.start)

    @property
    def is_too_large(self) -> bool:
        """Whether it holds more than is worth remembering."""
        return bool(self.known.used[0] > MOST_VALUES or self.known.used[1] > MOST_BYTES)

    def grow(self) -> None:
        """Double what is full."""
        old = self.known
        count, filled = old.used
        is_full = count >= self.capacity
        values = self.capacity * (2 if is_full else 1)
        size = len(old.text) * (1 if is_full else 2)
        new = _room(values, size)
        new.hashes[:count] = old.hashes[:count]
        new.start[:count] = old.start[:count]
        new.length[:count] = old.length[:count]
        new.text[:filled] = old.text[:filled]
        new.used[:] = old.used
        _placed(new.slots, new.hashes, count)
        self.known = new
        for name, array in self._arrays.items():
            longer = np.empty((*array.shape[:-1], values), array.dtype)
            longer[...] = self._fills[name]
            longer[..., : array.shape[-1]] = array
            self._arrays[name] = longer

    def array(self, name: Any, dtype: Any, fill: Any = 0) -> np.ndarray:  # noqa: ANN401
        """Return the array of a name, with a place for each string in its last axis.

        Args:
            name: of the array.
            dtype: of numpy.
            fill: what strings have that are not met yet, or a column of it by row.
        """
        if name not in self._arrays:
            rows = np.shape(fill)[:-1]
            made = np.empty((*rows, self.capacity), dtype)
            made[...] = fill
            self._arrays[name], self._fills[name] = made, fill
        return self._arrays[name]

    def bytes_of(self, number: int) -> bytes:
        """Return one string."""
        start, length = self.known.start[number], self.known.length[number]
        return self.known.text[start : start + length].tobytes()

    def text_of(self, number: int) -> str:
        """Return one string as text."""
        return self.bytes_of(number).decode()


def _room(values: int, size: int) -> Interned:
    return Interned(
        np.full(4 * values, -1, np.int64),
        np.zeros(values, np.uint64),
        np.zeros(values, np.int64),
        np.zeros(values, np.int64),
        np.zeros(size, np.uint8),
        np.zeros(2, np.int64),
    )


class Pool:
    """Texts of columns by number, as one Arrow array."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._array: pa.Array = pa.array([], pa.string())

    def number_of(self, text: str) -> int:
        """Return the number of a text, a new one where it has none."""
        number = self._numbers.setdefault(text, len(self._texts))
        if number == len(self._texts):
            self._texts.append(text)
        return number

    @property
    def array(self) -> pa.Array:
        """All texts in the order of their numbers."""
        if len(self._array) < len(self._texts):
            column = pl.Series(self._texts, dtype=pl.String).to_arrow()
            self._array = column.cast(pa.string())
        return self._array


class Texts:
    """Renderings of strings; where each stands is an array of the strings."""

    def __init__(self, name: str, rows: int) -> None:
        self._text = np.zeros(TEXT_BYTES, np.uint8)
        self._filled = 0
        self._name, self._none = name, np.zeros((rows, 1), np.int64)

    def put(self, strings: Strings, row: int, number: int, text: str) -> None:
        """Add the rendering of one string."""
        content = text.encode()
        begin, size = self._filled, len(content)
        while begin + size > len(self._text):
            self._text = np.concatenate([self._text, np.zeros_like(self._text)])
        self._text[begin : begin + size] = np.frombuffer(content, np.uint8)
        self._filled += size
        made = self.of(strings)
        made.start[row, number], made.length[row, number] = begin, size

    def of(self, strings: Strings) -> Renderings:
        """Return the renderings that there are."""
        start = strings.array((self._name, "start"), np.int64, self._none)
        length = strings.array((self._name, "length"), np.int64, self._none)
        return Renderings(self._text, start, length)
