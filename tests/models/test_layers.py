"""Data pass from left to right only: raw, staging, intermediate, marts."""

from typing import Any

from tandem.core.files import project_root

# The lists of touched keys follow what changed wherever it did, and every incremental
# model reads one.
LEFT_OF = {
    "staging": {"source", "seeds", "staging", "changes"},
    "intermediate": {"seeds", "staging", "intermediate", "changes"},
    "marts": {"seeds", "staging", "intermediate", "marts", "changes"},
    "changes": {"staging", "intermediate", "marts", "changes"},
}
# raw.loads lists the committed loads; every staging model reads those only.
LOADS = "source.tandem.xapi.loads"
# A vocabulary is one seed, and the organisation's own words.
VOCABULARIES = {
    "model.tandem.stg_xapi__activity_types",
    "model.tandem.stg_xapi__verbs",
}
# What a staging model may join to its raw table.
LOOK_UPS = VOCABULARIES | {
    "model.tandem.stg_organisation__corrections",
    "model.tandem.stg_xapi__learner_links",
    "model.tandem.stg_xapi__restricted_learners",
    "model.tandem.stg_xapi__voided_statements",
}
# Links that were found by a rule and links that a person made have a table each.
LINKS = {"source.tandem.xapi.identity_links", "source.tandem.xapi.derived_links"}
MOST_LINES = 150


def layer_of(unique_id: str, manifest: dict[str, Any]) -> str:
    """Return the layer of a node."""
    if unique_id.startswith("source."):
        return "source"
    if unique_id.startswith("seed."):
        return "seeds"
    return manifest["nodes"][unique_id]["path"].split("/")[0]


def staging_parents(models: dict[str, Any]) -> dict[str, set[str]]:
    """Return what each staging model reads, except the list of loads."""
    return {
        name: set(node["depends_on"]["nodes"]) - {LOADS}
        for name, node in models.items()
        if node["path"].startswith("staging/")
    }


def test_a_model_reads_no_layer_to_its_right(
    manifest: dict[str, Any], models: dict[str, Any]
):
    wrong = [
        f"{name} reads {parent}"
        for name, node in models.items()
        for parent in node["depends_on"]["nodes"]
        if layer_of(parent, manifest) not in LEFT_OF[node["path"].split("/")[0]]
    ]
    assert wrong == []


def test_a_staging_model_is_one_raw_table_and_look_ups(models: dict[str, Any]):
    parents = staging_parents(models)
    assert parents.pop("stg_xapi__learner_links") == LINKS
    assert parents.pop("stg_xapi__loads") == set()
    wrong = {}
    for name, read in parents.items():
        is_vocabulary = f"model.tandem.{name}" in VOCABULARIES
        kinds = ("seed.",) if is_vocabulary else ("source.", "model.")
        base = {parent for parent in read - LOOK_UPS if parent.startswith(kinds)}
        if len(base) != 1:
            wrong[name] = read
    assert wrong == {}


def test_each_raw_table_is_read_by_one_staging_model(models: dict[str, Any]):
    readers: dict[str, set[str]] = {}
    for name, node in models.items():
        for parent in set(node["depends_on"]["nodes"]) - {LOADS}:
            if parent.startswith("source."):
                readers.setdefault(parent, set()).add(name)
    assert {raw: names for raw, names in readers.items() if len(names) > 1} == {}
    assert all(name.startswith("stg_") for names in readers.values() for name in names)
    assert len(readers) > 20


def test_roster_history_is_computed_among_the_intermediate_models_of_people(
    models: dict[str, Any],
):
    """A roster's history needs its entries and the list of its deliveries."""
    deliveries = "model.tandem.stg_organisation__roster_deliveries"
    readers = {
        node["path"].rsplit("/", maxsplit=1)[0]
        for node in models.values()
        if deliveries in node["depends_on"]["nodes"]
    }
    assert readers == {"intermediate/people"}


def test_a_models_name_begins_with_its_layer(models: dict[str, Any]):
    prefixes = {
        "staging": ("stg_",),
        "intermediate": ("int_",),
        "marts": ("dim_", "fct_", "kpi_"),
        "changes": ("touched_",),
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
        "changes": "changes",
    }


def test_no_folder_is_a_delivery_mode(models: dict[str, Any]):
    folders = {part for node in models.values() for part in node["path"].split("/")}
    assert folders.isdisjoint({"sync", "async", "hybrid"})


def test_no_model_is_longer_than_a_reader_can_follow():
    lengths = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (project_root() / "models").rglob("*.sql")
    }
    assert len(lengths) > 80
    assert {n: count for n, count in lengths.items() if count > MOST_LINES} == {}
