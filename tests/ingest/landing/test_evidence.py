"""The confidence of a recognition follows from groups of evidence alone."""

import ast
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.landing.evidence import DOUBTS, Evidence, confidence_of, groups
from tandem.core.files import project_root

SOME = st.lists(st.sampled_from(Evidence))
CONNECTORS = sorted((project_root() / "ingest" / "connectors").rglob("*.py"))


def calls_of_recognition(tree: ast.AST) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Recognition"
    ]


def test_every_group_has_a_doubt():
    assert set(DOUBTS) == set(Evidence)
    assert all(0 <= doubt < 1 for doubt in DOUBTS.values())


@given(SOME, st.sampled_from(Evidence))
def test_more_evidence_never_lowers_the_confidence(
    found: list[Evidence], more: Evidence
):
    assert 0 <= confidence_of(found) <= confidence_of([*found, more]) <= 1


@given(SOME, st.randoms())
def test_order_and_repetition_of_groups_change_nothing(found: list[Evidence], random):
    shuffled = [*found, *found]
    random.shuffle(shuffled)
    assert confidence_of(shuffled) == confidence_of(found)


def test_groups_are_those_that_were_found():
    asked = {Evidence.LAYOUT: True, Evidence.CELLS: False}
    assert groups(asked) == (Evidence.LAYOUT,)
    assert confidence_of(()) == 0


TABLE = (Evidence.LAYOUT, Evidence.CELLS)
# What two connectors find in one file, the reader of the file first.
READERS = {
    "a mapping beside a report": [(Evidence.MAPPING,), (Evidence.VENDOR_NAMES,)],
    "a vendor's JSON that holds actors and verbs": [
        (Evidence.VENDOR_NAMES,),
        (Evidence.HEADINGS,),
        (Evidence.STANDARD_KEYS,),
        (Evidence.MAPPED_HEADINGS,),
        (Evidence.PACKED,),
    ],
    "a webinar's report has the headings of a participant report": [
        (Evidence.SECTION_TITLES, Evidence.HEADINGS, Evidence.HEADING_FORM, *TABLE[:1]),
        (Evidence.HEADINGS, Evidence.HEADING_FORM, Evidence.LAYOUT),
        (Evidence.HEADINGS, *TABLE),
        (Evidence.HEADING_FORM, *TABLE),
        (*TABLE, Evidence.ADDRESSES),
        TABLE,
    ],
    "a list of people named people": [
        (Evidence.FILE_NAME, Evidence.HEADINGS),
        (Evidence.FILE_NAME, Evidence.COMMON_HEADINGS, Evidence.FURTHER_HEADINGS),
        (Evidence.FILE_NAME, Evidence.COMMON_HEADINGS),
        (Evidence.MAPPED_HEADINGS,),
        (Evidence.COMMON_HEADINGS, Evidence.FURTHER_HEADINGS),
        (Evidence.FILE_NAME,),
    ],
}


@pytest.mark.parametrize("case", READERS)
def test_the_connector_with_the_stronger_evidence_reads_the_file(case: str):
    scores = [confidence_of(found) for found in READERS[case]]
    assert all(first > second for first, second in pairwise(scores))


def test_no_connector_sets_a_number_of_its_own():
    calls = []
    for path in CONNECTORS:
        text = path.read_text(encoding="utf-8")
        assert "confidence" not in text, path.name
        calls += calls_of_recognition(ast.parse(text))
    assert len(calls) >= 34
    numbers = [
        node.value
        for call in calls
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert numbers == []
