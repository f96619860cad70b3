"""The tests that measure learning: before, after, weeks later, in drills, in recall."""

from dataclasses import dataclass
from functools import lru_cache

from samples.activities import EXAM, Activity, programme_iri
from samples.catalogue import Programme, programmes

DRILL_MASTERY = 0.8
ITEMS = {"q1": True, "q2": True, "q3": False}  # question -> whether it is critical
# Kind of test -> outcome categories whose programmes have it.
CATEGORIES = {
    "pre_test": ("compliance", "high_volume"),
    "post_test": ("compliance", "high_volume"),
    "delayed_test": ("compliance", "high_volume"),
    "scenario_before": ("decision_making", "distributed_workforce"),
    "scenario_after": ("decision_making", "distributed_workforce"),
    "drill": ("skill_drilling", "compliance"),
    "recall": ("microlearning", "self_directed"),
}
CRITICAL_CATEGORIES = ("high_stakes", "compliance")
PATHS = {kind: f"/tests/{kind.replace('_', '-')}" for kind in CATEGORIES}


@dataclass(frozen=True)
class DeclaredTest:
    """A test of a programme, as the organisation declares it."""

    iri: str
    programme_id: str
    kind: str
    unit_iri: str


def test_iri(programme: Programme, kind: str) -> str:
    """Return the IRI of a test of a programme."""
    return programme_iri(programme) + PATHS[kind]


@lru_cache(maxsize=1)
def declared_tests() -> tuple[DeclaredTest, ...]:
    """Return the tests of all programmes, in their order."""
    return tuple(
        DeclaredTest(
            iri=test_iri(programme, kind),
            programme_id=programme.programme_id,
            kind=kind,
            unit_iri=f"{programme_iri(programme)}/units/1" if kind == "recall" else "",
        )
        for programme in programmes()
        for kind, slugs in CATEGORIES.items()
        if programme.category.slug in slugs
    )


def test_activities() -> list[Activity]:
    """Return the tests as activities of their programmes."""
    return [
        Activity(
            iri=test.iri,
            programme_id=test.programme_id,
            cohort_id="",
            name=test.kind.replace("_", " "),
            phase_no=None,
            role="assessment",
            activity_type=EXAM,
            minutes=0,
        )
        for test in declared_tests()
    ]


def item_iri(programme: Programme, question: str) -> str:
    """Return the IRI of a question of a programme's final test."""
    return f"{programme_iri(programme)}/final-test/{question}"
