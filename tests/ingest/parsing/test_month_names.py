"""Months by name are read in every language of the CLDR that vendors offer."""

from datetime import date, datetime

import pytest
from babel.dates import format_date
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.connectors.meet.format.log_times import LogClock
from ingest.parsing.days import DayClock, day_clock
from ingest.parsing.locale_words import MODERN
from ingest.parsing.month_names import UnclearMonth, months_of_column, named_day
from ingest.parsing.times import parse_local, zone
from tandem.core.errors import UndecidedFile

# Their dates put words of several parts, or endings, between day, month and year.
NOT_READ = {"ga", "gd", "mn", "eu"}
# Their long dates hold numbers only.
WITHOUT_NAMES = {"zh", "zh_Hant", "yue", "ja", "ko"}
LANGUAGES = sorted(set(MODERN) - NOT_READ - WITHOUT_NAMES)

NAMED = (
    *("5 Haz 2026 10:00", "5 июня 2026 г., 10:00", "5. června 2026 10:00"),
    *("Jun 5, 2026 10:00", "2026. június 5. 10:00", "5 de junio de 2026, 10:00"),
    *("5 thg 6, 2026 10:00", "5 juin 2026 à 10:00", "Fri, 5 Jun 2026 10:00"),
    *("2026 m. birželio 5 d. 10:00", "5/Jun/2026 10:00", "5-giu-2026 10:00"),
    *("05 มิ.ย. 2569 10:00", "10:00, 5 tháng 6, 2026", "5 Haziran 2026 Cuma 10:00"),
    *("2026. gada 5. jūnijs 10:00", "5 जून 2026 10:00", "5 ביוני 2026 10:00"),
)


@pytest.mark.parametrize("printed", NAMED)
def test_a_time_with_a_named_month_is_read(printed: str):
    assert parse_local(printed, None).at == datetime(2026, 6, 5, 10)  # noqa: DTZ001


@pytest.mark.parametrize("printed", ["5 Haz 2026", "5 июня 2026", "5. června 2026"])
def test_the_audit_log_of_meet_reads_them(printed: str):
    at = LogClock(None).utc(f"{printed} 10:00:00 GMT+3")
    assert at == datetime(2026, 6, 5, 7)  # noqa: DTZ001


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(LANGUAGES),
    st.sampled_from(["medium", "long", "full"]),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
)
def test_a_day_is_read_as_the_language_prints_it(language: str, style: str, on: date):
    printed = format_date(on, style, language)
    assume(named_day(printed, months_of_column([printed], language)))
    clock = DayClock(zone("UTC"), None, months_of_column([printed], language))
    assert clock.day(printed) == on


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_of_a_language_is_read_in_one_of_its_styles(language: str):
    for month in range(1, 13):
        on = date(2026, month, 17)
        texts = [format_date(on, style, language) for style in ("medium", "long")]
        read = [named_day(text, months_of_column([text], language)) for text in texts]
        assert any(day and day[0] == on for day in read), texts


@pytest.mark.parametrize(
    ("column", "month"),
    [
        (["5 listopada 2026", "7 czerwca 2026"], 11),
        (["5. listopada 2026.", "7. lipnja 2026."], 10),
        (["5 lis 2026", "1 wrz 2026"], 11),
        (["5 lis 2026", "1 ruj 2026"], 10),
    ],
)
def test_the_other_months_of_a_column_decide_the_language(
    column: list[str], month: int
):
    clock = day_clock("list", zone("UTC"), None, column)
    assert clock.day(column[0]) == date(2026, month, 5)


def test_a_month_that_differs_between_languages_is_asked():
    with pytest.raises(UndecidedFile, match=r"5 lis 2026.*month 10 or 11.*--locale"):
        day_clock("list", zone("UTC"), None, ["5 lis 2026"])
    with pytest.raises(UnclearMonth, match="month 10 or 11"):
        named_day("5 lis 2026")
    clock = day_clock("list", zone("UTC"), None, ["5 lis 2026"], "pl-PL")
    assert clock.day("5 lis 2026") == date(2026, 11, 5)


@pytest.mark.parametrize(
    "printed", ["5 Marketing 2026", "5 Haz 10:30", "Class 5, 2026"]
)
def test_other_words_are_no_months(printed: str):
    assert named_day(printed) is None
