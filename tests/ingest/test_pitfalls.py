"""Every live connector against every pitfall: a golden case, or why it cannot occur.

The matrix is found, not kept: cases name the pitfalls that they hold in their folders'
names, and pitfalls.toml says why the other cells stay empty.
"""

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from tandem.core.files import project_root

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
PITFALLS = tomllib.loads((HERE / "pitfalls.toml").read_text(encoding="utf-8"))
NUMBER = re.compile(r"(?:^|_)p(\d\d)(?=_)")
PLANS = {"calendar", "google_calendar", "graph_calendar"}  # who was to come
LISTS = {"hr", "mapped", "oneroster", "organisation", "sds", "xapi_file"}
NUMBERS = sorted(int(number) for number in PITFALLS["names"])


def held() -> dict[str, dict[int, list[str]]]:
    """Return the cases of each connector by the pitfalls that they name."""
    found: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for case in sorted(path.parent for path in FIXTURES.glob("*/*/given")):
        for number in NUMBER.findall(case.name):
            found[case.parent.name][int(number)].append(case.name)
    return found


def test_there_are_forty_pitfalls():
    assert list(range(1, 41)) == NUMBERS


@pytest.mark.parametrize("connector", sorted(PITFALLS["cannot_occur"]))
def test_no_cell_of_the_matrix_is_a_hole(connector: str):
    cases, reasons = held()[connector], PITFALLS["cannot_occur"][connector]
    elsewhere = {int(number) for number in PITFALLS["elsewhere"]}
    holes = [
        f"{number} {PITFALLS['names'][str(number)]}"
        for number in NUMBERS
        if not cases[number] and str(number) not in reasons and number not in elsewhere
    ]
    assert not holes


@pytest.mark.parametrize("connector", sorted(PITFALLS["cannot_occur"]))
def test_what_a_case_holds_is_not_said_to_be_impossible(connector: str):
    cases, reasons = held()[connector], PITFALLS["cannot_occur"][connector]
    assert [number for number in reasons if cases[int(number)]] == []


def test_every_connector_of_presence_is_in_the_matrix():
    assert set(held()) - set(PITFALLS["cannot_occur"]) <= PLANS | LISTS


@pytest.mark.parametrize("number", sorted(PITFALLS["elsewhere"], key=int))
def test_each_test_that_a_pitfall_names_exists(number: str):
    path, _, name = PITFALLS["elsewhere"][number].partition("::")
    text = (project_root() / path).read_text(encoding="utf-8")
    assert name in text


def test_every_pitfall_is_held_by_a_case_or_a_test():
    cases = {number for by_number in held().values() for number in by_number}
    elsewhere = {int(number) for number in PITFALLS["elsewhere"]}
    unheld = set(NUMBERS) - cases - elsewhere
    assert not unheld, [PITFALLS["names"][str(number)] for number in sorted(unheld)]
