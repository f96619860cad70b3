"""Data move from left to right: raw, staging, intermediate, marts."""

from typing import Any

LEFT_OF = {
    "staging": {"source", "seeds", "staging"},
    "intermediate": {"seeds", "staging", "intermediate"},
    "marts": {"seeds", "staging", "intermediate", "marts"},
}


def layer_of(unique_id: str, manifest: dict[str, Any]) -> str:
    """Return the layer that a node lies in."""
    if unique_id.startswith("source."):
        return "source"
    if unique_id.startswith("seed."):
        return "seeds"
    return manifest["nodes"][unique_id]["path"].split("/")[0]


def test_every_model_looks_left_only(manifest: dict[str, Any], models: dict[str, Any]):
    wrong = [
        f"{name} reads {parent}"
        for name, node in models.items()
        for parent in node["depends_on"]["nodes"]
        if layer_of(parent, manifest) not in LEFT_OF[node["path"].split("/")[0]]
    ]
    assert wrong == []


def test_a_models_name_says_its_layer(models: dict[str, Any]):
    prefixes = {
        "staging": ("stg_",),
        "intermediate": ("int_",),
        "marts": ("dim_", "fct_", "kpi_"),
    }
    wrong = [
        name
        for name, node in models.items()
        if not name.startswith(prefixes[node["path"].split("/")[0]])
    ]
    assert wrong == []


def test_a_layer_is_a_schema(models: dict[str, Any]):
    assert {node["path"].split("/")[0]: node["schema"] for node in models.values()} == {
        "staging": "staging",
        "intermediate": "intermediate",
        "marts": "marts",
    }


def test_a_folder_never_is_a_delivery_mode(models: dict[str, Any]):
    folders = {part for node in models.values() for part in node["path"].split("/")}
    assert folders.isdisjoint({"sync", "async", "hybrid"})
