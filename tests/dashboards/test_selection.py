"""A choice gives the nearest published cut, which names what it leaves out."""

import tomllib

import pytest

from dashboards.selection import CUBES, PublishedCut, Selection, nearest_cut
from tandem.core.files import project_root

EVERYTHING = frozenset(CUBES)


def test_the_default_selection_uses_the_cube_of_everything():
    assert nearest_cut(Selection(), EVERYTHING) == PublishedCut("all")


@pytest.mark.parametrize(
    ("chosen", "by", "place"),
    [
        (
            {"outcome_category": "compliance"},
            "",
            PublishedCut("category", outcome_category="compliance"),
        ),
        (
            {"outcome_category": "compliance"},
            "delivery_mode",
            PublishedCut("mode_category", outcome_category="compliance"),
        ),
        (
            {"business_unit": "Sales", "outcome_category": "compliance"},
            "",
            PublishedCut(
                "business_unit_category",
                outcome_category="compliance",
                business_unit="Sales",
            ),
        ),
        (
            {"business_unit": "Sales"},
            "delivery_mode",
            PublishedCut("mode", left_out=("business_unit",)),
        ),
        (
            {"business_unit": "Sales", "region": "North"},
            "",
            PublishedCut("business_unit", business_unit="Sales", left_out=("region",)),
        ),
        (
            {"outcome_category": "compliance", "region": "North"},
            "",
            PublishedCut(
                "category", outcome_category="compliance", left_out=("region",)
            ),
        ),
    ],
)
def test_a_choice_keeps_as_many_filters_as_are_published(
    chosen: dict[str, str], by: str, place: PublishedCut
):
    assert nearest_cut(Selection(**chosen), EVERYTHING, by) == place


def test_a_cube_that_is_not_in_the_file_is_never_used():
    chosen = Selection(region="North")
    assert nearest_cut(chosen, EVERYTHING - {"region"}) == PublishedCut(
        "all", left_out=("region",)
    )


def test_the_cubes_are_those_that_publishing_lists():
    text = (project_root() / "publishing" / "cubes.toml").read_text(encoding="utf-8")
    listed = {cube["name"]: tuple(cube["by"]) for cube in tomllib.loads(text)["cubes"]}
    assert listed == CUBES
