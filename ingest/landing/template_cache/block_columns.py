"""Columns of the statements that the compiled pass took, as Arrow arrays."""

from typing import Any

import numpy as np
import pyarrow as pa

from ingest.landing.template_cache.assembly import take_strings
from ingest.landing.template_cache.memory import Pool, Strings
from ingest.landing.template_cache.segments import arrow_array
from ingest.landing.template_cache.tables import Column
from ingest.landing.template_cache.walk import Found

NONE = -1


class ColumnMaker:
    """Makes the columns of some rows of one block.

    Args:
        block: the lines.
        found: their forms and values.
        rows: which of the found lines.
        joined: by found line and group the number of the group.
        values: the values met.
        groups: the groups met, with the codes of people's keys as array `code`.
        pool: the texts that columns hold.
    """

    def __init__(
        self,
        block: np.ndarray,
        found: Found,
        rows: np.ndarray,
        joined: np.ndarray,
        values: Strings,
        groups: Strings,
        pool: Pool,
    ) -> None:
        self._block, self._found, self._rows = block, found, rows
        self._joined, self._values, self._groups = joined, values, groups
        self._pool = pool
        self._forms = found.form[rows]
        self._present = np.bincount(self._forms) > 0

    def array(self, column: Column) -> pa.Array:
        """Return one column."""
        kind = column.field.type
        there = np.flatnonzero(self._present)
        if not column.is_filled[there].any():
            return pa.nulls(len(self._rows), kind)
        if pa.types.is_list(kind):
            return self._lists(column, there)
        if pa.types.is_string(kind):
            return self._strings(column, there)
        slots = column.slots[self._forms]
        if (column.slots[there] == NONE).all():
            return self._constants(column)
        if pa.types.is_timestamp(kind):
            return self._moments(column, slots)
        return self._converted(column, there, slots)

    def _constants(self, column: Column) -> pa.Array:
        by_form = arrow_array(list(column.constants), column.field.type)
        return by_form.take(pa.Array.from_buffers(*_as_int64(self._forms)))

    def _moments(self, column: Column, slots: np.ndarray) -> pa.Array:
        fixed = arrow_array(list(column.constants), column.field.type)
        is_fixed = np.array([c is not None for c in column.constants])[self._forms]
        found = self._found.moment[self._rows, np.maximum(slots, 0)]
        if is_fixed.any():
            known = fixed.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
            found = np.where(is_fixed, known[self._forms], found)
        return _array(found, (slots == NONE) & ~is_fixed, pa.int64()).cast(
            column.field.type
        )

    def _converted(
        self, column: Column, there: np.ndarray, slots: np.ndarray
    ) -> pa.Array:
        kind = column.field.type
        dtype = kind.to_pandas_dtype()
        made = np.zeros(len(self._rows), dtype)
        is_null = np.ones(len(self._rows), np.bool_)
        for form in there:
            constant = column.constants[form]
            if constant is not None:
                here = self._forms == form
                made[here], is_null[here] = constant, False
        converts = {column.converts[form] for form in there} - {None}
        for convert in converts:
            uses = np.array([c is convert for c in column.converts])[self._forms]
            uses &= slots != NONE
            numbers = self._found.value[self._rows[uses], slots[uses]]
            held = self._values.array((convert, dtype), dtype)
            states = self._values.array((convert, "state"), np.int8)
            for number in _distinct(numbers[states[numbers] == 0]):
                value = convert(self._values.text_of(number))
                states[number] = 1 if value is None else 2
                held[number] = 0 if value is None else value
            made[uses] = held[numbers]
            is_null[uses] = states[numbers] == 1
        return _array(made, is_null, kind)

    def _codes_of(self, rows: np.ndarray, slots: np.ndarray) -> np.ndarray:
        """Return the numbers in the pool of values; NONE where not interned."""
        numbers = self._found.value[rows, slots]
        codes = self._values.array("code", np.int64, NONE)
        is_interned = numbers >= 0
        known = numbers[is_interned]
        for number in _distinct(known[codes[known] == NONE]):
            codes[number] = self._pool.number_of(self._values.text_of(number))
        return np.where(is_interned, codes[np.maximum(numbers, 0)], NONE)

    def _strings(self, column: Column, there: np.ndarray) -> pa.Array:
        fixed = np.array(
            [
                NONE if text is None else self._pool.number_of(text)
                for text in column.constants
            ]
        )
        codes = fixed[self._forms]
        slots = column.slots[self._forms]
        groups = column.groups[self._forms]
        has_slot, has_group = slots != NONE, groups != NONE
        if has_slot.any():
            rows = self._rows[has_slot]
            codes[has_slot] = self._codes_of(rows, slots[has_slot])
        if has_group.any():
            numbers = self._joined[self._rows[has_group], groups[has_group]]
            codes[has_group] = self._groups.array("code", np.int64, NONE)[numbers]
        if column.is_direct[there].any():
            is_null = (codes == NONE) & ~has_slot
            return self._direct(column, codes, is_null)
        used = np.zeros(len(self._pool.array) + 1, np.bool_)
        used[codes] = True
        used[-1] = False
        numbers = np.cumsum(used) - 1
        texts = self._pool.array.take(
            pa.Array.from_buffers(*_as_int64(used.nonzero()[0]))
        )
        indices = _array(numbers[codes].astype(np.int32), codes == NONE, pa.int32())
        return pa.DictionaryArray.from_arrays(indices, texts)

    def _direct(
        self, column: Column, codes: np.ndarray, is_null: np.ndarray
    ) -> pa.Array:
        pool, pool_at = strings_at(self._pool.array)
        at = np.zeros(len(self._rows) + 1, np.int32)
        given = (self._block, self._found, self._rows, column.slots, codes)
        given = (*given, pool, pool_at)
        size = take_strings(*given, np.zeros(0, np.uint8), at)
        out = np.empty(max(size, 1), np.uint8)
        take_strings(*given, out, at)
        return string_array(at, out, is_null if is_null.any() else None)

    def _lists(self, column: Column, there: np.ndarray) -> pa.Array:
        lengths = np.array([NONE if i is None else len(i) for i in column.items])
        sizes = lengths[self._forms]
        offsets = np.concatenate([[0], np.cumsum(np.maximum(sizes, 0))])
        codes = np.zeros(offsets[-1], np.int64)
        for place in range(sizes.max()):
            items = [
                i[place] if i is not None and len(i) > place else None
                for i in column.items
            ]
            fixed = np.array(
                [self._pool.number_of(i) if isinstance(i, str) else NONE for i in items]
            )[self._forms]
            slots = np.array([i if isinstance(i, int) else NONE for i in items])
            slots = slots[self._forms]
            has_slot, has_item = slots != NONE, sizes > place
            if has_slot.any():
                fixed[has_slot] = self._codes_of(self._rows[has_slot], slots[has_slot])
            codes[offsets[:-1][has_item] + place] = fixed[has_item]
        texts = self._pool.array.take(pa.Array.from_buffers(*_as_int64(codes)))
        ends = _array(
            offsets.astype(np.int32), np.append(sizes == NONE, False), pa.int32()
        )
        return pa.ListArray.from_arrays(ends, texts).cast(column.field.type)


