"""A key has the type of what it was read from, however it is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connectors.organisation.format.session_keys import with_keys
from ingest.parsing.join_keys import key_in_link, meeting_key, title_key

SPELLED_LIKE_IDENTIFIERS = ("General", "Excel-Grundlagen", "19:kickoff", "2026",
                            "912 3456 7890", "abc-defg-hij", "19:a@thread.v2",
                            "https://zoom.us/j/91234567890")  # fmt: skip
titles = st.text(min_size=1).filter(lambda text: bool(text.strip()))


@given(title=titles | st.sampled_from(SPELLED_LIKE_IDENTIFIERS))
def test_the_key_of_a_title_is_a_hash_whatever_its_spelling(title: str):
    key = title_key(title)
    assert key.startswith("title-")
    assert len(key) == len("title-") + 20
    assert key == title_key(f"  {title.upper().lower()} ") or not title.isascii()
    assert key != meeting_key(title)


@given(text=titles)
def test_the_key_of_a_meeting_does_not_keep_a_text_of_several_words(text: str):
    assert not set(meeting_key(text)) & set(" \t\n\r\u00a0")


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("912 3456 7890", "91234567890"),
        ("https://zoom.us/j/91234567890?pwd=x", "91234567890"),
        ("abc-defg-hij", "abcdefghij"),
        ("19:meeting_QUJD@thread.v2", "19:meeting_QUJD@thread.v2"),
        (" General ", "General"),
        ("19:kickoff", "19:kickoff"),
    ],
)
def test_the_key_of_a_meeting_is_its_number_code_or_id(printed: str, key: str):
    assert meeting_key(printed) == key


def test_an_identifier_of_several_words_is_kept_as_a_hash():
    room = "Seminar of Noor Haddad"
    assert meeting_key(room) == meeting_key("seminar  of noor haddad")
    assert meeting_key(room).startswith("meeting-")
    assert key_in_link(room) is None


@pytest.mark.parametrize("title", SPELLED_LIKE_IDENTIFIERS)
def test_a_typed_column_of_the_organisation_gives_one_key_of_its_type(title: str):
    assert with_keys({"title": title, "cohort_id": "C"}) == [
        {
            "cohort_id": "C",
            "key_type": "title",
            "join_key": title_key(title),
            "untyped_cell": None,
        }
    ]


@pytest.mark.parametrize("text", SPELLED_LIKE_IDENTIFIERS)
def test_a_cell_without_a_type_is_read_as_each_type(text: str):
    rows = with_keys({"join_key": text, "cohort_id": "C"})
    keys = {(row["key_type"], row["join_key"]) for row in rows}
    expected = {("title", title_key(text)), ("meeting", meeting_key(text))}
    if " " not in text:
        expected |= {("series", text), ("session", text)}
    assert keys == expected
    assert len({row["untyped_cell"] for row in rows}) == 1
    assert all(row["untyped_cell"] for row in rows)


def test_a_key_with_a_type_outranks_the_reading_of_a_cell_without_one():
    rows = with_keys({"join_key": "General", "title": "General", "cohort_id": "C"})
    cells = {row["key_type"]: row["untyped_cell"] for row in rows}
    assert cells["title"] is None
    assert cells["meeting"] is not None
