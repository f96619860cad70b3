"""When a build is in full: every reason, and the share of changed statements."""

from dataclasses import replace

import pytest

from tandem.cli.build_scope import (
    is_up_to_date,
    reason_for_full_refresh,
    reason_for_partial,
)
from tandem.cli.build_state import Changes, Inputs, LastBuild
from tandem.core.files import Home
from tandem.core.settings import Settings

INPUTS = Inputs(
    fingerprint={"macros": "1", "models": "1", "seeds": "1"},
    checks="1",
    contents={"raw.enrolments": "1 1", "raw.loads": "1 1"},
    statement_count=100,
)
BUILT = {"marts.fct_kpis": "12 columns, 3 rows", "staging.stg_xapi__loads": "ab"}
LAST = LastBuild(7, True, INPUTS, BUILT, has_data_tests=True)
NO_CHANGE = Changes(7, 0, 100, has_removals=False)
SOME = Changes(8, 3, 103, has_removals=False)


def reason(
    last: LastBuild | None = LAST,
    now: Inputs = INPUTS,
    built: dict[str, str] = BUILT,
    changes: Changes = SOME,
    *,
    is_requested: bool = False,
) -> str:
    return reason_for_full_refresh(
        last, now, built, changes, largest_share=0.2, is_requested=is_requested
    )


def test_a_build_is_in_part_after_a_finished_one():
    assert reason() == ""


@pytest.mark.parametrize("changed", [{"contents": {}}, {"checks": "2"}])
def test_tables_of_the_organisation_and_tests_force_no_full_build(changed: dict):
    assert reason(now=replace(INPUTS, **changed)) == ""


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"is_requested": True}, "--full-refresh was given"),
        ({"last": None}, "there was no build before"),
        ({"last": replace(LAST, is_finished=False)}, "the last build did not finish"),
        ({"last": LastBuild(7)}, "the last build did not finish"),
        ({"built": {}}, "tables of the last build are missing or were changed"),
        (
            {"built": BUILT | {"marts.fct_kpis": "12 columns, 2 rows"}},
            "tables of the last build are missing or were changed",
        ),
        (
            {"last": LastBuild(7), "changes": replace(SOME, has_removals=True)},
            "people or old rows were removed since the last build",
        ),
        (
            {"changes": NO_CHANGE, "now": replace(INPUTS, statement_count=101)},
            "raw.statements was changed by another program",
        ),
    ],
)
def test_a_build_is_in_full(changed: dict, why: str):
    assert reason(**changed) == why


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ({"macros": "0", "models": "1", "seeds": "1"}, "macros changed"),
        ({"macros": "0", "models": "0", "seeds": "1"}, "macros and models changed"),
        ({}, "macros, models and seeds changed"),
        ("one digest of an earlier version", "macros, models and seeds changed"),
    ],
)
def test_what_gives_numbers_their_meaning_is_named(before: object, why: str):
    last = replace(LAST, inputs=replace(INPUTS, fingerprint=before))
    assert reason(last) == f"{why} since the last build"


@pytest.mark.parametrize(
    ("count", "of_count", "is_full"),
    [
        (19, 100, False),
        (20, 100, False),  # the share itself is still in part
        (21, 100, True),
        (3, 15, False),  # 0.2 * 15 as floats is above 3
        (4, 15, True),
        (1, 4, True),
        (0, 0, False),
        (1, 0, True),  # the only statement is gone
    ],
)
def test_more_than_a_fifth_of_the_statements_means_all(
    count: int, of_count: int, is_full: bool
):
    found = reason(changes=Changes(8, count, of_count, has_removals=False))
    assert bool(found) == is_full
    if is_full:
        assert found.startswith(f"{count} of {of_count} statements changed since")


def test_the_share_is_a_threshold_of_the_project(home: Home):
    assert Settings.load(home).vars["largest_partial_share"] == 0.2


def test_counts_have_separators():
    changes = Changes(8, 1_204, 5_000, has_removals=False)
    assert reason(changes=changes) == (
        "1,204 of 5,000 statements changed since the last build"
    )


@pytest.mark.parametrize(
    ("count", "contents", "why"),
    [
        (1_204, {}, "1,204 statements changed"),
        (1, {}, "1 statement changed"),
        (1, {"raw.enrolments": "2 2"}, "1 statement and raw.enrolments changed"),
        (0, {"raw.enrolments": "2 2", "raw.loads": "2"}, "raw.enrolments changed"),
        (0, {"raw.loads": "2 2"}, "raw.loads changed"),
        (
            0,
            {f"raw.{name}": "1 1" for name in "abcdef"},
            "raw.a, raw.b, raw.c, raw.d and 2 more tables changed",
        ),
    ],
)
def test_a_build_in_part_says_what_changed(count: int, contents: dict, why: str):
    now = replace(INPUTS, contents=INPUTS.contents | contents)
    changes = Changes(8, count, 5_000, has_removals=False)
    assert reason_for_partial(LAST, now, changes) == f"{why} since the last build"


def test_a_build_without_a_change_says_so():
    assert reason_for_partial(LAST, INPUTS, NO_CHANGE) == (
        "it was asked for, and nothing changed since the last build"
    )


def test_nothing_is_built_where_everything_is_as_it_was():
    assert is_up_to_date(LAST, INPUTS, BUILT, NO_CHANGE)


@pytest.mark.parametrize(
    "changed",
    [
        {"last": None},
        {"last": replace(LAST, is_finished=False)},
        {"last": replace(LAST, has_data_tests=False)},
        {"now": replace(INPUTS, fingerprint={})},
        {"now": replace(INPUTS, checks="2")},
        {"now": replace(INPUTS, contents={})},
        {"now": replace(INPUTS, statement_count=101)},
        {"built": {}},
        {"changes": SOME},
        {"changes": replace(NO_CHANGE, last=8)},
    ],
)
def test_any_difference_is_built(changed: dict):
    same = {"last": LAST, "now": INPUTS, "built": BUILT, "changes": NO_CHANGE}
    assert not is_up_to_date(**(same | changed))
