"""The KPI registry, the facts and fct_kpis agree with each other."""

import csv
import re
from typing import Any

import pytest

from ingest.storage.organisation_tables import organisation_tables
from publishing.cubes import DIMENSIONS
from tandem.core.files import project_root

MEASURE = re.compile(r"^(?P<kpi_id>.+)_(numerator|denominator)$")


@pytest.fixture(scope="module")
def registry() -> list[dict[str, str]]:
    """The rows of seeds/kpis.csv."""
    with (project_root() / "seeds" / "kpis.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def facts(models: dict[str, Any]) -> dict[str, set[str]]:
    """The columns of each mart that carries measures."""
    columns = {
        name: set(node["columns"])
        for name, node in models.items()
        if node["path"].startswith("marts/")
    }
    return {
        name: found
        for name, found in columns.items()
        if any(MEASURE.match(column) for column in found)
    }


def test_every_kpi_has_its_measures_and_its_anchor_date(
    registry: list[dict[str, str]], facts: dict[str, set[str]]
):
    wanted = ("numerator_column", "denominator_column", "anchor")
    missing = [
        f"{row['source_fact']}.{row[name]}"
        for row in registry
        for name in wanted
        if row[name] not in facts.get(row["source_fact"], set())
    ]
    assert missing == []


def test_every_measure_has_its_kpi(
    registry: list[dict[str, str]], facts: dict[str, set[str]]
):
    registered = {
        (row["source_fact"], row[column])
        for row in registry
        for column in ("numerator_column", "denominator_column")
    }
    measures = {
        (fact, column)
        for fact, columns in facts.items()
        for column in columns
        if MEASURE.match(column)
    }
    assert measures == registered


def test_a_measure_is_named_for_its_kpi(registry: list[dict[str, str]]):
    wrong = [
        row["kpi_id"]
        for row in registry
        if row["numerator_column"] != f"{row['kpi_id']}_numerator"
        or row["denominator_column"] != f"{row['kpi_id']}_denominator"
    ]
    assert wrong == []


def test_fct_kpis_reads_every_fact_of_the_registry_and_no_other(
    registry: list[dict[str, str]], models: dict[str, Any]
):
    parents = {
        unique_id.split(".")[-1]
        for unique_id in models["fct_kpis"]["depends_on"]["nodes"]
        if unique_id.startswith("model.") and ".touched_" not in unique_id
    }
    assert parents == {row["source_fact"] for row in registry}


def test_every_fact_names_the_people_behind_its_measures(facts: dict[str, set[str]]):
    """Small groups are counted anew for each cell, never added up.

    A row that is about several people says how many.
    """
    dimensions = {"cohort_id", *DIMENSIONS}
    people = ({"learner_key"}, {"audience_count"})
    wrong = [
        fact
        for fact, columns in facts.items()
        if dimensions - columns or not any(names <= columns for names in people)
    ]
    assert wrong == []
    # Its rows are about employees, also those who are enrolled in nothing.
    assert {
        fact
        for fact, columns in facts.items()
        if "learner_key" in columns and "enrolment_id" not in columns
    } == {"fct_employee_quarters"}


def test_a_share_has_a_margin_and_what_it_is_about_can_be_said(
    registry: list[dict[str, str]],
):
    wrong = [
        row["kpi_id"]
        for row in registry
        if (row["unit"] == "share" and not row["margin"])
        or not row["question"].endswith("?")
        or row["population_words"][0].isupper()
        or row["population_words"].endswith(".")
    ]
    assert wrong == []


def test_every_compared_kpi_is_of_a_fact_that_comparison_cells_read(
    registry: list[dict[str, str]], models: dict[str, Any]
):
    parents = {
        unique_id.split(".")[-1]
        for unique_id in models["fct_comparison_cells"]["depends_on"]["nodes"]
    }
    wrong = [
        row["kpi_id"]
        for row in registry
        if row["is_compared"] == "true"
        and row["estimator"] == "cell_mean"
        and row["source_fact"] not in parents
    ]
    assert wrong == []


def test_no_model_reads_the_statistics_that_must_not_be_summed(models: dict[str, Any]):
    readers = [
        name
        for name, node in models.items()
        if "model.tandem.fct_kpi_statistics" in node["depends_on"]["nodes"]
    ]
    assert readers == []


@pytest.mark.parametrize(
    "stage", ["publishing", "comparison", "expectations", "dashboards"]
)
def test_no_stage_aggregates_statistics(stage: str):
    """A median or a percentile of groups is not that of their union."""
    adding = re.compile(r"\b(sum|avg|mean|group\s+by)\b", re.IGNORECASE)
    texts = re.compile(r'"""(.*?)"""', re.DOTALL)
    wrong = [
        path.name
        for path in (project_root() / stage).rglob("*.py")
        for text in texts.findall(path.read_text("utf-8"))
        if "kpi_statistics" in text and "select" in text and adding.search(text)
    ]
    assert wrong == []


def test_the_evidence_of_kpis_is_counted_for_every_table_that_feeds_one(
    models: dict[str, Any], registry: list[dict[str, str]]
):
    named = {term for row in registry for term in row["evidence"].split()}
    read = {
        name.rsplit(".", 1)[1].removeprefix("stg_organisation__")
        for name in models["fct_kpi_evidence"]["depends_on"]["nodes"]
    }
    assert named & set(organisation_tables()) <= read
