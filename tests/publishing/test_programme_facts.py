"""What programmes are and cost is published as designed, or for k people at least."""

from tandem.core.files import Home
from tests.publishing.conftest import Read


def test_break_even_is_given_to_two_figures_with_its_base(
    published_home: Home, read: Read
):
    (row,) = read(
        published_home, "select * from pub.break_even where programme_id = 'induction'"
    ).to_dicts()
    assert (row["state"], row["break_even_enrolments"]) == ("shown", 120.0)
    assert (row["fixed_amount_a"], row["per_person_amount_b"]) == (12000.0, 95.0)
    assert (row["enrolment_count_a"], row["programme_count"]) == (420, 8)


def test_break_even_is_hidden_where_a_mode_has_fewer_than_k_people(
    published_home: Home, read: Read
):
    (row,) = read(
        published_home, "select * from pub.break_even where programme_id = 'machines'"
    ).to_dicts()
    assert row["state"] == "hidden"
    numbers = ("break_even_enrolments", "fixed_amount_a", "enrolment_count_a")
    assert [row[name] for name in numbers] == [None] * len(numbers)


def test_facts_of_programmes_hold_what_was_designed(published_home: Home, read: Read):
    found = read(
        published_home,
        "select completion_rule, owner_role from pub.programme_facts "
        "where programme_id = 'induction'",
    )
    assert found.to_dicts() == [
        {"completion_rule": "all units completed", "owner_role": "Academy"}
    ]
