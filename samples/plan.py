"""The parameters of a sample, and its only source of random numbers.

Everything drawn comes from `Plan.stream(name)`: the same seed, size and date give the
same bytes, and one more draw in one part leaves the other parts unchanged. Moments are
whole seconds since 1970 in UTC, as int64 arrays.
"""

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import numpy as np

from tandem.core.errors import WrongUse

DAY = 86_400
QUARTERS = 8
FISCAL_YEAR_START_MONTH = 4
FEWEST_ENROLMENTS = 200
LEAD_IN_DAYS = 80  # enrolments of the first quarter's rates began at most so early


@dataclass(frozen=True)
class Plan:
    """The size, seed, last day and share of unmatched people of one sample."""

    enrolments: int = 60_000
    seed: int = 3
    as_of: date = date(2026, 9, 30)
    unmatched: float = 0.03

    def __post_init__(self) -> None:
        """Check the parameters.

        Raises:
            WrongUse: the size or the share is out of range.
        """
        if self.enrolments < FEWEST_ENROLMENTS:
            raise WrongUse(
                f"{self.enrolments} enrolments are too few for sixty programmes",
                "--enrolments",
                f"give {FEWEST_ENROLMENTS} or more",
            )
        if not 0 <= self.unmatched <= 1:
            raise WrongUse(
                f"{self.unmatched} is not a share", "--unmatched", "give 0 to 1"
            )

    def stream(self, name: str) -> np.random.Generator:
        """Return the random number generator of one part of the sample."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    @cached_property
    def cut_off(self) -> int:
        """The last second of the last day; nothing in the files is later."""
        return _seconds(self.as_of + timedelta(days=1)) - 1

    @cached_property
    def quarter_starts(self) -> tuple[date, ...]:
        """First days of the eight fiscal quarters that end on or before the last day.

        One more follows: the first day after them.
        """
        end = self.as_of + timedelta(days=1)
        month = end.month - (end.month - FISCAL_YEAR_START_MONTH) % 3
        year = end.year
        if month < 1:
            year, month = year - 1, month + 12
        starts = [date(year, month, 1)]
        for _quarter in range(QUARTERS):
            month -= 3
            if month < 1:
                year, month = year - 1, month + 12
            starts.append(date(year, month, 1))
        return tuple(reversed(starts))

    @cached_property
    def first_day(self) -> int:
        """The earliest start of a cohort, as seconds."""
        return _seconds(self.quarter_starts[0]) - LEAD_IN_DAYS * DAY


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time.min, UTC).timestamp())
