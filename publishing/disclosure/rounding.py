"""Rounded counts: single quarters, and windows that overlap the exact ones.

A rounded cell shows its people to the nearest 2k and its share in whole points, and
nothing else. What is left after subtracting it from a total is then uncertain by 2k for
each rounded cell. Where rounding still narrows down a sensitive cell, the rounded cell
is suppressed too.
"""

import polars as pl


def round_people(column: str, k: int) -> pl.Expr:
    """Return a count of people to the nearest 2k, and at least 2k."""
    return ((pl.col(column) / (2 * k)).round() * (2 * k)).clip(lower_bound=2 * k)
