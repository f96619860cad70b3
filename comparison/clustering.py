"""People who learn together fare alike, so a number rests on fewer than it says."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from comparison.inputs import (
    ImpossibleInput,
    answers_or_refuses,
    columns,
    floats,
    groups,
    level_of,
    number,
    numbers,
    one_of,
    whole_number,
)

Array = np.ndarray
MOST_DRAWS = 1_000_000


@dataclass(frozen=True)
class Intraclass:
    """How alike people of one group are.

    Attributes:
        correlation: share of the variance that lies between groups; below 0 where
            groups differ less than chance would have them.
        between: variance between groups, below 0 likewise.
        within: variance inside groups.
        size: the usual group size n0, smaller than the mean where sizes differ.
    """

    correlation: float
    between: float
    within: float
    size: float

    def design_effect(self, size: float | None = None) -> float:
        """Return the factor by which clustering increases the variance of a mean.

        1 + (m - 1) correlation, at least 1. Kish 1965, section 5.4.

        Args:
            size: people of a group m; None is the usual size of these groups.
        """
        people = self.size if size is None else number("size", size, 1)
        return 1 + (people - 1) * max(0.0, self.correlation)


@answers_or_refuses
def intraclass(value: Array, group: Array) -> Intraclass | None:
    """Return how alike people inside groups are.

    One-way analysis of variance: (MSB - MSW) / (MSB + (n0 - 1) MSW). Assumes groups
    drawn alike. With fewer than about ten groups it is little more than a guess. Donner
    and Klar 2000, Design and Analysis of Cluster Randomization Trials, chapter 1.

    Args:
        value: by person.
        group: by person.

    Returns:
        None for fewer than two groups, or no group with two people.
    """
    values = numbers("value", value)
    count, place = groups("group", group, values.size)
    values = values - values[0]  # equal values then differ by exactly 0
    people = np.bincount(place).astype(float)
    total = float(people.sum())
    if count < 2 or total <= count:
        return None
    means = np.bincount(place, values) / people
    inside = float(((values - means[place]) ** 2).sum()) / (total - count)
    outside = float((people * (means - values.mean()) ** 2).sum()) / (count - 1)
    size = (total - float((people**2).sum()) / total) / (count - 1)
    between = (outside - inside) / size
    whole = between + inside
    return Intraclass(between / whole if whole else 0.0, between, inside, size)


@dataclass(frozen=True)
class Regression:
    """Coefficients with errors that allow for clusters, and degrees of freedom."""

    coefficients: Array
    errors: Array
    degrees: Array

    def limits(self, level: float = 0.95) -> tuple[Array, Array]:
        """Return the lower and upper limits of the coefficients, from Student's t."""
        half = student.ppf(0.5 + level_of(level) / 2, self.degrees) * self.errors
        return self.coefficients - half, self.coefficients + half


@answers_or_refuses
def cluster_robust(
    outcome: Array, design: Array, cluster: Array, kind: str = "CR2"
) -> Regression:
    """Return least squares with a variance that allows for clusters.

    With B = (X'X)^-1 and e_g the residuals of cluster g, V = B sum (X_g' A_g e_g)
    (X_g' A_g e_g)' B. "CR1": A_g = 1 and V times G / (G - 1) x (N - 1) / (N - K), as
    Stata and statsmodels have it, with G - 1 degrees of freedom. "CR2": A_g is the
    inverse root of I - X_g B X_g', which makes V unbiased for independent people, and
    the degrees are Satterthwaite's for each coefficient. Assumes independent clusters.
    CR1 misleads with fewer than about 40 clusters, or a few large ones: use CR2. Bell
    and McCaffrey 2002, Survey Methodology 28:169; Imbens and Kolesar 2016, Review of
    Economics and Statistics 98:701; Petersen 2009, Review of Financial Studies 22:435.

    Args:
        outcome: by person.
        design: shape (people, columns), with the constant, of full rank.
        cluster: by person.
        kind: "CR1" or "CR2".

    Raises:
        ImpossibleInput: a number is not possible, columns repeat others, there is one
            cluster only, or the residuals leave an error of 0.
    """
    y = numbers("outcome", outcome)
    x = columns("design", design, y.size)
    cluster_count, place = groups("cluster", cluster, y.size)
    is_cr1 = one_of("kind", kind, ("CR1", "CR2")) == "CR1"
    if not 0 < x.shape[1] < y.size or np.linalg.matrix_rank(x) < x.shape[1]:
        words = "give fewer columns than rows, none of them the sum of others"
        raise ImpossibleInput("its columns determine one another", "design", words)
    if cluster_count < 2:
        raise ImpossibleInput(
            "there is one only", "cluster", "give at least 2 clusters"
        )
    found = _cluster_robust(y, x, place, is_cr1)
    rounding = 1e-12 * np.abs(y).max() / np.abs(x).max(axis=0)
    if not ((found.errors > rounding) & (found.degrees > 0)).all():
        words = "give more clusters in which this column and the outcome vary"
        raise ImpossibleInput("the error of a coefficient is 0", "design", words)
    return found


