"""One thing that was checked, and what to do where it is not right."""

from dataclasses import dataclass

RIGHT, MISSING, UNKNOWN = "right", "missing", "unknown"


@dataclass(frozen=True)
class Check:
    """A check: what was checked, its state, what was found, and what to do next.

    `state` is right, missing, or unknown where it could not be checked. `for_it` is a
    sentence to send to whoever runs the other system, "" where none is needed.
    """

    what: str
    state: str
    found: str
    next_step: str = ""
    for_it: str = ""
