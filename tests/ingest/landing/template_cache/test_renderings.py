"""What is done to a whole column is what is done to each of its values."""

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.landing.template_cache.kinds import kinds
from ingest.landing.template_cache.renderings import rendered

KINDS = kinds()
TIMESTAMPS = [
    "2024-05-01T10:00:00Z",
    "2024-05-01T10:00:00.123Z",
    "2024-05-01T10:00:00.000Z",
    "2024-05-01T10:00:00.12Z",
    "2024-05-01T10:00:00.1234567Z",
    "2024-05-01T10:00:00.999999999Z",
    "2024-02-29T10:00:00Z",
    "2024-05-31T23:59:59.999Z",
    "1969-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "2024-05-01T10:00:00+02:00",
    "2024-05-01t10:00:00z",
    "2024-05-01T10:00Z",
    "20240501T100000Z",
]
NONE_AT_ALL = [
    "2023-02-29T10:00:00Z",
    "2024-02-30T10:00:00Z",
    "2024-04-31T10:00:00Z",
    "2024-13-01T10:00:00Z",
    "2024-00-01T10:00:00Z",
    "2024-05-00T10:00:00Z",
    "0000-01-01T00:00:00Z",
    "2024-05-01T24:00:01Z",
    "2024-05-01T10:60:00Z",
    "2024-05-01T10:00:61Z",
    "+2024-05-01T10:00:00Z",
    " 2024-05-01T10:00:00Z",
    "2024-05-01T10:00:00Z\n",
    "2024-05-01T10:00:00.Z",
    "٢٠٢٤-05-01T10:00:00Z",
]
UUIDS = [
    "12345678-1234-5678-1234-567812345678",
    "12345678-1234-5678-1234-56781234567A",
    "12345678-1234-5678-1234-567812345678\n",
    "12345678123456781234567812345678",
]
TEXTS = [
    "Intro",
    "",
    "anna@example.org",
    "anna%40example.org",
    "+48 123 456 789",
    "10.0.0.1",
    "fe80::1",
    "10:15:00",
    "https://lms.example/?token=abc",
    "https://lms.example/search?q=who+is+ill",
    "https://lms.example/course/1",
    "PT1M",
    "P4W1D",
    "mailto:anna@example.org",
    "ab" * 20,
    "AB" * 20,
    "Mozilla/5.0 (iPhone)",
    "12",
    "-0",
    "12.0",
    "12.5",
]
odd = st.text(st.characters(codec="utf-8", exclude_characters='"\\'), max_size=30)
strings = st.one_of(st.sampled_from([*TIMESTAMPS, *NONE_AT_ALL, *UUIDS, *TEXTS]), odd)
LETTERS = {"I": "12", "W": "12.0", "F": "12.5"}


@pytest.mark.parametrize("name", sorted(KINDS.keys() - LETTERS.keys()))
@given(st.lists(strings, max_size=20))
@example([*TIMESTAMPS, *NONE_AT_ALL, *UUIDS, *TEXTS])
def test_a_column_is_judged_as_its_values_are(name: str, values: list[str]):
    column = pl.Series(values, dtype=pl.String)
    found = kinds()[name].doubtful(column)
    doubtful = [False] * len(values) if found is None else found.to_list()
    assert doubtful == [not KINDS[name].accepts(value) for value in values]


@pytest.mark.parametrize("name", sorted(KINDS))
@given(st.lists(strings, min_size=1, max_size=20))
@example([*TIMESTAMPS, *UUIDS, *TEXTS])
@example(TIMESTAMPS[:1])
@example(TIMESTAMPS[1:2])
def test_a_column_becomes_what_its_values_become(name: str, values: list[str]):
    kind = KINDS[name]
    markers = [kind.marker(number) for number in range(3)]
    if name in LETTERS:
        values = [LETTERS[name]]
    accepted = [*(value for value in values if kind.accepts(value)), *markers]
    for some in (accepted, accepted[:1]):
        column = pl.Series(some, dtype=pl.String)
        for convert in (*kind.renders, *kind.converts):
            assert rendered(column, convert).to_list() == [convert(v) for v in some]
