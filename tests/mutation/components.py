"""What is mutated, and by which tests it is judged."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Component:
    """A part of the Python code whose boundaries the tests hold.

    Attributes:
        name: name in the table of results.
        sources: patterns of its modules, from the project's root.
        tests: folders and files of its tests.
        share: share of its mutants that are run.
    """

    name: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]
    share: float

    def modules(self) -> list[str]:
        """Return the component's modules that hold code, as paths from the root."""
        found = {path for pattern in self.sources for path in Path().glob(pattern)}
        return sorted(
            path.as_posix() for path in found if path.read_text("utf-8").count("\n") > 2
        )


MARTS = "models/marts"

# what decides whether a comparison is made, and what its verdict is
GATES = (
    "comparability",
    "design",
    "available_units",
    "estimators",
    "gates",
    "scope",
    "timing",
    "verdicts",
    "windows",
)

COMPONENTS = (
    Component(
        "publishing/disclosure",
        ("publishing/disclosure/**/*.py",),
        ("tests/publishing",),
        1.0,
    ),
    Component(
        "comparison gates",
        tuple(f"comparison/{name}.py" for name in GATES),
        ("tests/comparison",),
        1.0,
    ),
    Component(
        "ingest/identity",
        ("ingest/identity/*.py",),
        ("tests/ingest/identity",),
        1.0,
    ),
)
