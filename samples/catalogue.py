"""The invented organisation: categories, programmes, business units, names.

The lists are in samples/lists; rates are the planted shares that finish in time.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MODES = ("sync", "async", "hybrid")
LISTS = Path(__file__).parent / "lists"


@dataclass(frozen=True)
class Category:
    """An outcome category: the design of its programmes, and who finishes."""

    slug: str
    completion_class: str
    horizon_days: int
    enrolment_share: float
    rates: dict[str, float]
    session_counts: dict[str, int]
    session_minutes: int
    live_cohort_size: int
    unit_count: int
    hybrid_pattern: str
    is_mandatory: bool
    is_high_stakes: bool
    is_optional_live: bool


@dataclass(frozen=True)
class Programme:
    """One programme.

    `arrangement` is `only` (one mode), `beside` (two modes at the same time) or
    `change` (one mode after the other).
    """

    programme_id: str
    name: str
    category: Category
    arrangement: str
    modes: tuple[str, ...]
    completion_class: str
    audience: str

    @property
    def has_units(self) -> bool:
        """Whether it has self-paced units, the same in all modes that use them."""
        hybrid_units = {"self_study_milestones", "micro_community"}
        return "async" in self.modes or (
            "hybrid" in self.modes and self.category.hybrid_pattern in hybrid_units
        )

    @property
    def has_prework(self) -> bool:
        """Whether blended cohorts have preparation and follow-up around sessions."""
        return "hybrid" in self.modes and not self.has_units

    @property
    def is_onboarding(self) -> bool:
        """Whether it is for people who are new in their work."""
        return self.category.slug == "high_volume" and self.audience == "newcomers"

    @property
    def second_category(self) -> str:
        """A second purpose, or nothing: what is at stake is a rule as well."""
        return "compliance" if self.category.slug == "high_stakes" else ""

    @property
    def has_exam(self) -> bool:
        """Whether a learner finishes it by passing a final assessment."""
        return self.completion_class == "assessment"


@dataclass(frozen=True)
class BusinessUnit:
    """A unit of a legal entity: its region, time zone and languages."""

    name: str
    legal_entity: str
    region: str
    time_zone: str
    offset_seconds: int
    share: float
    culture: str
    languages: tuple[tuple[str, int], ...]


def _rows(name: str) -> list[dict[str, str]]:
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def categories() -> dict[str, Category]:
    """Return the thirteen outcome categories by slug."""
    return {row["outcome_category"]: _category(row) for row in _rows("categories")}


def _category(row: dict[str, str]) -> Category:
    sessions = {mode: row.get(f"{mode}_sessions") or 0 for mode in MODES}
    return Category(
        slug=row["outcome_category"],
        completion_class=row["completion_class"],
        horizon_days=int(row["horizon_days"]),
        enrolment_share=float(row["enrolment_share"]),
        rates={m: float(row[f"{m}_rate"]) for m in MODES if row[f"{m}_rate"]},
        session_counts={mode: int(count) for mode, count in sessions.items()},
        session_minutes=int(row["session_minutes"]),
        live_cohort_size=int(row["live_cohort_size"]),
        unit_count=int(row["unit_count"]),
        hybrid_pattern=row["hybrid_pattern"],
        is_mandatory=row["is_mandatory"] == "true",
        is_high_stakes=row["is_high_stakes"] == "true",
        is_optional_live=row["is_optional_live"] == "true",
    )


@lru_cache(maxsize=1)
def programmes() -> tuple[Programme, ...]:
    """Return all programmes in the order of the list."""
    return tuple(
        Programme(
            programme_id=row["programme_id"],
            name=row["programme_name"],
            category=(category := categories()[row["outcome_category"]]),
            arrangement=row["arrangement"],
            modes=tuple(filter(None, (row["first_mode"], row["second_mode"]))),
            completion_class=row["completion_class"] or category.completion_class,
            audience=row["audience"],
        )
        for row in _rows("programmes")
    )


@lru_cache(maxsize=1)
def business_units() -> tuple[BusinessUnit, ...]:
    """Return the business units in the order of the list."""
    return tuple(
        BusinessUnit(
            name=row["business_unit"],
            legal_entity=row["legal_entity"],
            region=row["region"],
            time_zone=row["time_zone"],
            offset_seconds=int(row["standard_offset_minutes"]) * 60,
            share=float(row["share"]),
            culture=row["culture"],
            languages=tuple(
                (language, int(weight))
                for language, weight in (
                    pair.split(":") for pair in row["languages"].split()
                )
            ),
        )
        for row in _rows("business_units")
    )


@lru_cache(maxsize=1)
def names() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return given and family names by culture."""
    return {
        row["culture"]: (tuple(row["given"].split()), tuple(row["family"].split()))
        for row in _rows("names")
    }
