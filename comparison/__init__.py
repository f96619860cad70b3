"""Stage 4, compare: gates, estimators and verdicts on pairs of delivery modes.

Pure functions on comparison cells and life tables; `run` reads them from the warehouse
and writes compared.fct_mode_comparisons. The independent unit is the programme
(docs/decisions/0005-the-programme-is-the-unit.md).

What analysts may import from here is listed in `__all__`.
"""

from comparison.repeated_looks import LOOK_LEVEL, Standing, clear_at

__all__ = ["LOOK_LEVEL", "Standing", "clear_at"]
