"""What looks like a word that is not known is listed."""

import pytest

from tandem.core.near import nearest

KNOWN = {
    "SAFE-01-2026-04": "Safety, April",
    "SAFE-01-2026-07": "Safety, July",
    "LEAD-02": None,
    "C": "C",
}


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("safe-01-2026-07", "SAFE-01-2026-07 (Safety, July)"),
        ("Safety, April", "SAFE-01-2026-04 (Safety, April)"),
        ("SAFE-01-2026-O4", "SAFE-01-2026-04 (Safety, April)"),
        ("LEAD-2", "LEAD-02"),
    ],
)
def test_the_most_alike_comes_first_with_its_title(word: str, first: str):
    assert nearest(word, KNOWN).startswith(first)


def test_a_part_of_a_title_finds_all_that_have_it():
    found = nearest("safety", KNOWN)
    assert "April" in found
    assert "July" in found
    assert "LEAD-02" not in found


def test_where_nothing_is_alike_the_first_are_listed_and_the_rest_counted():
    many = {f"{number:03}": None for number in range(7)}
    assert nearest("zzz", many) == "000, 001, 002, 003, 004, and 2 more"
    assert nearest("zzz", {"C": "C"}) == "C"
    assert nearest("anything", {}) == ""
