"""Numbers, dates and money in the reader's language and the organisation's way."""

from collections.abc import Iterator
from datetime import date

import pytest

from dashboards import formats
from tandem.core import wording


@pytest.fixture
def speak() -> Iterator:
    """A function that sets the reader's language; English again afterwards."""
    yield lambda language: wording.set_language_source(lambda: language)
    wording.set_language_source(lambda: "en")


@pytest.fixture(autouse=True)
def of_no_country() -> Iterator[None]:
    yield
    formats.set_organisation()


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize(
    ("locale", "number", "shown"),
    [
        ("en_IN", 99_999, "99,999"),
        ("en_IN", 100_000, "1,00,000"),
        ("hi_IN", 12_345_678, "1,23,45,678"),
        ("hi-IN", 1_234_567_890, "1,23,45,67,890"),
        ("en_IN", -100_000, "−1,00,000"),
        ("en_IN", 999, "999"),
        ("en_IN", 0, "0"),
        ("en_GB", 12_345_678, "12,345,678"),
        ("", 12_345_678, "12,345,678"),
    ],
)
def test_the_organisation_decides_how_digits_are_grouped(
    speak, language: str, locale: str, number: float, shown: str
):
    speak(language)
    formats.set_organisation(locale)
    assert formats.count(number) == shown


def test_a_number_that_rounds_to_0_has_no_minus():
    assert formats.count(-0.4) == "0"
    assert formats.count(-0.6) == "−1"


@pytest.mark.parametrize(
    ("language", "number", "unit", "shown"),
    [
        ("en", 1.0, "days", "1 day"),
        ("en", 1.04, "days", "1 day"),
        ("en", 1.1, "days", "1.1 days"),
        ("en", 0, "days", "0 days"),
        ("en", 2, "days", "2 days"),
        ("en", 1.0, "hours", "1 hour"),
        ("hi", 1, "hours", "1 घंटा"),
        ("hi", 1.5, "hours", "1.5 घंटे"),
        ("hi", 2, "days", "2 दिन"),
        ("hi", 0.47, "share", "47%"),
        ("en", 0.8, "part", "80%"),
        ("en", 1.204, "part", "120%"),
        ("en", -0.05, "part", "−5%"),
        ("en", 0.84, "ratio", "0.8"),
    ],
)
def test_a_unit_agrees_with_its_number(speak, language, number, unit, shown):
    speak(language)
    assert formats.value(number, unit) == shown


@pytest.mark.parametrize(
    ("difference", "words"), [(0.01, "1 point"), (0.09, "9 points"), (0, "0 points")]
)
def test_points_agree_with_their_number(difference: float, words: str):
    assert formats.points(difference) == words


@pytest.mark.parametrize(
    ("locale", "currency", "shown"),
    [
        ("en_IN", "INR", "₹1,23,457"),
        ("", "USD", "$123,457"),
        ("", "PLN", "PLN\N{NO-BREAK SPACE}123,457"),
        ("", "", "123,457"),
    ],
)
def test_money_carries_the_currency_of_the_organisation(locale, currency, shown):
    formats.set_organisation(locale, currency)
    assert formats.value(123_456.7, "currency") == shown
    assert formats.value(-123_456.7, "currency") == f"−{shown}"


def test_ranges_and_days_are_in_the_readers_language(speak):
    assert formats.span(0.46, 0.48, "share") == "46 to 48%"
    assert formats.span(0.461, 0.462, "share") == "about 46%"
    assert formats.span(1, 2.5, "days") == "1 to 2.5 days"
    assert formats.day(date(2026, 9, 30)) == "30 Sep 2026"
    speak("hi")
    assert formats.span(0.46, 0.48, "share") == "46 से 48%"
    assert formats.day(date(2026, 9, 30)) == "30 सितंबर 2026"


def test_a_fiscal_quarter_is_called_the_same_in_hindi(speak):
    speak("hi")
    assert formats.quarter("2026-Q2", 4) == "Q2 FY26-27"
