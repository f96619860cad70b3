"""How long a reading that was cut short may go on by its `more` link."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.pull.lrs.cursor import Cursor, Reading

READ_AT = datetime(2026, 3, 16, 9, tzinfo=UTC)
OPEN = Cursor("lrs", open=Reading("/more/1", more_at=READ_AT, ceiling=READ_AT))


@pytest.mark.parametrize(
    ("age", "is_resumed"),
    [
        (timedelta(0), True),
        (timedelta(hours=23) - timedelta(seconds=1), True),
        (timedelta(hours=23), False),
        (timedelta(hours=23, seconds=1), False),
    ],
)
def test_a_more_link_is_used_for_less_than_23_hours(age: timedelta, is_resumed: bool):
    assert OPEN.resumable(READ_AT + age) == (OPEN.open if is_resumed else None)


def test_a_reading_that_came_to_its_end_is_not_resumed():
    assert Cursor("lrs").resumable(READ_AT) is None
