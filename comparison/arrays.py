"""Frozen records of arrays, made from any sequence of numbers."""

from dataclasses import fields

import numpy as np


def as_floats(record: object) -> None:
    """Replace every field of a frozen dataclass by an array of floats.

    Args:
        record: whose fields are sequences of numbers: lists, arrays, columns of frames.
    """
    for field in fields(record):
        values = np.asarray(getattr(record, field.name), dtype=float)
        object.__setattr__(record, field.name, values)
