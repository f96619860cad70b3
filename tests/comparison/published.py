"""Published counts and the open data set, as the estimators take them."""

import numpy as np
import polars as pl

from comparison.standardisation import Arms
from comparison.survival import LifeTable
from tandem.files import project_root

# Berkeley 1973 by department: men admitted, men applied, women admitted and applied.
BERKELEY = {
    "A": Arms(512, 825, 89, 108),
    "B": Arms(353, 560, 17, 25),
    "C": Arms(120, 325, 202, 593),
    "D": Arms(138, 417, 131, 375),
    "E": Arms(53, 191, 94, 393),
    "F": Arms(22, 373, 24, 341),
}
# Kidney stones removed: open surgery, percutaneous nephrolithotomy.
KIDNEY_STONES = {"small": Arms(81, 87, 234, 270), "large": Arms(192, 263, 55, 80)}


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


def withdrawals_by_gender() -> dict[str, Arms]:
    """Return women against men, by module."""
    counts = (
        oulad_students()
        .group_by("module")
        .agg(
            pl.col("withdrew").filter(pl.col("gender") == sex).sum().alias(f"x_{sex}")
            if what == "x"
            else (pl.col("gender") == sex).sum().alias(f"n_{sex}")
            for sex in ("F", "M")
            for what in ("x", "n")
        )
    )
    return {
        row["module"]: Arms(row["x_F"], row["n_F"], row["x_M"], row["n_M"])
        for row in counts.sort("module").to_dicts()
    }


def life_table(time: np.ndarray, is_event: np.ndarray) -> LifeTable:
    """Return the life table of people with a time and whether it ended in the event."""
    days = np.unique(time)
    at_risk = np.array([(time >= day).sum() for day in days])
    events = np.array([((time == day) & is_event).sum() for day in days])
    return LifeTable(days.astype(float), at_risk.astype(float), events.astype(float))
