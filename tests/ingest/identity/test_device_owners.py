"""The name in a device's name is a hint whom it belongs to."""

import pytest

from ingest.identity.device_owners import owner_of_device


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("iPhone (Paweł)", "Paweł"),
        ("Paweł's iPad", "Paweł"),
        ("Anna Nowak\u2019s iPhone", "Anna Nowak"),
        ("Samsung SM-A52 (Anna Nowak)", "Anna Nowak"),
        ("iPhone de Ana García", "Ana García"),
        ("Handy von Jo Kern", "Jo Kern"),
        ("Telefon [Zofia]", "Zofia"),
        ("Galaxy-S21 (Ravi)", "Ravi"),
        ("Ana MacBook", "Ana"),
        ("फ़ोन (आशा)", "आशा"),
        ("iPhone 13 Pro Max", ""),  # no name at all
        ("SM-A52 Galaxy", ""),
        ("iPad (3)", ""),
        ("Anna Nowak", ""),  # a person, and no device
        ("Anna Nowak (Sales)", ""),
        ("Room 4 (Anna Nowak)", ""),  # many sit in a room
        ("", ""),
    ],
)
def test_the_owner_is_in_brackets_before_it_or_behind_a_word(name: str, owner: str):
    assert owner_of_device(name) == owner
