"""Every mart has a contract, a grain, a key and a description of each column."""

from typing import Any

import pytest

TYPES = {"string", "bigint", "double", "boolean", "date", "timestamp"}
TYPE_OF_ENGINE = {"decimal": "double"}


@pytest.fixture(scope="session")
def marts(models: dict[str, Any]) -> dict[str, Any]:
    """The marts by name."""
    return {n: node for n, node in models.items() if node["path"].startswith("marts/")}


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


def test_every_mart_has_a_tested_key(manifest: dict[str, Any], marts: dict[str, Any]):
    keyed = {
        node["attached_node"].split(".")[-1]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and node.get("attached_node")
        and node["test_metadata"]["name"] in {"unique", "unique_combination"}
    }
    assert set(marts) - keyed == set()


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