def _distinct(numbers: np.ndarray) -> list[int]:
    return np.unique(numbers).tolist()


def _as_int64(numbers: np.ndarray) -> tuple[Any, ...]:
    content = np.ascontiguousarray(numbers, np.int64)
    return pa.int64(), len(content), [None, pa.py_buffer(content)]


def _array(values: np.ndarray, is_null: np.ndarray, kind: pa.DataType) -> pa.Array:
    """Return an Arrow array without pyarrow's own constructor, which imports pandas."""
    valid = None
    if is_null.any():
        valid = pa.py_buffer(np.packbits(~is_null, bitorder="little"))
    content = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(kind, len(values), [valid, content])


def string_array(
    at: np.ndarray, content: np.ndarray, is_null: np.ndarray | None = None
) -> pa.Array:
    """Return strings by their 32-bit offsets."""
    valid = None
    if is_null is not None:
        valid = pa.py_buffer(np.packbits(~is_null, bitorder="little"))
    buffers = [valid, pa.py_buffer(at), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.string(), len(at) - 1, buffers)


def strings_at(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return bytes and offsets of an array of strings without an offset of its own."""
    _valid, offsets, content = array.buffers() if len(array) else (None, bytes(4), None)
    at = np.frombuffer(offsets, np.int32)[: len(array) + 1]
    return np.frombuffer(content or b"\0", np.uint8), at
