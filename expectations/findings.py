"""The result of a judgement: which expectation failed, where, and by how much."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """An expectation that a row of a profile table did not meet."""

    expectation: str
    table: str
    subject: str
    observed: str
    wanted: str
    message: str


@dataclass(frozen=True)
class Judgement:
    """Whether the warehouse is plausible enough to publish, and why not.

    Attributes:
        passed: whether nothing was found.
        findings: what was found.
        notes: what could not be judged.
        checked: how many expectations were checked.
        reported: how many records are incomplete, contradictory or repeated.
    """

    passed: bool
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    checked: int
    reported: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the judgement for JSON."""
        return asdict(self)


def finding(
    meta: dict[str, Any],
    table: str,
    subject: dict[str, Any],
    observed: float,
    limit: float,
) -> Finding:
    """Return one failure in words.

    Args:
        meta: the expectation's meta: name, and templates `observed` and `wanted`.
        table: the profile table.
        subject: key column to value, naming the row.
        observed: the value found.
        limit: the threshold that the value violates.
    """
    key = ", ".join(f"{column} {value}" for column, value in subject.items())
    seen = meta["observed"].format(observed=observed)
    wanted = meta["wanted"].format(wanted=limit)
    return Finding(
        meta["name"],
        table,
        key,
        seen,
        wanted,
        f"{table}: {key}: {seen}, wanted {wanted}",
    )
