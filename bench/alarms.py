"""How often a fall of a programme is reported, where nothing changed and where it fell.

    python -m bench.alarms [PROGRAMMES]

Invented programmes with two cohorts a quarter over three years; cohorts differ as those
of real programmes do (SD of the log odds 0.13, twice that in one case). Printed beside
each other: the share of programmes for which the rule in force reports a fall, and that
of the rule before it (yearly rates as they are, people as independent).
"""

import sys
from dataclasses import dataclass
from datetime import date
from math import sqrt

import numpy as np
import polars as pl

from comparison import newcombe
from comparison.changes import FELL, changes_at
from comparison.reading import Kpi
from comparison.verdicts import Thresholds
from comparison.windows import months_later
from tandem.core.seeds import seed_rows

PROGRAMMES = 4_000
QUARTERS = 12
COHORTS = 2  # in a quarter
LAST = date(2026, 1, 1)
MARGIN = 0.03
SEED = 20
HEADLINE = next(
    row["kpi_id"] for row in seed_rows("kpis") if row["is_headline"] == "true"
)
FINISHED = Kpi(
    kpi_id=HEADLINE,
    kpi_name="Finished",
    unit="share",
    margin=MARGIN,
    population_words="people enrolled",
    anchor="matured_quarter_date",
    comparable_within="completion_class",
    is_base_selected=False,
    estimator="cell_mean",
    base_kpi=None,
    is_watched=True,
)


@dataclass(frozen=True)
class Case:
    """What happens in the last year of every programme of one case.

    Attributes:
        words: what is printed.
        people: in a cohort.
        cohort_sd: of the log odds.
        step: added to everybody's log odds in the last year.
        moves: whether half of the cohorts change from self-paced to live, where people
            finish less often; and as many less experienced people come.
    """

    words: str
    people: int = 25
    cohort_sd: float = 0.13
    step: float = 0.0
    moves: bool = False


CASES = (
    Case("nothing changes"),
    Case("nothing changes, cohorts of 8", people=8),
    Case("nothing changes, cohorts of 100", people=100),
    Case("nothing changes, cohorts differ twice as much", cohort_sd=0.26),
    Case("other modes and other people, each finishing as before", moves=True),
    Case("falls by about 7 points", step=-0.32),
    Case("falls by about 15 points", step=-0.65),
    Case("falls by about 25 points", step=-1.1),
)


def reported(
    case: Case, programmes: int, thresholds: Thresholds, seed: int = SEED
) -> tuple[float, float]:
    """Return the shares of programmes reported to have fallen, by both rules.

    Args:
        case: what happens.
        programmes: how many are drawn.
        thresholds: of the gates.
        seed: of the random numbers.

    Returns:
        By the rule in force, and by crude yearly rates.
    """
    cells = invented(case, programmes, seed)
    rows = changes_at(cells, FINISHED, LAST, thresholds, MARGIN)
    fallen = sum(row["change_state"] == FELL for row in rows)
    return fallen / programmes, _crudely_fallen(cells) / programmes


def invented(case: Case, programmes: int, seed: int) -> pl.DataFrame:
    """Return comparison cells of three years of programmes."""
    chance = np.random.default_rng(seed)
    number = np.repeat(np.arange(programmes), QUARTERS * COHORTS * 2)
    quarter = np.tile(np.repeat(np.arange(QUARTERS), COHORTS * 2), programmes)
    place = np.tile(np.arange(COHORTS * 2), programmes * QUARTERS)
    cohort, segment = place // 2, place % 2
    is_last_year = quarter >= QUARTERS - 4
    is_live = (cohort == 0) & (is_last_year | (quarter % 2 == 0) | (not case.moves))
    level = 0.6 + chance.normal(0, 0.5, programmes)[number]
    of_cohort = chance.normal(0, case.cohort_sd, number.size // 2).repeat(2)
    odds = level + of_cohort + case.step * is_last_year
    odds = odds - 0.5 * is_live - 0.6 * segment
    share = np.where(is_last_year & case.moves, 0.3, 0.7)
    first = np.round(case.people * share).astype(int)
    people = np.where(segment == 0, first, case.people - first)
    finished = chance.binomial(people, 1 / (1 + np.exp(-odds))).astype(float)
    quarters = [months_later(LAST, 3 * (n - QUARTERS + 1)) for n in range(QUARTERS)]
    return pl.DataFrame(
        {
            "kpi_id": FINISHED.kpi_id,
            "programme_id": [f"P{n:05}" for n in number],
            "cohort_id": [
                f"{n}-{q}-{c}" for n, q, c in zip(number, quarter, cohort, strict=True)
            ],
            "delivery_mode": np.where(is_live, "sync", "async"),
            "outcome_category": "leadership",
            "period_start_date": [quarters[q] for q in quarter],
            "segment": np.where(segment == 0, "experienced", "new"),
            "region": "unknown",
            "language": "unknown",
            "tenure_band": "unknown",
            "prior_completion_band": "unknown",
            "learner_count": people,
            "denominator": people.astype(float),
            "value_sum": finished,
            "value_sum_of_squares": finished,
        }
    )


def _crudely_fallen(cells: pl.DataFrame) -> int:
    """Return how many fell by yearly rates as they are (Newcombe 1998, method 10)."""
    year = pl.col("period_start_date") > months_later(LAST, -12)
    before = pl.col("period_start_date") > months_later(LAST, -24)
    names = ["programme_id", "is_now"]
    sums = (
        cells.filter(before)
        .with_columns(year.alias("is_now"))
        .group_by(names)
        .agg(pl.col("value_sum").sum(), pl.col("denominator").sum())
        .sort(names)
    )
    rows = sums.select("value_sum", "denominator").rows()
    return sum(
        newcombe(*then, *now).low > MARGIN
        for then, now in zip(rows[::2], rows[1::2], strict=True)
    )


def main(programmes: int) -> None:
    """Print the shares of all cases."""
    from comparison.reading import current_thresholds
    from tandem.core.files import Home
    from tandem.core.settings import Settings

    thresholds = current_thresholds(Settings.load(Home.from_environment()))
    say(f"{programmes:,} programmes a case; share reported to have fallen")
    say(f"{'case':58} in force   yearly rates")
    for case in CASES:
        force, crude = reported(case, programmes, thresholds)
        error = sqrt(max(force * (1 - force), 1 / programmes) / programmes)
        say(f"{case.words:58} {force:.4f} (+-{2 * error:.4f})   {crude:.4f}")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PROGRAMMES)
