"""Printed numbers are parsed in any national form; ambiguous ones are refused."""

import pytest

from ingest.parsing.numbers import number_of

PRINTED = {
    "1234.5": 1234.5,
    "1.234,50": 1234.5,
    "1,234.50": 1234.5,
    "1\u202f234,5": 1234.5,
    "1'234.50": 1234.5,
    "1.234.567": 1234567.0,
    "0,125": 0.125,
    "-3,5": -3.5,
}


@pytest.mark.parametrize("printed", PRINTED)
def test_number_in_any_national_form_is_parsed(printed: str):
    assert number_of(printed) == PRINTED[printed]


def test_a_comma_before_three_digits_is_ambiguous():
    with pytest.raises(ValueError, match=r"1234 or 1\.234"):
        number_of("1,234")


@pytest.mark.parametrize("printed", ["€500", "1.2.3", "nan", "inf", "", "-"])
def test_other_texts_are_no_numbers(printed: str):
    with pytest.raises(ValueError, match="is no number"):
        number_of(printed)
