"""Published data and the open data set, as the estimators take them."""

import numpy as np
import polars as pl

from comparison.survival import LifeTable
from tandem.core.files import project_root


def oulad_students() -> pl.DataFrame:
    """Return module, presentation and whether withdrawn, a row per episode."""
    path = project_root() / "samples" / "oulad" / "studentInfo.parquet"
    return pl.read_parquet(path).select(
        module="code_module",
        presentation=pl.concat_str("code_module", "code_presentation", separator="-"),
        withdrew=(pl.col("final_result") == "Withdrawn").cast(pl.Float64),
    )


def life_table(time: np.ndarray, is_event: np.ndarray) -> LifeTable:
    """Return the life table of people with a time and whether it ended in the event."""
    days = np.unique(time)
    at_risk = np.array([(time >= day).sum() for day in days])
    events = np.array([((time == day) & is_event).sum() for day in days])
    return LifeTable(days.astype(float), at_risk.astype(float), events.astype(float))
