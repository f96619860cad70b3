"""All rows of a column are read under one format, which is decided from all of them."""

import pytest

from ingest.parsing.duration_formats import (
    DurationHints,
    duration_format,
    duration_hints,
    open_questions,
)
from ingest.parsing.duration_headings import clock_in, unit_in
from tandem.core.errors import WrongUse


def seconds(cells: list[str], heading: str = "", **given: object) -> list[float | None]:
    """Return the seconds of the cells of one column, None for those not read."""
    form = duration_format(cells, DurationHints(**given), heading)
    read: list[float | None] = []
    for cell in cells:
        try:
            read.append(form.seconds(cell))
        except ValueError:
            read.append(None)
    return read


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1 saat", "1 saat 15 dakika"], [3600, 4500]),
        (["1 saat", "15 dakika", "45.5 sn"], [3600, 900, 45.5]),
        (["1 saat", "5 min"], [None, 300]),
        (["1 saat", "31 minit"], [1, 1860]),
        (["1s 30d", "2s", "5d"], [5400, 7200, 300]),
        (["2 j 4 h", "4 j 31 min"], [187_200, 347_460]),
        (["4 j 31 mnt", "2 j"], [16_260, 7200]),
        (["1 hour", "1 Stunde", "2 godz.", "3 uur"], [3600, 3600, 7200, 10_800]),
        (["4 Std. 3 Min.", "4 t. 31 min. 2 sek."], [14_580, 16_262]),
        (["5 ore", "90 de minute"], [18_000, 5400]),
    ],
)
def test_the_column_decides_what_a_word_means(cells: list[str], expected: list):
    assert seconds(cells) == expected


def test_the_language_of_the_report_decides_a_word():
    assert seconds(["1 saat"], locale="tr-TR") == [3600]
    assert seconds(["1 saat"], locale="ms") == [1]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("hours", 5400),
        ("Training_hours", 5400),
        ("Lernzeit in Stunden", 5400),
        ("Time (hh:mm)", 5400),
        ("Zeit (Std:Min)", 5400),
        ("minutes", 90),
        ("Duration (min)", 90),
        ("所要時間（分）", 90),
        ("Time (mm:ss)", 90),
        ("Time spent", None),
        ("durationSeconds", None),
        ("学習時間", None),
        ("Total time", None),
    ],
)
def test_a_clock_of_two_parts_is_of_the_unit_in_the_heading(
    heading: str, expected: float | None
):
    assert seconds(["01:30"], heading) == [expected]


def test_what_the_user_states_outranks_the_heading():
    assert seconds(["01:30"], "hours", clock="m:ss") == [90]
    assert seconds(["90"], "hours", unit="minutes") == [5400]


def test_three_parts_without_leading_zeros_show_minutes_and_seconds():
    assert seconds(["1:02:05", "14:32"]) == [3725, 872]
    assert seconds(["1:02:05", "59:59"]) == [3725, 3599]
    assert seconds(["1:02:05", "60:00"]) == [3725, None]  # an hour would be printed


@pytest.mark.parametrize("longer", ["01:02:05", "0:02:05", "0014:32:00.00", "14:32:00"])
def test_three_parts_that_could_stand_beside_hours_and_minutes_show_nothing(
    longer: str,
):
    assert seconds([longer, "14:32"])[1] is None


@pytest.mark.parametrize(
    ("span", "expected"),
    [(931.0, 872), (52_320.0, 52_320), (52_379.0, 52_320), (60_000.0, None)],
)
def test_the_time_between_start_and_end_decides_a_clock(
    span: float, expected: float | None
):
    form = duration_format(["14:32"], spans=[span])
    if expected is None:
        assert form.clock is None
    else:
        assert form.seconds("14:32") == expected


def test_an_unclear_decimal_sign_is_decided_by_other_rows():
    assert seconds(["1.234 h", "1.5 h"]) == [4442.4, 5400]
    assert seconds(["1.234 h", "1,5 h"]) == [4_442_400, 5400]
    assert seconds(["1.234 h", "1,5 h", "2.5 h"]) == [None, 5400, 9000]
    assert seconds(["1.234 h"], sign=".") == [4442.4]
    assert seconds(["1.234 h"], sign=",") == [4_442_400]


def test_a_question_shows_examples_from_the_column():
    cells = ["14:32", "02:05", "9:00", "7:10", "PT1H"]
    (question,) = open_questions(duration_format(cells), cells)
    assert str(question).startswith("'14:32', '02:05', '9:00': it could be hours")


@pytest.mark.parametrize(("units", "expected"), [(0, 1), (1, 1), (2, 0)])
def test_numbers_are_asked_about_unless_most_cells_print_a_unit(
    units: int, expected: int
):
    cells = ["90", *(f"{n} min" for n in range(1, units + 1))]
    assert len(open_questions(duration_format(cells), cells)) == expected


def test_an_unknown_word_of_the_option_is_refused_with_the_known_ones():
    assert duration_hints("hh:mm, decimal-comma") == DurationHints(
        clock="h:mm", sign=","
    )
    with pytest.raises(WrongUse, match=r"h:mm.*m:ss.*hours.*decimal-point"):
        duration_hints("fortnights")


def test_headings_name_units_only_where_a_word_cannot_mean_time_in_general():
    assert unit_in("Hours Viewed") == "hours"
    assert unit_in("Süre (dakika)") == "minutes"
    assert unit_in("時間（時間）") == "hours"
    assert unit_in("Süre (saat)") is None  # an hour in Turkish, a second in Malay
    assert unit_in("Saat") is None
    assert unit_in("Time") is None
    assert unit_in("Second attempt") is None
    assert unit_in("Hours and minutes") is None
    assert clock_in("Hours and minutes") == "h:mm"
