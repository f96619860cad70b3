"""Messages of commands count one thing in the singular."""

import re

import pytest

from tandem.core.counted import counted
from tandem.core.files import project_root

# A count written beside a plural: `{count} rows`. Where one of them can be, the noun
# has to follow the count, which `counted` does.
COUNT = r"\{[^{}]*(?:_count|len\(|\bcount\b|\bfiles\b|\brest\b)[^{}]*\}"
PLURAL = re.compile(
    COUNT + r"(?:\"\s*f?\")? (?:more )?"
    r"(?:rows|files|accounts|people|groups|cells|records|statements|sessions|meetings"
    r"|programmes|deliveries|decisions|minutes|reasons|tables|quarters|slides)\b"
)
# Written for two or more only: one is told apart before.
ABOVE_ONE = {
    ("ingest/connectors/printed_totals.py", "{len(rows)} rows"),
    ("ingest/identity/text_removal.py", "{count:,} rows"),
    ("ingest/landing/roster_changes.py", "{count:,} programmes"),
    ("ingest/proposals/counts.py", "{count:,} people"),
    ("ingest/review/candidates.py", "{count} sessions"),
    ("ingest/review/candidates.py", "{len(named)} people"),
}


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")],
)
def test_one_is_singular(count: int, said: str):
    assert counted(count, "row") == said


def test_a_noun_may_have_a_plural_of_its_own():
    assert counted(1, "person", "people") == "1 person"
    assert counted(3, "person", "people") == "3 people"


def found(folder: str) -> set[tuple[str, str]]:
    return {
        (str(path.relative_to(project_root())), match.group())
        for path in (project_root() / folder).rglob("*.py")
        for match in PLURAL.finditer(path.read_text(encoding="utf-8"))
    }


def test_no_message_of_a_command_writes_a_count_beside_a_plural():
    assert found("tandem/cli") | found("ingest") == ABOVE_ONE


def test_the_pattern_finds_what_it_looks_for():
    assert PLURAL.search('f"{read.open_count:,} rows are left open"')
    assert PLURAL.search('f"{len(some)} more groups"')
    assert not PLURAL.search("f\"{counted(count, 'row')} left\"")
