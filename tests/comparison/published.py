"""Published counts and the open data set, as `comparison` takes them."""

import numpy as np
import polars as pl

from comparison.standardisation import Strata
from tandem.core.files import project_root


def strata(*rows: tuple[float, float, float, float]) -> Strata:
    """Return strata of rows: numerator and denominator of a, then of b."""
    return Strata(*np.array(rows, dtype=float).T)


# Berkeley 1973 by department: men admitted, men applied, women admitted and applied.
BERKELEY = strata(
    (512, 825, 89, 108),
    (353, 560, 17, 25),
    (120, 325, 202, 593),
    (138, 417, 131, 375),
    (53, 191, 94, 393),
    (22, 373, 24, 341),
)
# Kidney stones removed: open surgery, percutaneous nephrolithotomy; small, large.
KIDNEY_STONES = strata((81, 87, 234, 270), (192, 263, 55, 80))


def oulad_students() -> pl.DataFrame:
    """Return module, presentation, gender and whether withdrawn, a row per episode."""
    path = project_root() / "samples" / "oulad" / "studentInfo.parquet"
    return pl.read_parquet(path).select(
        module="code_module",
        presentation=pl.concat_str("code_module", "code_presentation", separator="-"),
        gender="gender",
        withdrew=(pl.col("final_result") == "Withdrawn").cast(pl.Float64),
        person="id_student",
    )


def by_gender(people: pl.DataFrame) -> Strata:
    """Return withdrawals of women against men, by module in alphabetical order."""
    is_a = pl.col("gender") == "F"
    withdrew = pl.col("withdrew")
    counts = (
        people.group_by("module")
        .agg(
            withdrew.filter(is_a).sum().alias("x_a"),
            is_a.sum().alias("n_a"),
            withdrew.filter(~is_a).sum().alias("x_b"),
            (~is_a).sum().alias("n_b"),
        )
        .sort("module")
    )
    return strata(*counts.select("x_a", "n_a", "x_b", "n_b").iter_rows())
