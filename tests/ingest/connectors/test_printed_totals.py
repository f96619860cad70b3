"""No person gets more time from a report's totals than the session lasted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connectors.printed_totals import PrintedTotal, attributed
from ingest.xapi.profiles.virtual_classroom import TechnicalSession, person

SESSION = TechnicalSession("zoom", "Zoom", "k", None, None, None)
HOUR = 3600.0


class Findings:
    """A writer that keeps the findings."""

    def __init__(self) -> None:
        self.figures: list[Any] = []

    def finding(self, code: str, message: str, figures: Any) -> None:
        assert code == "claim.longer_than_session"
        assert f"{figures['printed']:.0f}" in message
        assert f"{figures['session']:.0f}" in message
        self.figures.append(figures)


def totals(*rows: tuple[str, str | None, float | None]) -> list[PrintedTotal]:
    return [
        PrintedTotal(line, person(SESSION, name, email), seconds)
        for line, (name, email, seconds) in enumerate(rows, start=1)
    ]


def values(found: Any) -> list[float | None]:
    return [value for _agent, _claim, value in found.claims]


def test_two_guests_of_one_name_stay_two_if_they_print_more_than_the_session():
    writer = Findings()
    rows = totals(("Ida", None, 2000.0), ("Ida", None, 2200.0), ("Ola", None, 60.0))
    found = attributed(writer, SESSION, rows, HOUR, 60)
    names = [actor["account"]["name"] for actor in found.actors.values()]
    assert sorted(names) == ["Ida (1)", "Ida (2)", "Ola"]
    assert sorted(values(found)) == [60.0, 2000.0, 2200.0]
    assert [f["printed"] for f in writer.figures] == [4200.0]


def test_rows_of_one_address_that_print_more_are_one_person_of_unknown_time():
    writer = Findings()
    rows = totals(("Ida", "ida@a.example", 2000.0), ("I.", "ida@a.example", 2200.0))
    found = attributed(writer, SESSION, rows, HOUR, 60)
    assert len({actor["mbox"] for actor in found.actors.values()}) == 1
    assert values(found) == [None]


@pytest.mark.parametrize(
    ("seconds", "claimed"), [(3659.0, 3659.0), (3660.0, 3660.0), (3661.0, None)]
)
def test_a_row_may_exceed_the_session_by_the_rounding_only(seconds, claimed):
    writer = Findings()
    found = attributed(writer, SESSION, totals(("Ida", None, seconds)), HOUR, 60)
    assert values(found) == [claimed]
    assert len(writer.figures) == (claimed is None)


def test_nothing_is_compared_where_the_length_is_not_known():
    rows = totals(("Ida", None, 9000.0), ("Ida", None, 9000.0), ("Ola", None, None))
    found = attributed(Findings(), SESSION, rows, None, 60)
    assert values(found) == [18000.0]
    assert set(found.actors) == {1, 2, 3}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Ida", "Ola", "Kim"]),
            st.sampled_from([None, "x@a.example"]),
            st.floats(0, 9000, allow_nan=False),
        ),
        max_size=8,
    )
)
def test_no_claim_exceeds_the_session_and_every_row_has_a_person(rows):
    found = attributed(Findings(), SESSION, totals(*rows), HOUR, 60)
    assert set(found.actors) == set(range(1, len(rows) + 1))
    assert all(value is None or value <= HOUR + 60 for value in values(found))
