"""Each situation of an enrolment in docs/enrolment-models.md has its unit test."""

import re

import yaml

from tandem.core.files import project_root

STATES = "models/intermediate/completion/_enrolment_states.yml"
SITUATION = re.compile(
    r"^\| (?P<situation>[^|]+) \| [^|]+ \| `(?P<test>\w+)` \|$", re.M
)


def test_every_situation_of_an_enrolment_has_a_unit_test_of_that_name():
    text = (project_root() / "docs" / "enrolment-models.md").read_text("utf-8")
    section = text.split("## What counts how")[1]
    named = [match["test"] for match in SITUATION.finditer(section)]
    states = yaml.safe_load((project_root() / STATES).read_text("utf-8"))
    written = [test["name"] for test in states["unit_tests"]]
    assert len(named) == 20
    assert set(named) - set(written) == set()
    assert len(set(named)) == len(named)
