"""The suites, found by module name: each judges one profile table."""

import importlib
import pkgutil
from types import ModuleType


def suites() -> list[ModuleType]:
    """Return the suite modules, by name.

    Each has TABLE (a profile table), KEYS (the columns that name a row of it) and
    `expectations(thresholds)`, a list of Great Expectations whose meta holds `name`,
    `observed` and `wanted` (how to say them), and `compares` where it needs an earlier
    snapshot.
    """
    return [
        importlib.import_module(f"{__name__}.{found.name}")
        for found in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name)
    ]
