"""What estimators of a difference take: programmes, or cohorts, of both arms."""

from dataclasses import dataclass

import numpy as np

from comparison.inputs import SMALLEST, as_floats, number, numbers, record_of

Array = np.ndarray


@dataclass(frozen=True)
class Pairs:
    """Programmes that ran in both modes, one entry each in every array.

    Attributes:
        differences: value in mode a less value in mode b, in the KPI's unit.
        people_a, people_b: people in each mode.
        sampling_variances: variance of each difference if people were independent.
    """

    differences: Array
    people_a: Array
    people_b: Array
    sampling_variances: Array

    def __post_init__(self) -> None:
        """Take any sequence of numbers, a column of a frame too."""
        as_floats(self)

    def check(self) -> None:
        """Refuse fewer than two programmes, and numbers that are not possible."""
        size = numbers("Pairs.differences", self.differences, fewest=2).size
        for name in ("people_a", "people_b"):
            numbers(f"Pairs.{name}", getattr(self, name), SMALLEST, size=size)
        numbers("Pairs.sampling_variances", self.sampling_variances, 0, size=size)


@dataclass(frozen=True)
class Units:
    """Programmes (or cohorts) of one arm, one entry each in every array.

    Attributes:
        values: in the KPI's unit.
        people: behind each value.
        sampling_variances: variance of each value if people were independent.
    """

    values: Array
    people: Array
    sampling_variances: Array

    def __post_init__(self) -> None:
        """Take any sequence of numbers, a column of a frame too."""
        as_floats(self)

    def check(self) -> None:
        """Refuse fewer than two units, and numbers that are not possible."""
        size = numbers("Units.values", self.values, fewest=2).size
        numbers("Units.people", self.people, SMALLEST, size=size)
        numbers("Units.sampling_variances", self.sampling_variances, 0, size=size)


@dataclass(frozen=True)
class Block:
    """The units of both arms that are compared with one another, and their weight."""

    a: Units
    b: Units
    weight: float

    def check(self) -> None:
        """Refuse an arm with fewer than two units, and a weight that is not above 0."""
        number("Block.weight", self.weight, SMALLEST)
        record_of("Block.a", self.a, Units).check()
        record_of("Block.b", self.b, Units).check()
