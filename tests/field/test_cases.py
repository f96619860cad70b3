"""Every case gives its right values, whatever the order of its files.

FIELD_CASES names another folder with inputs of the same cases.
"""

import pytest

from tandem.core.files import Home
from tests.field.case import Case, Check
from tests.field.conftest import CASES, LandedCases, home_of


def checks(schema: str) -> list[object]:
    """Return the checks of all cases as parameters that name case and check."""
    return [
        pytest.param(check, id=f"{check.case}: {check.what}")
        for case in CASES
        for check in case.checks(schema)
    ]


@pytest.mark.parametrize("is_reversed", [False, True], ids=["in order", "reversed"])
@pytest.mark.parametrize("check", checks("raw"))
def test_what_landed(check: Check, is_reversed: bool, landed: LandedCases):
    home = landed.home(check.case, is_reversed=is_reversed)
    assert check.answer(home) == check.expected


@pytest.mark.parametrize("check", checks("marts"))
def test_what_the_marts_say(check: Check, modelled: Home):
    assert check.answer(modelled) == check.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)
def test_a_delivery_is_refused_only_where_the_case_says_so(case: Case, tmp_path):
    refused = case.content.get("refused", {})
    for report in case.land(home_of(case, tmp_path / "home")):
        words = refused.get(report.path.name)
        assert (report.error is None) == (words is None), report.error
        assert words is None or words in report.error


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)
def test_every_case_has_checks(case: Case):
    assert case.content.get("refused") or case.checks("raw") or case.checks("marts")
