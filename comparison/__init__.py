"""Stage 4, compare: gates, estimators and verdicts on pairs of delivery modes.

Pure functions on comparison cells and life tables; `run` reads them from the warehouse
and writes compared.fct_mode_comparisons. The independent unit is the programme
(docs/decisions/0005-the-programme-is-the-unit.md).

What analysts may import from here is listed in `__all__` and described in
docs/comparison.md: plain arrays in, a small frozen result out.
"""

from comparison.arms import Block, Pairs, Units
from comparison.clustering import (
    Intraclass,
    Regression,
    cluster_bootstrap,
    cluster_robust,
    intraclass,
)
from comparison.competing import Incidences, incidences
from comparison.estimators import (
    Estimate,
    paired_difference,
    unpaired_difference,
)
from comparison.inputs import ImpossibleInput
from comparison.own_data import Answer, compare
from comparison.permutation import permutation_p_value
from comparison.planning import (
    Effect,
    cohens_h,
    hedges_g,
    people_to_show_means,
    people_to_show_rates,
    power_for_means,
    power_for_rates,
)
from comparison.propensity import logistic
from comparison.rates import Interval, newcombe, wilson
from comparison.repeated_looks import LOOK_LEVEL, Standing, clear_at
from comparison.restricted_means import (
    MeanDifference,
    restricted_mean,
    restricted_mean_difference,
)
from comparison.standardisation import (
    Standardised,
    Strata,
    Stratified,
    mantel_haenszel,
    standardised_difference,
)
from comparison.survival import (
    Curve,
    LifeTable,
    LogRank,
    kaplan_meier,
    life_table,
    log_rank,
)
from comparison.trend import Chart, p_chart
from comparison.verdicts import q_values
from comparison.weighting import (
    Potential,
    Weighted,
    g_formula,
    inverse_probability,
    standardised_differences,
)

__all__ = [
    "LOOK_LEVEL",
    "Answer",
    "Block",
    "Chart",
    "Curve",
    "Effect",
    "Estimate",
    "ImpossibleInput",
    "Incidences",
    "Interval",
    "Intraclass",
    "LifeTable",
    "LogRank",
    "MeanDifference",
    "Pairs",
    "Potential",
    "Regression",
    "Standardised",
    "Standing",
    "Strata",
    "Stratified",
    "Units",
    "Weighted",
    "clear_at",
    "cluster_bootstrap",
    "cluster_robust",
    "cohens_h",
    "compare",
    "g_formula",
    "hedges_g",
    "incidences",
    "intraclass",
    "inverse_probability",
    "kaplan_meier",
    "life_table",
    "log_rank",
    "logistic",
    "mantel_haenszel",
    "newcombe",
    "p_chart",
    "paired_difference",
    "people_to_show_means",
    "people_to_show_rates",
    "permutation_p_value",
    "power_for_means",
    "power_for_rates",
    "q_values",
    "restricted_mean",
    "restricted_mean_difference",
    "standardised_difference",
    "standardised_differences",
    "unpaired_difference",
    "wilson",
]
