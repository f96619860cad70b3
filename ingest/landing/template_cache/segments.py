"""Columns put together from stretches: constants and lists, without a row in sight."""

from collections.abc import Sequence
from itertools import chain, groupby, repeat
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa


class Segments:
    """The columns of one table, grown batch by batch.

    Every batch gives each column of the schema `count` values, or leaves it out,
    which means null.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.row_count = 0
        self._stretches: dict[str, list[tuple[Any, int, bool]]] = {
            name: [] for name in schema.names
        }
        self._lengths = dict.fromkeys(schema.names, 0)

    def add(self, name: str, values: Sequence[Any] | pl.Series) -> None:
        """Add a batch of values to a column."""
        self._pad(name, self.row_count)
        self._stretches[name].append((values, len(values), False))
        self._lengths[name] += len(values)

    def add_constant(self, name: str, value: Any, count: int) -> None:  # noqa: ANN401
        """Add a batch of one value to a column; None needs no adding."""
        if value is not None:
            self._pad(name, self.row_count)
            self._stretches[name].append((value, count, True))
            self._lengths[name] += count

    def end_batch(self, count: int) -> None:
        """Close a batch of rows."""
        self.row_count += count

    def table(self) -> pa.Table:
        """Return the table."""
        return pa.Table.from_arrays(
            [self._array(field) for field in self.schema], schema=self.schema
        )

    def _pad(self, name: str, length: int) -> None:
        if missing := length - self._lengths[name]:
            self._stretches[name].append((None, missing, True))
            self._lengths[name] = length

    def _array(self, field: pa.Field) -> pa.Array:
        self._pad(field.name, self.row_count)
        stretches = self._stretches[field.name]
        if all(is_constant for _value, _count, is_constant in stretches):
            return _repeated(stretches, field.type)
        columns: list[pl.Series] = []
        for is_column, some in groupby(stretches, lambda one: _is_column(one[0])):
            if is_column:
                columns += [column for column, *_ in some]
                continue
            whole = chain.from_iterable(
                repeat(value, count) if is_constant else value
                for value, count, is_constant in some
            )
            columns.append(pl.from_arrow(arrow_array(list(whole), field.type)))
        return pl.concat(columns).to_arrow().cast(field.type)


def _is_column(value: object) -> bool:
    return isinstance(value, pl.Series)


def _repeated(stretches: list[tuple[Any, int, bool]], kind: pa.DataType) -> pa.Array:
    """Return an array of constants, each in its batch."""
    constants = arrow_array([value for value, _count, _ in stretches], kind)
    counts = [count for _value, count, _ in stretches]
    numbers = np.repeat(np.arange(len(counts)), counts)
    return constants.take(pl.Series(numbers).to_arrow())


def arrow_array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Return Python values as an Arrow array.

    pyarrow's own constructor imports pandas, which costs every worker its start.
    """
    if pa.types.is_list(kind):
        lengths = [0 if value is None else len(value) for value in values]
        ends = np.cumsum([0, *lengths])
        offsets = pl.Series(
            [
                None if value is None else end
                for value, end in zip([*values, ()], ends, strict=True)
            ],
            dtype=pl.Int32,
        )
        items = list(chain.from_iterable(value for value in values if value))
        return pa.ListArray.from_arrays(
            offsets.to_arrow(), arrow_array(items, kind.value_type)
        )
    return pl.Series(values, dtype=POLARS[kind]).to_arrow().cast(kind)


POLARS = {
    pa.string(): pl.String,
    pa.float64(): pl.Float64,
    pa.int64(): pl.Int64,
    pa.bool_(): pl.Boolean,
    pa.timestamp("us"): pl.Datetime("us"),
}
