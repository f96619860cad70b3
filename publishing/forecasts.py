"""How many of those still enrolled will finish in time: a forecast from earlier curves.

A straight line from what is finished by now is wrong wherever people do not finish at
an even pace: most finish near the end of their time, or in the first days. Here all who
are still enrolled are taken to go on as those before them did from the same day on.

For an enrolment on day d of its time of h days, with F the cumulative incidence of
finishing (Aalen and Johansen 1978, withdrawal competes) and S the share that is still
in, both of earlier enrolments:

    p(d) = (F(h) - F(d)) / S(d)

The expected number is the sum of p over all who are still in, with two variances that
add up: of chance, the sum of p (1 - p) (binomial), and of the curve, the square of the
sum of the standard errors of p, since all read the same curve and err together. The
standard error is that of a share of n, n being as many as would have been at risk on
day d without censoring (Peto et al. 1977), with two of each kind added (Agresti and
Coull 1998), so that a share of 0 or 1 is not taken for certain.

It assumes that those enrolled now are like those before, that whoever is censored is
like whoever is not, and that enrolments are independent. It misleads after a change of
the programme, its learners or its reminders, and its range is too narrow where cohorts
differ from each other. Who has not enrolled yet is not in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

Z = 1.959963984540054  # of a range of 95 %
ADDED = 4  # two who finish and two who do not, after Agresti and Coull
FEWEST_FINISHED = 30  # a curve of fewer is that of other programmes, too


@dataclass(frozen=True)
class LifeTable:
    """A life table of the days since the time of an enrolment began.

    Attributes:
        at_risk: still in at the beginning of each day, from day 0 on; whole numbers.
        finished: of them, on that day.
        withdrawn: of them, on that day.
    """

    at_risk: Sequence[float]
    finished: Sequence[float]
    withdrawn: Sequence[float]

    @cached_property
    def _shares(self) -> list[tuple[float, float]]:
        """F and S at the end of each day."""
        shares, finished, still_in = [], 0.0, 1.0
        for number, people in enumerate(self.at_risk):
            if people > 0:
                finished += still_in * self.finished[number] / people
                out = self.finished[number] + self.withdrawn[number]
                still_in *= 1 - out / people
            shares.append((finished, still_in))
        return shares

    def _last_until(self, day: int) -> int:
        """Return the last day up to one with anybody at risk; -1 where none was."""
        days = range(min(day, len(self.at_risk) - 1), -1, -1)
        return next((n for n in days if self.at_risk[n] > 0), -1)

    def at(self, day: int) -> tuple[float, float]:
        """Return F and S at the end of a day: shares that finished, and are still in.

        Days after the last one with anybody at risk have what it had.
        """
        if day < 0 or not self._shares:
            return 0.0, 1.0
        return self._shares[min(day, len(self._shares) - 1)]

    def reaches(self, day: int) -> bool:
        """Return whether it says what happens up to a day.

        It does where anybody was observed until then, and where nobody is left before.
        """
        last = self._last_until(len(self.at_risk) - 1)
        return last >= day or (last >= 0 and self.at(last)[1] < 1e-12)

    def still_to_finish(self, day: int, horizon: int) -> tuple[float, float]:
        """Return p, the share of those still in after a day who finish by the horizon.

        Args:
            day: on which they are; what happened on it is known.
            horizon: last day on which finishing counts.

        Returns:
            The share, 0 where nobody was still in, and its standard error.
        """
        finished_by, still_in = self.at(day)
        if day >= horizon or still_in <= 1e-12:
            return 0.0, 0.0
        finished_in_the_end, _ = self.at(horizon)
        share = min(1.0, max(0.0, (finished_in_the_end - finished_by) / still_in))
        last = self._last_until(horizon)
        if last <= day:
            return share, 0.5
        # As many as would have been at risk after `day` if nobody had been censored.
        people = self.at_risk[last] / max(self.at(last - 1)[1] / still_in, 1e-12)
        people = min(people, self.at_risk[min(day + 1, last)])
        steady = (share * people + ADDED / 2) / (people + ADDED)
        return share, sqrt(steady * (1 - steady) / (people + ADDED))


def together(tables: Iterable[LifeTable]) -> LifeTable:
    """Return the sum of life tables: day by day, of people."""
    found = list(tables)
    days = max((len(table.at_risk) for table in found), default=0)

    def summed(name: str) -> list[float]:
        columns = [getattr(table, name) for table in found]
        return [
            float(sum(column[day] for column in columns if day < len(column)))
            for day in range(days)
        ]

    return LifeTable(summed("at_risk"), summed("finished"), summed("withdrawn"))


@dataclass(frozen=True)
class StillOpen:
    """Enrolments that are still in, on the same day of their time, read off one curve.

    Attributes:
        count: how many.
        day: of their time, counted from 0.
        horizon: last day on which finishing counts.
        curve: name of the life table in `Forecast.curves`.
    """

    count: int
    day: int
    horizon: int
    curve: str


@dataclass(frozen=True)
class Forecast:
    """How many will have finished: the expected number and its range of 95 %.

    Attributes:
        expected: those who have finished, and those expected to.
        low: at least as many as have finished.
        high: at most as many as have finished or are still in.
    """

    expected: float
    low: float
    high: float


def forecast(
    finished: int, still_open: Iterable[StillOpen], curves: dict[str, LifeTable]
) -> Forecast:
    """Return how many will have finished in time.

    Args:
        finished: who have finished already.
        still_open: who still can, by day, horizon and curve.
        curves: life tables by name.

    Errors of one curve are taken to be the same for all who are read off it, those of
    different curves to be independent.
    """
    expected, chance, most = float(finished), 0.0, float(finished)
    errors: dict[str, float] = {}
    for group in still_open:
        share, error = curves[group.curve].still_to_finish(group.day, group.horizon)
        expected += group.count * share
        chance += group.count * share * (1 - share)
        errors[group.curve] = errors.get(group.curve, 0.0) + group.count * error
        most += group.count
    spread = Z * sqrt(chance + sum(error * error for error in errors.values()))
    return Forecast(
        expected,
        max(float(finished), expected - spread),
        min(most, expected + spread),
    )
