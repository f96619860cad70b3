"""Delimiters are detected, also where a text contains several candidates."""

import pytest

from ingest.parsing.text import delimiter_of

TEAMS = (
    "1. Summary\nMeeting title\tCases\nStart time\t30/9/26, 09:00:00\n\n"
    + "Asha Rao\t30/9/26, 09:00:00\t30/9/26, 10:00:00\t1h\tAttendee\n" * 20
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEAMS, "\t"),
        ("name,email\nAsha,asha@example.org\n", ","),
        ("name;email\nRao, Asha;asha@example.org\n", ";"),
    ],
    ids=["tabs around times with commas", "commas", "semicolons around a comma"],
)
def test_delimiter_is_detected(text: str, expected: str):
    assert delimiter_of(text) == expected
