"""Printed durations keep their value in every language; unclear ones are refused."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.parsing.duration_formats import (
    DurationHints,
    duration_format,
    seconds_of,
)
from ingest.parsing.durations import UnclearDuration
from ingest.parsing.locale_words import MODERN, unit_words

ISO_UNITS = {86_400: "P{}D", 3600: "PT{}H", 60: "PT{}M", 1: "PT{}S"}
# Each unit of each language, except for words that are two units in one language.
UNITS = [
    (language, word, next(iter(meant)))
    for language in MODERN
    for word, meant in sorted(unit_words(language).items())
    if len(meant) == 1
]
WHOLE = st.integers(0, 9_999_999)
FRACTIONS = st.text("0123456789", min_size=1, max_size=6)

# 4 h 31 min 2 s as CLDR prints it, abbreviated or in full.
FOUR_HOURS = (
    "4h 31m 2s",
    "4 Std. 31 Min. 2 Sek.",
    "4 godz. 31 min 2 sek.",
    "4 uur 31 minuten 2 seconden",
    "4 j 31 mnt 2 dtk",
    "4 t. 31 min. 2 sek.",
    "4 tuntia 31 minuuttia 2 sekuntia",
    "4 saat 31 dakika 2 saniye",
    "4s 31d 2sn",
    "4 ore 31 de minute 2 secunde",
    "4 часа 31 минута 2 секунды",
    "4г 31х 2с",
    "4 ó 31 p 2 mp",
    "4 j 31 min 2 saat",
    "4 時間 31 分 2 秒",
    "4시간 31분 2초",
    "4 घं॰ 31 मि॰ 2 से॰",
    "٤ ساعات ٣١ دقيقة ثانيتان",
    "4 שעות 31 דקות שתי שניות",
    "saa 4 dakika 31 sekunde 2",
    "4:31:02",
    "0004:31:02.00",  # SCORM 1.2
    "PT4H31M2S",
    "P0Y0M0DT4H31M2.00S",
    "0 days 04:31:02",
    "0.04:31:02",  # .NET
    "271 min 2 sec",
    "04:31:02 (hh:mm:ss)",
)
OTHERS = {
    "שעתיים 2 דק׳": 7320,
    "2 h 44 m": 9840,
    "59 Min. 0 Sek.": 3540,
    "1h30": 5400,
    "1 h 30": 5400,
    "1h05'": 3900,
    "1 Stunde und 3 Minuten": 3780,
    "2 Std. und 5 Min.": 7500,
    "1 hour and 5 minutes": 3900,
    "1 heure et 5 minutes": 3900,
    "1 ora e 5 minuti": 3900,
    "1 hora y 5 minutos": 3900,
    "1 час и 5 минут": 3900,
    "5 分 間": 300,
    "2 s": 2,
    "14.5 hrs": 52_200,
    "2.00 hours": 7200,
    "90.5 min": 5430,
    "45.5s": 45.5,
    "1 day, 2:03:04": 93_784,
    "1d 3h": 97_200,
    "1d 02:03:04": 93_784,
    "0d 00:45:00": 2700,
    "1:02:03:04": 93_784,
    "0:00:45:00": 2700,
    "0000:75:00": 4500,
    "1 234,5 min": 74_070,
    "1.234.567 s": 1_234_567,
    "12,34,567 s": 1_234_567,
    "01:30 h": 5400,
    "12:30 min": 750,
    "00:00": 0,
    "0": 0,
}


@pytest.mark.parametrize("printed", FOUR_HOURS)
def test_units_are_known_in_many_languages(printed: str):
    assert seconds_of(printed) == 16_262


@pytest.mark.parametrize("printed", OTHERS)
def test_other_words_and_omitted_units_are_accepted(printed: str):
    assert seconds_of(printed) == OTHERS[printed]


@pytest.mark.parametrize(
    "printed",
    [
        *("", "5 apples 3 min", "3 min 1 h", "Class 5", "s0", "3/4/2026", "hours"),
        *("2 h 3 sessions", "1 h of 2", "1 h - 5 min", "1.5e0 h", "1e3 s", "1 h et 30"),
        *("< 1 min", "> 3 h", "≥ 3 h", "5+ h", "5 h+", "~5 min", "about 5 min"),
        *("5 min or more", "up to 2 h", "2 h, 3 x"),
        *(
            "5 h 5 h",
            "-5 min",
            "1:2:3:4",
            "01:15:30:00",
            "2026-01-01",
            "14:75",
            "1:75:00",
            "P",
            "PT",
            "P1Y",
            "1½ h",
        ),
    ],
)
def test_a_text_that_is_not_completely_a_duration_is_refused(printed: str):
    with pytest.raises(ValueError, match=r"\w") as refused:
        seconds_of(printed)
    assert not isinstance(refused.value, UnclearDuration)


@pytest.mark.parametrize(
    ("printed", "option"),
    [
        ("1 saat", "--locale"),
        ("5 d", "--locale"),
        ("14:32", "--duration-format h:mm or m:ss"),
        ("90", "--duration-format seconds, minutes or hours"),
        ("1.234 h", "--duration-format decimal-point"),
        ("12,345 min", "--duration-format decimal-point"),
    ],
)
def test_a_duration_with_two_readings_names_the_option(printed: str, option: str):
    with pytest.raises(UnclearDuration) as unclear:
        seconds_of(printed)
    assert unclear.value.option.startswith(option)


@settings(max_examples=400, deadline=None)
@given(WHOLE, FRACTIONS, st.sampled_from(UNITS))
def test_point_comma_and_iso_are_one_duration(
    whole: int, fraction: str, unit: tuple[str, str, int]
):
    language, word, seconds = unit
    is_group = len(fraction) == 3 and 0 < whole < 1000
    assume(not is_group)
    iso = ISO_UNITS[seconds].format(f"{whole}.{fraction}")
    expected = seconds_of(iso)
    for sign in ".,":
        printed = f"{whole}{sign}{fraction} {word}"
        form = duration_format([printed], DurationHints(locale=language))
        assert form.seconds(printed) == expected
    assert expected == pytest.approx(float(f"{whole}.{fraction}") * seconds)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(UNITS))
def test_a_group_of_three_digits_is_refused_and_one_of_two_groups_is_read(
    first: int, second: int, unit: tuple[str, str, int]
):
    language, word, seconds = unit
    hints = DurationHints(locale=language)
    for sign in ".,":
        printed = f"{first}{sign}{second:03} {word}"
        with pytest.raises(UnclearDuration, match="it could be"):
            duration_format([printed], hints).seconds(printed)
        longer = f"{first}{sign}{second:03}{sign}007 {word}"
        expected = (first * 1_000_000 + second * 1000 + 7) * seconds
        assert duration_format([longer], hints).seconds(longer) == expected
