"""The weighted kappa of the models is that of statsmodels, and of R's package irr."""

import re

import numpy as np
import pytest
import yaml
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from tandem.core.files import project_root

MODEL = "models/marts/kpis/fct_rating_agreements.yml"
PRINTED_BY_IRR = 0.297  # kappa2(anxiety[, 1:2], "squared")


def test_the_expected_value_of_the_model_s_unit_test_is_the_reference_s():
    text = (project_root() / MODEL).read_text("utf-8")
    case = yaml.safe_load(text)["unit_tests"][0]
    rows = next(
        given["rows"] for given in case["given"] if "double_ratings" in given["input"]
    )
    scores = np.array([(row["person_score"], row["ai_score"]) for row in rows])
    table, _categories = to_table(scores)
    reference = float(cohens_kappa(table, wt="quadratic").kappa)
    expected = re.search(r"cast\(([\d.]+) as double\)", case["expect"]["rows"])
    assert expected
    assert float(expected[1]) == pytest.approx(reference, abs=1e-12)
    assert round(reference, 3) == PRINTED_BY_IRR
