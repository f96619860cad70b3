"""Messages of commands count one thing in the singular."""

import re

import pytest

from tandem.core.counted import counted
from tandem.core.files import project_root

# A count written beside a plural: `{count} rows`. Where one of them can be, the noun
# has to follow the count, which `counted` does.
COUNT = r"\{[^{}]*(?:_count|len\(|\bcount\b|\bfiles\b|\brest\b)[^{}]*\}"
PLURAL = re.compile(
    COUNT + r" (?:more )?"
    r"(?:rows|files|accounts|people|groups|cells|records|statements|sessions|meetings"
    r"|programmes|deliveries|decisions|minutes|reasons|tables|quarters|slides)\b"
)
# It is written from ten on.
ABOVE_ONE = {("ingest/proposals/counts.py", "{count:,} people")}


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
    """Return files and counts beside plurals, apart from lines that tell one apart."""
    return {
        (str(path.relative_to(project_root())), match.group())
        for path in (project_root() / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        for match in PLURAL.finditer(line)
        if "== 1" not in line
    }


def test_no_message_of_a_command_writes_a_count_beside_a_plural():
    assert found("tandem/cli") | found("ingest") == ABOVE_ONE


def test_the_pattern_finds_what_it_looks_for():
    assert PLURAL.search('f"{read.open_count:,} rows are left open"')
    assert PLURAL.search('f"{len(some)} more groups"')
    assert not PLURAL.search("f\"{counted(count, 'row')} left\"")
