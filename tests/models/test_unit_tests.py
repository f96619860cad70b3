"""dbt's unit tests: all of them run here, and none in a user's build."""

import json
from pathlib import Path
from typing import Any

from tandem.cli.dbt_runner import run_dbt
from tandem.core.errors import BuildFailed
from tandem.core.files import Home
from tandem.core.settings import Settings


def results_in(target: Path) -> dict[str, str]:
    """Return the status of each node of the last dbt command, by unique id.

    What dbt runs before the first node is no node.
    """
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    return {
        result["unique_id"]: result["status"]
        for result in results
        if not result["unique_id"].startswith("operation.")
    }


def test_every_unit_test_of_dbt_passes(
    built: Home, manifest: dict[str, Any], tmp_path: Path
):
    command = ["test", "--select", "test_type:unit"]
    error = ""
    try:
        run_dbt(built, Settings.load(built), command, target=tmp_path)
    except BuildFailed as failure:
        error = failure.one_line()
    statuses = results_in(tmp_path)
    assert [name for name, status in statuses.items() if status != "pass"] == [], error
    assert error == ""
    assert set(statuses) == set(manifest["unit_tests"])
    assert len(statuses) > 0


def test_a_build_runs_all_but_unit_tests_and_audits_of_views(
    built: Home, manifest: dict[str, Any]
):
    ran = set(results_in(built.dbt_target))
    of_views = {
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "test"
        and node["test_metadata"]["name"] == "audit_of_view"
    }
    assert len(of_views) > 0
    nodes = {
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] != "operation"
    }
    assert ran == (nodes | set(manifest["exposures"])) - of_views
