"""A choice is answered by the nearest published cut; what it leaves out is named."""

import tomllib

import pytest

from dashboards.selection import CUBES, Place, Selection, nearest
from tandem.core.files import project_root

EVERYTHING = frozenset(CUBES)


def test_with_nothing_chosen_the_whole_answers():
    assert nearest(Selection(), EVERYTHING) == Place("all")


@pytest.mark.parametrize(
    ("chosen", "by", "place"),
    [
        (
            {"outcome_category": "compliance"},
            "",
            Place("category", outcome_category="compliance"),
        ),
        (
            {"outcome_category": "compliance"},
            "delivery_mode",
            Place("mode_category", outcome_category="compliance"),
        ),
        (
            {"business_unit": "Sales", "outcome_category": "compliance"},
            "",
            Place(
                "business_unit_category",
                outcome_category="compliance",
                business_unit="Sales",
            ),
        ),
        (
            {"business_unit": "Sales"},
            "delivery_mode",
            Place("mode", left_out=("business_unit",)),
        ),
        (
            {"business_unit": "Sales", "region": "North"},
            "",
            Place("business_unit", business_unit="Sales", left_out=("region",)),
        ),
        (
            {"outcome_category": "compliance", "region": "North"},
            "",
            Place("category", outcome_category="compliance", left_out=("region",)),
        ),
    ],
)
def test_a_choice_keeps_as_much_as_is_published(
    chosen: dict[str, str], by: str, place: Place
):
    assert nearest(Selection(**chosen), EVERYTHING, by) == place


def test_a_cube_that_the_file_does_not_hold_is_never_answered_with():
    chosen = Selection(region="North")
    assert nearest(chosen, EVERYTHING - {"region"}) == Place(
        "all", left_out=("region",)
    )


def test_the_cubes_are_those_that_publishing_lists():
    text = (project_root() / "publishing" / "cubes.toml").read_text(encoding="utf-8")
    listed = {cube["name"]: tuple(cube["by"]) for cube in tomllib.loads(text)["cubes"]}
    assert listed == CUBES
