"""The suites, found by module name; each checks one profile table."""

import importlib
import pkgutil
from types import ModuleType


def suites() -> list[ModuleType]:
    """Return the suite modules, by name.

    Each has TABLE (a profile table), KEYS (the columns that identify its rows) and
    `expectations(thresholds)`, a list of Great Expectations. Their meta holds `name`,
    templates `observed` and `wanted`, and `compares` where an expectation needs an
    earlier snapshot.
    """
    return [
        importlib.import_module(f"{__name__}.{found.name}")
        for found in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name)
    ]
