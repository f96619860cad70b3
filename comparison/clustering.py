"""People who learn together fare alike, so a number rests on fewer than it says."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

Array = np.ndarray


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
        people = self.size if size is None else size
        return 1 + (people - 1) * max(0.0, self.correlation)


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
    values = np.asarray(value, dtype=float)
    _names, place = np.unique(np.asarray(group), return_inverse=True)
    people = np.bincount(place).astype(float)
    groups, total = people.size, float(people.sum())
    if groups < 2 or total <= groups:
        return None
    means = np.bincount(place, values) / people
    inside = float(((values - means[place]) ** 2).sum()) / (total - groups)
    outside = float((people * (means - values.mean()) ** 2).sum()) / (groups - 1)
    size = (total - float((people**2).sum()) / total) / (groups - 1)
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
        half = student.ppf(0.5 + level / 2, self.degrees) * self.errors
        return self.coefficients - half, self.coefficients + half


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
    """
    y, x = np.asarray(outcome, dtype=float), np.asarray(design, dtype=float)
    bread = np.linalg.inv(x.T @ x)
    coefficients = bread @ (x.T @ y)
    residuals = y - x @ coefficients
    _names, place = np.unique(np.asarray(cluster), return_inverse=True)
    groups = [np.flatnonzero(place == number) for number in range(place.max() + 1)]
    count, (people, columns) = len(groups), x.shape
    if kind == "CR1":
        scores = np.stack([x[g].T @ residuals[g] for g in groups])
        factor = count / (count - 1) * (people - 1) / (people - columns)
        variance = factor * bread @ scores.T @ scores @ bread
        degrees = np.full(columns, count - 1.0)
        return Regression(coefficients, np.sqrt(np.diag(variance)), degrees)
    root = np.linalg.cholesky(bread)
    adjusted = [_adjusted(x[g], root) for g in groups]
    scores = np.stack(
        [a.T @ residuals[g] for a, g in zip(adjusted, groups, strict=True)]
    )
    variance = bread @ scores.T @ scores @ bread
    degrees = np.array(
        [
            _satterthwaite([a @ bread[:, j] for a in adjusted], x, groups, bread)
            for j in range(columns)
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
    parts: list[Array], x: Array, groups: list[Array], bread: Array
) -> float:
    """Return tr(M)^2 / tr(M^2) of the quadratic form that a variance is."""
    sums = np.stack([x[g].T @ part for g, part in zip(groups, parts, strict=True)])
    form = np.diag([float(part @ part) for part in parts]) - sums @ bread @ sums.T
    return float(np.trace(form) ** 2 / (form**2).sum())


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
    """
    chance = np.random.default_rng(seed)
    _names, place = np.unique(np.asarray(cluster), return_inverse=True)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place))
    members = np.split(order, ends[:-1])
    found = []
    for _draw in range(draws):
        picked = chance.integers(0, len(members), len(members))
        found.append(statistic(np.concatenate([members[n] for n in picked])))
    return np.array(found)
