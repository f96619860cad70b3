"""What an attack found: unknowns whose feasibility intervals are too narrow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publishing.disclosure.relations import DualCertificate

if TYPE_CHECKING:
    from publishing.disclosure.feasibility import Attack

MARGIN = 0.5  # a bound that is less by so much is no noise of the solver


@dataclass(frozen=True)
class Bound:
    """One end of an unknown's feasibility interval, and what proves it."""

    value: float
    certificate: DualCertificate


@dataclass(frozen=True)
class NarrowUnknown:
    """An unknown of an attack whose feasibility interval is too narrow.

    Its ends and their certificates, in the numbers of the attack's own unknowns and
    rows, are found when they are asked for: most are not needed.

    Attributes:
        attack: the attack.
        unknown: the number of the unknown.
        greatest: a value that the unknown is known not to exceed.
        proof: certificates of the upper and the lower end, where they are known.
    """

    attack: "Attack"
    unknown: int
    greatest: float
    proof: tuple[DualCertificate, ...] = ()

    @property
    def certificates(self) -> Iterator[DualCertificate]:
        """Yield what proves the upper and the lower end."""
        if self.proof:
            yield from self.proof
            return
        yield self.upper.certificate
        yield self.lower.certificate

    @property
    def upper(self) -> Bound:
        """Return the upper end."""
        return self.attack.bound(self.unknown, -1.0)

    @property
    def lower(self) -> Bound:
        """Return the lower end."""
        return self.attack.bound(self.unknown, 1.0)

    def needs_one_of(self, rows: frozenset[int]) -> bool:
        """Return whether the certificate of the upper end must have one of the rows.

        It must where a table that only agrees with the other rows exceeds that end.
        """
        if self.proof:
            return any(row in rows for proof in self.proof for row, _ in proof)
        without = self.attack.greatest_without(rows)
        return without[self.unknown] > self.greatest + MARGIN
