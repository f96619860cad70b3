"""People of a Teams report whose sections spell them differently."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingest.connectors.teams.format.section_matches import (
    SectionRow,
    bare_name,
    people_of,
)

START = datetime(2026, 4, 13, 9)  # noqa: DTZ001 - UTC


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def row(line: int, name: str, address: str | None, *span: float) -> SectionRow:
    first, last = span
    return SectionRow(line, name, address, (at(first), at(last)))


@st.composite
def reports(draw: st.DrawFn) -> tuple[list[SectionRow], list[SectionRow], int]:
    """Draw people; each section may print an address and a suffix, or leave it out."""
    count = draw(st.integers(1, 8))
    people, connections, line = [], [], 0
    suffixes = st.sampled_from(["", " (Guest)", " (External)", " (Invitado)"])
    for number in range(count):
        name = f"Person {number}"
        first, last = number, 60 + draw(st.integers(0, 20))
        address = draw(st.sampled_from([None, f"p{number}@a.example"]))
        in_second, in_third = (draw(st.sampled_from([address, None])) for _ in "ab")
        line += 1
        people.append(row(line, name + draw(suffixes), in_second, first, last))
        spelled = name + draw(suffixes)
        gap = draw(st.sampled_from([None, 30]))
        parts = [(first, gap), (gap + 5, last)] if gap else [(first, last)]
        for part in parts:
            line += 1
            connections.append(row(line, spelled, in_third, *part))
    return people, draw(st.permutations(connections)), count


@given(reports())
def test_each_person_is_one_however_the_sections_spell_them(report):
    people, connections, count = report
    found = people_of(people, connections)
    assert len(found) == count
    lines = sorted(r.line for p in found for r in [*p.rows, *p.matched])
    assert lines == sorted(r.line for r in [*people, *connections])
    for person in found:
        names = {bare_name(r.name) for r in [*person.rows, *person.matched]}
        assert len(names) == 1
        addresses = {r.address for r in [*person.rows, *person.matched] if r.address}
        assert {person.address} - {None} == addresses


def test_a_span_identifies_a_row_that_no_name_does():
    people = [row(1, "Ruiz, Ana", "ana@a.example", 2, 50), row(2, "Bo", None, 0, 60)]
    connections = [row(3, "Ana María", None, 2, 50), row(4, "Bo", None, 0, 60)]
    found = people_of(people, connections)
    assert [(p.name, p.address) for p in found] == [
        ("Ana María", "ana@a.example"),
        ("Bo", None),
    ]


def test_two_people_of_one_span_are_told_apart_by_their_names():
    people = [
        row(1, "Ana", "ana@a.example", 0, 60),
        row(2, "Bo", "bo@a.example", 0, 60),
    ]
    connections = [row(3, "Bo", None, 0, 9), row(4, "Ana", None, 0, 9)]
    found = {p.name: p.address for p in people_of(people, connections)}
    assert found == {"Ana": "ana@a.example", "Bo": "bo@a.example"}


def test_a_span_never_makes_ana_bo_where_either_name_is_elsewhere():
    people = [row(1, "Ana", "ana@a.example", 0, 60)]
    connections = [row(2, "Bo", None, 0, 60), row(3, "Ana", None, 10, 20)]
    found = {p.name: p.address for p in people_of(people, connections)}
    assert found == {"Bo": None, "Ana": "ana@a.example"}


def test_rows_of_different_addresses_are_different_people():
    people = [row(1, "Ana", "ana@a.example", 0, 60)]
    connections = [row(2, "Ana", "ana@b.example", 0, 60)]
    found = people_of(people, connections)
    assert sorted(p.address for p in found) == ["ana@a.example", "ana@b.example"]


def test_two_people_of_one_name_are_told_apart_by_their_spans():
    people = [
        row(1, "Jan", "jan1@a.example", 0, 60),
        row(2, "Jan", "jan2@a.example", 62, 90),
    ]
    connections = [
        row(3, "Jan", None, 0, 20),
        row(4, "Jan", None, 30, 60),
        row(5, "Jan", None, 62, 90),
    ]
    found = {p.address: len(p.rows) for p in people_of(people, connections)}
    assert found == {"jan1@a.example": 2, "jan2@a.example": 1}


def test_two_people_of_one_name_have_the_connections_of_exactly_their_spans():
    people = [
        row(1, "Jan", "jan1@a.example", 0, 60),
        row(2, "Jan", "jan2@a.example", 10, 50),
    ]
    connections = [row(3, "Jan", None, 0, 60), row(4, "Jan", None, 10, 50)]
    found = {
        p.address: [r.line for r in p.rows] for p in people_of(people, connections)
    }
    assert found == {"jan1@a.example": [3], "jan2@a.example": [4]}


def test_two_people_of_one_name_who_cannot_be_told_apart_get_no_address():
    people = [
        row(1, "Jan", "jan1@a.example", 0, 60),
        row(2, "Jan", "jan2@a.example", 10, 50),
    ]
    connections = [
        row(3, "Jan", None, 0, 30),
        row(4, "Jan", None, 10, 50),
        row(5, "Jan", None, 40, 60),
    ]
    found = people_of(people, connections)
    assert [p.address for p in found if p.rows] == [None]
    assert all(p.is_connected for p in found)


def test_a_second_spelling_in_the_third_section_is_the_same_person():
    people = [row(1, "Ana (External)", "ana@a.example", 0, 60)]
    connections = [row(2, "Ana", None, 0, 20), row(3, "Ana (Guest)", None, 30, 60)]
    (found,) = people_of(people, connections)
    assert (found.address, len(found.rows)) == ("ana@a.example", 2)


def test_of_people_with_one_span_the_letters_of_the_name_tell_who_is_who():
    people = [
        row(1, "Ana Ruiz (External)", None, 10, 60),
        row(2, "Bo Lind (External)", None, 10, 60),
    ]
    connections = [row(3, "Bo  Lind", None, 10, 60), row(4, "AnaRuiz", None, 10, 60)]
    found = people_of(people, connections)
    pairs = {(p.rows[0].line, p.matched[0].line) for p in found}
    assert pairs == {(3, 2), (4, 1)}
