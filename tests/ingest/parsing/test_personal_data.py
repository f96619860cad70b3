"""Addresses and phone numbers inside longer texts, in each encoding, become keys."""

import html
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity.pseudonyms import Pseudonyms
from ingest.parsing.personal_data import (
    Keys,
    is_clean,
    is_clean_identifier,
    keyed_identifier,
)

PSEUDONYMS = Pseudonyms(b"a-secret-for-tests-only")
KEYS = Keys(PSEUDONYMS.key_of_address, PSEUDONYMS.key_of_text)
ADDRESS = "rosa.lind@corp.example"
KEY = PSEUDONYMS.key_of_address(ADDRESS)


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        (f"https://files.example/{ADDRESS}", f"https://files.example/{KEY}"),
        (f"https://files.example/{ADDRESS}.pdf", f"https://files.example/{KEY}.pdf"),
        (f"https://f.example/{ADDRESS}.tar.gz", f"https://f.example/{KEY}.tar.gz"),
        (
            f"https://f.example/{ADDRESS}_final.pdf",
            f"https://f.example/{KEY}_final.pdf",
        ),
        ("https://f.example/Rosa.Lind%40corp.example", f"https://f.example/{KEY}"),
        (ADDRESS, KEY),
        ("19:meeting_ab@thread.v2", "19:meeting_ab@thread.v2"),
        ("https://10.1.2.3/course/1", "https://10.1.2.3/course/1"),
        ("course-v1:Org+20240101+2024", "course-v1:Org+20240101+2024"),
    ],
)
def test_an_address_in_an_identifier_is_replaced_by_its_key(given_text, shown):
    assert keyed_identifier(given_text, KEYS) == shown
    assert is_clean_identifier(shown)


ENCODINGS = {
    "percent": lambda c: f"%{ord(c):02X}" if c in "@.+" else c,
    "twice": lambda c: f"%25{ord(c):02X}" if c in "@.+" else c,
    "entity": lambda c: f"&#{ord(c)};" if c in "@.+" else c,
    "hexadecimal entity": lambda c: f"&#x{ord(c):x};" if c in "@.+" else c,
    "full width": lambda c: chr(ord(c) + 0xFEE0) if c in "@.+" else c,
}
local_parts = st.text("abcxyz019", min_size=1, max_size=9)


@given(local_parts, st.sampled_from(sorted(ENCODINGS)), st.sampled_from(["", ".pdf"]))
def test_an_encoded_address_leaves_nothing_of_itself(local, encoding, ending):
    written = "".join(map(ENCODINGS[encoding], f"{local}@corp.example")) + ending
    shown = keyed_identifier(f"https://files.example/{written}", KEYS)
    assert f"{local}@" not in html.unescape(shown)
    assert written not in shown
    assert is_clean_identifier(shown)
    assert not is_clean(f"seen: {written}")


@pytest.mark.parametrize(
    "number", ["+48 123 456 789", quote("+48123456789"), "&#43;48123456789"]
)
def test_an_identifier_with_a_phone_number_becomes_a_key(number):
    text = f"https://lms.example/call/{number}"
    shown = keyed_identifier(text, KEYS)
    assert shown == PSEUDONYMS.key_of_text(text)
    assert not is_clean(text)


def test_the_vault_keeps_no_record_of_an_address_in_a_text():
    assert not any(rows for _table, rows in PSEUDONYMS.drain())


@given(st.text())
def test_a_replaced_identifier_is_clean_and_stays_as_it_is(text):
    shown = keyed_identifier(text, KEYS)
    assert is_clean_identifier(shown)
    assert keyed_identifier(shown, KEYS) == shown
