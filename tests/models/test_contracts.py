"""Every mart has a contract, a grain, a key and a description of each column."""

from typing import Any

import pytest

from tandem.cli.dbt_pages import write_pages
from tandem.core.files import Home
from tandem.core.settings import Settings

TYPES = {"string", "bigint", "double", "boolean", "date", "timestamp"}
# Views of what the organisation enters, with columns of fixed lists: any other value
# stops a build early.
OF_FIXED_LISTS = {
    "stg_organisation__phases",
    "stg_organisation__sessions",
}
WITHOUT_RULES = {"extensions"}
TYPE_OF_ENGINE = {"decimal": "double"}


@pytest.fixture(scope="session")
def marts(models: dict[str, Any]) -> dict[str, Any]:
    """The marts by name."""
    return {n: node for n, node in models.items() if node["path"].startswith("marts/")}


@pytest.fixture(scope="session")
def audits(manifest: dict[str, Any]) -> dict[str, Any]:
    """The audits by the table or view that they are about."""
    return {
        node["attached_node"].split(".")[-1]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
    }


def rules_of(audit: dict[str, Any] | None) -> dict[str, Any]:
    """Return the rules of an audit by kind."""
    return audit["test_metadata"]["kwargs"] if audit else {}


def plain_columns(rules: dict[str, Any]) -> set[str]:
    """Return the columns that an audit names outside SQL expressions."""
    listed = [rules.get(kind) or [] for kind in ("not_null", "not_negative", "shares")]
    keyed = [rules.get(kind) or {} for kind in ("accepted", "relations")]
    rates = [name for name in rules.get("rates") or [] if isinstance(name, str)]
    return {
        *(column for key in rules.get("unique") or [] for column in key),
        *(column for columns in [*listed, *keyed] for column in columns),
        *(f"{name}_{part}" for name in rates for part in ("numerator", "denominator")),
    }


def is_of_a_build(audit: dict[str, Any]) -> bool:
    return audit["test_metadata"]["name"] == "audit"


def test_every_mart_has_a_contract(marts: dict[str, Any]):
    without = [n for n, node in marts.items() if not node["contract"]["enforced"]]
    assert without == []


def test_every_model_begins_with_its_grain(models: dict[str, Any]):
    without = [
        name
        for name, node in models.items()
        if not node["description"].startswith("One row per ")
    ]
    assert without == []


def test_the_grain_is_followed_by_a_second_sentence(marts: dict[str, Any]):
    without = [
        name
        for name, node in marts.items()
        if len(node["description"].rstrip(".").split(". ")) < 2
    ]
    assert without == []


def test_every_column_of_a_mart_is_described_and_of_a_portable_type(
    marts: dict[str, Any],
):
    wrong = [
        f"{name}.{column['name']}"
        for name, node in marts.items()
        for column in node["columns"].values()
        if not column["description"] or column["data_type"] not in TYPES
    ]
    assert wrong == []


def test_every_mart_has_a_tested_key(audits: dict[str, Any], marts: dict[str, Any]):
    without = [n for n in marts if not rules_of(audits.get(n)).get("unique")]
    assert without == []


def test_every_column_of_a_rule_is_a_column_of_its_mart(
    audits: dict[str, Any], marts: dict[str, Any]
):
    wrong = [
        f"{name}.{column}"
        for name, mart in marts.items()
        for column in plain_columns(rules_of(audits[name]))
        if column not in mart["columns"]
    ]
    assert wrong == []


def test_a_build_audits_every_table_once_and_no_view_but_what_people_enter(
    manifest: dict[str, Any], audits: dict[str, Any]
):
    in_tables, in_views = set(), set()
    for node in manifest["nodes"].values():
        kind = node["config"]["materialized"]
        # A list of touched keys is read by the build that wrote it, and by no other.
        if node["resource_type"] in {"model", "seed"} and kind != "touched_keys":
            (in_views if kind == "view" else in_tables).add(node["name"])
    audited = {name for name, node in audits.items() if is_of_a_build(node)}
    assert in_tables - audited == WITHOUT_RULES
    assert audited & in_views == OF_FIXED_LISTS
    assert not {n for n, node in audits.items() if not is_of_a_build(node)} - in_views


def test_the_rules_of_a_table_are_one_data_test(
    manifest: dict[str, Any], audits: dict[str, Any]
):
    tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test"]
    assert len(tests) == len(audits)
    assert {test["test_metadata"]["name"] for test in tests} == {
        "audit",
        "audit_of_view",
    }


def test_every_seed_column_is_described(manifest: dict[str, Any]):
    seeds = [n for n in manifest["nodes"].values() if n["resource_type"] == "seed"]
    wrong = [seed["name"] for seed in seeds if not seed["description"]]
    wrong += [
        f"{seed['name']}.{column['name']}"
        for seed in seeds
        for column in seed["columns"].values()
        if not column["description"]
    ]
    assert wrong == []


def test_no_mart_names_a_person(marts: dict[str, Any]):
    names = {
        column["name"] for node in marts.values() for column in node["columns"].values()
    }
    assert names.isdisjoint({"name", "email", "mbox", "actor_name", "account_name"})


def test_dbt_describes_the_marts_and_the_pages_that_read_them(built: Home):
    path = write_pages(built, Settings.load(built))
    text = path.read_text(encoding="utf-8")
    assert '"exposure.tandem.at_a_glance"' in text
    assert "One row per enrolment episode" in text
