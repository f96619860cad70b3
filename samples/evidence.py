"""What one area of the sample adds: tables, statements, and the KPIs that follow."""

from dataclasses import dataclass, field

import numpy as np

from samples.catalogue import MODES

Truth = dict[str, dict[str, float]]  # delivery mode -> numerator and denominator


@dataclass(frozen=True)
class Evidence:
    """What one area adds to the sample.

    Attributes:
        tables: rows of the organisation's tables, by table; a column may be left out.
            Areas may add rows to one table, but to none of organisation_files.
        statements: JSON texts of statements of the learning platform.
        kpis: what KPIs must be by kpi_id and delivery mode: the sums of numerators and
            denominators over all quarters and cohorts. The sums of areas that feed one
            KPI are added up.
    """

    tables: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)
    kpis: dict[str, Truth] = field(default_factory=dict)


def truth_by_mode(
    mode: np.ndarray, denominator: np.ndarray, numerator: np.ndarray
) -> Truth:
    """Return the sums of a KPI by delivery mode; a mode without a base is left out.

    Args:
        mode: index in MODES of each row.
        denominator: what each row adds to the denominator; 0 outside the base.
        numerator: what each row adds to the numerator.
    """
    found = {}
    for code, name in enumerate(MODES):
        own = mode == code
        if denominator[own].any():
            found[name] = {
                "numerator": float(numerator[own].sum()),
                "denominator": float(denominator[own].sum()),
            }
    return found


def add_truth(kpis: dict[str, Truth], more: dict[str, Truth]) -> None:
    """Add the sums of one area to those of the areas before it."""
    for kpi_id, truth in more.items():
        of_kpi = kpis.setdefault(kpi_id, {})
        for mode, sums in truth.items():
            known = of_kpi.get(mode, {"numerator": 0.0, "denominator": 0.0})
            of_kpi[mode] = {part: known[part] + sums[part] for part in sums}
