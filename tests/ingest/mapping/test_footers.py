"""Rows that print how many records a list has."""

import pytest

from ingest.mapping.footers import printed_count


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        (["Total records: 25", "", ""], 25),
        (["", "Record count", "7"], 7),
        (["Anzahl Datensätze:", "120", ""], 120),
        (["Total records", "3", "4"], None),  # more than words and a number
        (["Total", "37", ""], None),  # may be the sum of a column
        (["ana@a.example", "25"], None),
        (["Total records", "", ""], None),
        (["", "", ""], None),
        (["Course 101", ""], None),
    ],
)
def test_a_count_is_read_where_the_words_say_what_is_counted(cells, count):
    assert printed_count(cells) == count
