"""Wilson's confidence interval of a share, as column expressions."""

import polars as pl
from scipy.stats import norm


def wilson(p: pl.Expr, n: pl.Expr, level: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """Return the lower and the upper bound of a share p of n (Wilson 1927).

    (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), for independent members. It
    states how exact this share is, never that two shares differ.

    Args:
        p: the share, 0 to 1.
        n: the number of members.
        level: coverage, a share.
    """
    z = float(norm.ppf(0.5 + level / 2))
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    spread = (p * (1 - p) / n + z * z / (4 * n * n)).sqrt() * z / (1 + z * z / n)
    return (centre - spread).clip(0, 1), (centre + spread).clip(0, 1)
