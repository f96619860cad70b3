"""Printed durations are parsed in many languages; other texts are refused."""

import pytest

from ingest.parsing.durations import seconds_of

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
)
OTHERS = {
    "שעתיים 2 דק׳": 7320,
    "2 h 44 m": 9840,
    "59 Min. 0 Sek.": 3540,
    "1h30": 5400,
    "1 Stunde und 3 Minuten": 3780,
    "32:14": 1934,
    "2 s": 2,
}


@pytest.mark.parametrize("printed", FOUR_HOURS)
def test_units_are_known_in_many_languages(printed: str):
    assert seconds_of(printed) == 16_262


@pytest.mark.parametrize("printed", OTHERS)
def test_other_words_and_omitted_units_are_accepted(printed: str):
    assert seconds_of(printed) == OTHERS[printed]


@pytest.mark.parametrize(
    "printed",
    ["", "5 apples 3 min", "3 min 1 h", "1 saat", "Class 5", "s0", "3/4/2026", "hours"],
)
def test_a_text_that_is_not_completely_a_duration_is_refused(printed: str):
    with pytest.raises(ValueError, match=r"no (?:duration|number|unit)"):
        seconds_of(printed)
