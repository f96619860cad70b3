"""The small lists of seeds/ that stages read as files."""

import csv
from functools import lru_cache

from tandem.core.files import project_root


@lru_cache(maxsize=16)
def seed_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of seeds/<name>.csv, in their order; every value is text."""
    path = project_root() / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
