"""Which snapshot a pack is made of, and what of the journal goes into it."""

from dataclasses import replace

import duckdb
import pytest

from dashboards.review_pack import assembly
from dashboards.review_pack.gathering import (
    Request,
    frozen_snapshot,
    gather,
    quarter_before,
)
from dashboards.unit_texts import names_any
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home
from tests.dashboards.published import SITUATIONS, make_published
from tests.dashboards.review_pack.frozen import (
    BEFORE,
    QUARTER,
    freeze,
    keep_decision,
    mark_frozen,
    note,
)

WANTED = Request(QUARTER)


def test_a_quarter_that_is_not_frozen_is_named_with_those_that_are(home: Home):
    freeze(home, quarter="2025-Q3")
    with pytest.raises(WarehouseProblem) as caught:
        gather(home, WANTED)
    line = caught.value.one_line()
    assert QUARTER in line
    assert f"tandem freeze {QUARTER}" in line
    assert "2025-Q3" in line


def test_files_that_are_gone_are_named(home: Home):
    path = freeze(home)
    path.unlink()
    with pytest.raises(WarehouseProblem, match="gone") as caught:
        gather(home, WANTED)
    assert str(path.parent) in caught.value.one_line()


def test_a_later_publish_does_not_change_what_was_frozen(home: Home):
    freeze(home)
    make_published(home, SITUATIONS["one_mode"], "b2")
    assert gather(home, WANTED).info.snapshot_id == "a1"


def test_the_newest_freezing_counts(home: Home):
    freeze(home)
    make_published(home, SITUATIONS["one_mode"], "b2")
    mark_frozen(home, QUARTER, "b2")
    assert frozen_snapshot(home, QUARTER).snapshot_id == "b2"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"quarter": "Q1 2026"}, "2026-Q2"),
        ({"quarter": "2026-Q5"}, "2026-Q2"),
        ({"quarter": "२०२६-Q1"}, "2026-Q2"),
        ({"role": "boss"}, "leader"),
        ({"language": "xx"}, "en"),
        ({"business_unit": "Nowhere"}, "Sales"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(
    home: Home, wrong: dict[str, str], says: str
):
    freeze(home)
    with pytest.raises(WrongUse, match=says):
        gather(home, replace(WANTED, **wrong))


def test_a_unit_is_found_in_any_case_and_limits_what_is_read(home: Home):
    freeze(home)
    source = gather(home, replace(WANTED, business_unit="sALES"))
    assert source.business_unit == "Sales"
    assert source.snapshot.business_unit == "Sales"


def test_decisions_and_commentary_are_those_of_the_quarter(home: Home):
    freeze(home)
    keep_decision(home, "Run two cohorts live", 1)
    keep_decision(home, "Never mind", 2, status="withdrawn")
    keep_decision(home, "Old one", 1, quarter=BEFORE)
    note(home, "review_commentary", QUARTER, {"text": "A calm quarter."})
    note(home, "review_commentary", BEFORE, {"text": "Not this one."})
    source = gather(home, WANTED)
    assert [row["decision"] for row in source.decisions] == ["Run two cohorts live"]
    assert [row["decision"] for row in source.earlier] == ["Old one"]
    assert source.commentary == "A calm quarter."


def test_a_pack_of_a_unit_holds_no_text_that_names_another(home: Home):
    freeze(home)
    keep_decision(home, "Move Operations to blended", 1)
    keep_decision(home, "Keep Sales as it is", 2)
    note(home, "review_commentary", QUARTER, {"text": "operations was late."})
    source = gather(home, replace(WANTED, business_unit="Sales"))
    assert [row["decision"] for row in source.decisions] == ["Keep Sales as it is"]
    assert source.commentary == ""
    assert len(gather(home, WANTED).decisions) == 2


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Sales rose", True),
        ("in SALES.", True),
        ("Salesforce rose", False),
        ("presales", False),
        ("", False),
    ],
)
def test_a_unit_is_named_only_by_words_of_its_own(text: str, *, is_named: bool):
    assert names_any([text, 3], ["Sales"]) is is_named


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Healthcare Gulf was late", True),
        ("healthcare\nGulf", True),
        ("Healthcare  \u00a0Gulf", True),
        ("HEALTHCARE-GULF", True),
        ("health\u200bcare Gulf", True),
        ("Ｈealthcare Gulf", True),  # a wide letter
        ("(Healthcare/Gulf)", True),
        ("Healthcare Gulfs", False),
        ("Healthcare of the Gulf", False),
    ],
)
def test_signs_between_the_words_of_a_unit_do_not_hide_it(text: str, *, is_named: bool):
    assert names_any([text], ["Healthcare Gulf"]) is is_named


def test_a_unit_of_another_script_or_of_signs_alone_is_named_as_well():
    assert names_any(["आज बिक्री बढ़ी"], ["बिक्री"])
    assert not names_any(["आज बकरा"], ["बिक्री"])
    assert names_any(["the ++ rose"], ["++"])
    assert not names_any(["a rose"], ["++"])


def test_the_quarter_before_the_first_is_the_fourth_of_the_year_before():
    assert quarter_before("2026-Q1") == "2025-Q4"
    assert quarter_before("2026-Q4") == "2026-Q3"


def test_a_registry_without_a_headline_says_what_to_do(home: Home):
    path = freeze(home)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update pub.kpis set is_headline = false")
    with pytest.raises(WarehouseProblem, match="headline"):
        assembly.pack(home, WANTED)
