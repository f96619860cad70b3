"""What the words of completion reports mean, and the facts that follow from each.

The words are rows of seeds/completion_statuses.csv. What a state lands follows DESIGN:
exempt and equivalent are waived with a kind, deferred moves to another run, a place on
a waiting list is no enrolment, and what is open is no fact beyond the enrolment.
"""

from dataclasses import dataclass

from ingest.mapping.phrase_tables import Phrases, PhraseTable

DEADLINE = "deadline"  # says that it is late, and nothing of progress


@dataclass(frozen=True)
class State:
    """What a state of a row lands.

    Attributes:
        verb: of the fact, None where there is none beyond the enrolment.
        is_enrolled: whether the person has a place in the course.
        needs_date: whether the fact is refused without a date; else it lands undated.
        has_result: whether score and duration of the row belong to the fact.
        is_of_use: whether the fact is learning itself, which no other date of the row
            dates; without a date of use there is no fact.
        waiver_kind: waiver, exemption or equivalent.
    """

    verb: str | None = None
    is_enrolled: bool = True
    needs_date: bool = False
    has_result: bool = False
    is_of_use: bool = False
    waiver_kind: str | None = None


STATES = {
    "completed": State("completed", needs_date=True, has_result=True),
    "passed": State("passed", needs_date=True, has_result=True),
    "failed": State("failed", has_result=True),
    "waived": State("waived", waiver_kind="waiver"),
    "exempt": State("waived", waiver_kind="exemption"),
    "equivalent": State("waived", waiver_kind="equivalent"),
    "withdrawn": State("unregistered"),
    "deferred": State("deferred"),
    "waitlisted": State(is_enrolled=False),
    "requested": State(is_enrolled=False),
    "in_progress": State("progressed", has_result=True, is_of_use=True),
    "started": State("initialized", is_of_use=True),
    "enrolled": State(),
    "open": State(),
    "expired": State(),
    DEADLINE: State(),
}
TABLE = PhraseTable("completion_statuses", "state", tuple(STATES))


def verb_of_state(state: str) -> str:
    """Return the verb that a mapping of one verb a row uses for a state, or skip."""
    return "registered" if state == "enrolled" else STATES[state].verb or "skip"


def state_of(phrases: Phrases, text: str, vendor: str = "") -> str | None:
    """Return the state of a status as printed, None if no row decides it.

    `Failed / Past Due` is failed: the parts that only say that it is late are left out.
    """
    if whole := phrases.meaning(text, vendor):
        return whole
    parts = [phrases.meaning(part, vendor) for part in text.split("/")]
    said = {part for part in parts if part != DEADLINE}
    return said.pop() if len(said) == 1 and len(parts) > 1 else None