def _cluster_robust(y: Array, x: Array, place: Array, is_cr1: bool) -> Regression:
    bread = np.linalg.inv(x.T @ x)
    coefficients = bread @ (x.T @ y)
    residuals = y - x @ coefficients
    members = [np.flatnonzero(place == one) for one in range(place.max() + 1)]
    count, (people, width) = len(members), x.shape
    if is_cr1:
        scores = np.stack([x[g].T @ residuals[g] for g in members])
        factor = count / (count - 1) * (people - 1) / (people - width)
        variance = factor * bread @ scores.T @ scores @ bread
        degrees = np.full(width, count - 1.0)
        return Regression(coefficients, np.sqrt(np.diag(variance)), degrees)
    root = np.linalg.cholesky(bread)
    adjusted = [_adjusted(x[g], root) for g in members]
    scores = np.stack(
        [a.T @ residuals[g] for a, g in zip(adjusted, members, strict=True)]
    )
    variance = bread @ scores.T @ scores @ bread
    degrees = np.array(
        [
            _satterthwaite([a @ bread[:, j] for a in adjusted], x, members, bread)
            for j in range(width)
        ]
    )
    return Regression(coefficients, np.sqrt(np.diag(variance)), degrees)


def _adjusted(x: Array, root: Array) -> Array:
    """Return (I - x root root' x')^(-1/2) x, by the singular values of x root."""
    left, singular, _right = np.linalg.svd(x @ root, full_matrices=False)
    remaining = 1 - singular**2
    # A direction that one cluster alone determines has no residual: leave it out.
    safe = np.where(remaining > 1e-10, remaining, 1.0)
    stretch = np.where(remaining > 1e-10, safe**-0.5 - 1, -1.0)
    return x + left @ (stretch[:, None] * (left.T @ x))


def _satterthwaite(
    parts: list[Array], x: Array, members: list[Array], bread: Array
) -> float:
    """Return tr(M)^2 / tr(M^2) of the quadratic form that a variance is."""
    sums = np.stack([x[g].T @ part for g, part in zip(members, parts, strict=True)])
    form = np.diag([float(part @ part) for part in parts]) - sums @ bread @ sums.T
    return float(np.trace(form) ** 2 / (form**2).sum())


@answers_or_refuses
def cluster_bootstrap(
    statistic: Callable[[Array], float], cluster: Array, draws: int, seed: int
) -> Array:
    """Return a statistic of whole clusters drawn with replacement, draw by draw.

    Their standard deviation is the standard error; their quantiles are an interval.
    With one person a cluster it is the ordinary bootstrap. It misleads with fewer than
    about ten clusters. Efron and Tibshirani 1993, An Introduction to the Bootstrap,
    chapter 6; Cameron, Gelbach, Miller 2008.

    Args:
        statistic: of the numbers of the drawn people (an array of row numbers).
        cluster: by person.
        draws: number of bootstrap samples.
        seed: of the random numbers; the same seed gives the same result.

    Raises:
        ImpossibleInput: an argument is not possible, or a statistic not finite.
    """
    if not callable(statistic):
        raise ImpossibleInput(
            "it is no function", "statistic", "give one of row numbers"
        )
    draws = whole_number("draws", draws, 1, MOST_DRAWS)
    chance = np.random.default_rng(whole_number("seed", seed, 0, 2**63))
    _count, place = groups("cluster", cluster)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place))
    members = np.split(order, ends[:-1])
    found: list[float] = []
    for _draw in range(draws):
        picked = chance.integers(0, len(members), len(members))
        found.append(statistic(np.concatenate([members[n] for n in picked])))
    drawn = floats("statistic", found)
    if drawn.ndim != 1 or not np.isfinite(drawn).all():
        raise ImpossibleInput("it is not finite", "statistic", "give one number a draw")
    return drawn
