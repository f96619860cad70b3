"""Printed numbers are parsed in any national form; ambiguous ones are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsing.numbers import count_of, decimal_sign, number_of

PRINTED = {
    "1234.5": 1234.5,
    "1.234,50": 1234.5,
    "1,234.50": 1234.5,
    "1\u202f234,5": 1234.5,
    "1 234.567": 1234.567,
    "1'234.50": 1234.5,
    "1.234.567": 1234567.0,
    "12,34,567": 1234567.0,
    "0,125": 0.125,
    "87.125": 87.125,
    "-3,5": -3.5,
    "−3.5": -3.5,
    "١٢٫٥": 12.5,
    "1e3": 1000.0,
}


@pytest.mark.parametrize("printed", PRINTED)
def test_number_in_any_national_form_is_parsed(printed: str):
    assert number_of(printed) == PRINTED[printed]


def test_a_comma_before_three_digits_is_ambiguous():
    with pytest.raises(ValueError, match=r"1234 or 1\.234"):
        number_of("1,234")


@pytest.mark.parametrize(
    "printed",
    ["€500", "1.2.3", "nan", "inf", "", "-", "1 2", "12 34", "1 2345", "1,5.", "--5"],
)
def test_other_texts_are_no_numbers(printed: str):
    with pytest.raises(ValueError, match="is no number"):
        number_of(printed)


@pytest.mark.parametrize(
    ("column", "sign"),
    [
        (["1.234,5", "1.234"], ","),
        (["1,234.5"], "."),
        (["1.234.567"], ","),
        (["1 234,567"], ","),
        (["0.125"], "."),
        (["87,5", "1.234"], ","),
        (["1.234", "12"], None),
        (["1,5", "1.5"], None),
    ],
)
def test_a_column_proves_its_decimal_sign(column: list[str], sign: str | None):
    assert decimal_sign(column) == sign


def test_the_sign_of_the_column_decides_a_group_of_three_digits():
    assert number_of("1.234", ",") == 1234
    assert number_of("1,234", ".") == 1234
    assert number_of("1.234", ".") == 1.234


@given(st.integers(0, 10**9), st.sampled_from([",", ".", " ", "'", "\u00a0"]))
def test_a_count_keeps_its_value_with_any_separator_of_thousands(
    count: int, separator: str
):
    assert count_of(f"{count:,}".replace(",", separator)) == count
