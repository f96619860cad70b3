"""Where the file of the current snapshot is."""

from pathlib import Path

from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home


def current_file(home: Home, *, with_persons: bool = False) -> tuple[str, Path] | None:
    """Return id and file of the current snapshot, None before the first publish.

    Args:
        home: whose; the file need not exist.
        with_persons: the analysts' file, with pseudonymous persons; else the published
            aggregates.

    Raises:
        WarehouseProblem: the pointer is damaged.
    """
    try:
        pointer = home.current_snapshot()
        if pointer is None:
            return None
        snapshot_id = pointer["snapshot_id"]
        if with_persons:
            named = pointer["analyst"]
        else:
            named = pointer.get("dashboard", f"{snapshot_id}/dashboard.duckdb")
        return snapshot_id, home.published / named
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise WarehouseProblem(
            "the pointer to the published file is damaged",
            str(home.pointer),
            "run tandem publish",
        ) from error
