"""docs/comparison.md: its examples run, and it describes every public name."""

import doctest
import re

import pytest

import comparison
from tandem.core.files import project_root

PAGE = project_root() / "docs" / "comparison.md"
EXAMPLES = re.compile(r"```pycon\n(.*?)```", re.DOTALL)
# Results, whose attributes their docstrings describe, are named with their function.
RESULTS_NAMED_BY_THEIR_FUNCTION = {
    "Curve",
    "Estimate",
    "Incidences",
    "Intraclass",
    "LifeTable",
    "LogRank",
    "MeanDifference",
    "Potential",
    "Regression",
    "Weighted",
}


def test_every_example_gives_what_the_page_prints():
    text = PAGE.read_text(encoding="utf-8")
    examples = "\n".join(EXAMPLES.findall(text))
    found = doctest.DocTestParser().get_doctest(examples, {}, "comparison.md", None, 0)
    assert len(found.examples) > 40
    printed: list[str] = []
    result = doctest.DocTestRunner().run(found, out=printed.append)
    assert result.failed == 0, "".join(printed)


@pytest.mark.parametrize("name", comparison.__all__)
def test_every_public_name_is_described(name: str):
    if name in RESULTS_NAMED_BY_THEIR_FUNCTION:
        assert getattr(comparison, name).__doc__
        return
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")


def test_every_public_function_says_where_it_comes_from():
    lacking = [
        name
        for name in comparison.__all__
        if name != "compare"  # of the project itself
        and callable(getattr(comparison, name))
        and not isinstance(getattr(comparison, name), type)
        and not re.search(r"\b(1[89]|20)\d\d\b|inverse of", words(name))
    ]
    assert lacking == []


def words(name: str) -> str:
    return getattr(comparison, name).__doc__ or ""
