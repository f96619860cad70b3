"""The settings of a new organisation: what is asked, and what is refused."""

from pathlib import Path

import pytest

from tandem.cli.first_settings import (
    Answers,
    asked,
    month_of,
    people_of,
    write_settings,
    zone_of,
)
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings


@pytest.mark.parametrize(
    ("text", "month"), [("1", 1), ("12", 12), ("April", 4), ("apr", 4), (" 4 ", 4)]
)
def test_a_month_is_a_number_or_a_name(text: str, month: int):
    assert month_of(text) == month


@pytest.mark.parametrize("text", ["0", "13", "Aprile", ""])
def test_no_month_is_refused(text: str):
    with pytest.raises(WrongUse, match="no month"):
        month_of(text)


@pytest.mark.parametrize(("text", "people"), [("5", 5), ("6", 6), ("10", 10)])
def test_groups_of_five_people_or_more_may_be_shown(text: str, people: int):
    assert people_of(text) == people


@pytest.mark.parametrize("text", ["4", "0", "-5", "ten", ""])
def test_smaller_groups_are_refused(text: str):
    with pytest.raises(WrongUse, match="whole number from 5"):
        people_of(text)


@pytest.mark.parametrize("text", ["Berlin", "", "../etc/passwd", "Europe/Berlim"])
def test_no_zone_is_refused(text: str):
    with pytest.raises(WrongUse, match="no time zone"):
        zone_of(text)


def test_a_question_is_asked_again_until_its_answer_can_be_read():
    answers = iter(["Berlin", "Europe/Berlin"])
    questions = []

    def ask(question: str, default: str) -> str:
        questions.append((question, default))
        return next(answers)

    assert asked("Which zone?", "UTC", ask, zone_of) == "Europe/Berlin"
    assert questions[0] == ("Which zone?", "UTC")
    assert "'Berlin' is no time zone" in questions[1][0]


def test_without_a_person_the_default_is_taken():
    assert asked("Which zone?", "UTC", None, zone_of) == "UTC"


def test_what_is_written_is_what_settings_read(tmp_path: Path):
    home = Home(tmp_path / "home")
    answers = Answers(
        'Müller "Nord" GmbH',
        "Europe/Berlin",
        4,
        8,
        clocks={"zoom": "Europe/London"},
        date_orders={"teams": "dmy"},
        roster="roster",
        account_home_pages={"identifier": "https://lms.example.org"},
    )
    write_settings(home, answers)
    settings = Settings.load(home)
    assert settings.section("organisation")["name"] == 'Müller "Nord" GmbH'
    assert settings.vars["organisation_time_zone"] == "Europe/Berlin"
    assert settings.vars["fiscal_year_start_month"] == 4
    assert settings.minimum_people == 8
    sources = settings.section("sources")
    assert sources["zoom"] == {"tz": "Europe/London"}
    assert sources["teams"] == {"tz": "Europe/Berlin", "date_order": "dmy"}
    assert sources["organisation"]["tz"] == "Europe/Berlin"
    assert sources["roster"]["account_home_pages"] == {
        "identifier": "https://lms.example.org"
    }
