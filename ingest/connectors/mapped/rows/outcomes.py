"""The success or completion that a verb itself states."""

from typing import Any

from ingest.connectors.mapped.rows.live_sessions import verb_names


def with_outcome(result: dict[str, Any], verb: str) -> dict[str, Any]:
    """Return a result with the success or completion that the verb itself states."""
    name = verb_names().get(verb)
    if name in ("passed", "failed"):
        return result | {"success": name == "passed"}
    if name == "completed":
        return result | {"completion": True}
    return result
