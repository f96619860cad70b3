"""Each KPI of the sample has the sums that the sample planted, in every mode."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from samples.generate import generate
from samples.plan import Plan
from tandem.cli.modelling import build
from tandem.core.files import Home
from tandem.core.settings import Settings

# Everybody is matched: who could not be is in bounds, which other tests hold.
PLAN = Plan(enrolments=600, seed=11, unmatched=0)
SUMS = """
    select delivery_mode, sum(numerator) as numerator, sum(denominator) as denominator
    from marts.fct_kpis where kpi_id = $kpi_id group by delivery_mode
"""


@pytest.fixture(scope="module")
def planted(
    tmp_path_factory: pytest.TempPathFactory, parsed_project: None
) -> Iterator[tuple[dict[str, Any], duckdb.DuckDBPyConnection]]:
    root = tmp_path_factory.mktemp("kpis")
    generate(root / "sample", PLAN)
    home = Home(root / "home")
    home.root.mkdir()
    settings = (root / "sample" / "tandem.toml").read_text("utf-8")
    (home.root / "tandem.toml").write_text(settings, "utf-8")
    folders = [path for path in (root / "sample").iterdir() if path.is_dir()]
    reports = ingest(sorted(folders), home, Settings.load(home), ReadOptions())
    assert [report.error for report in reports if report.error] == []
    build(home, Settings.load(home))
    truth = json.loads((root / "sample" / "truth.json").read_text("utf-8"))
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield truth["kpis"], connection


def test_every_kpi_of_the_truth_is_in_the_marts_with_its_sums(
    planted: tuple[dict[str, Any], duckdb.DuckDBPyConnection],
):
    truth, connection = planted
    wrong = {}
    for kpi_id, expected in truth.items():
        rows = connection.execute(SUMS, {"kpi_id": kpi_id}).fetchall()
        found = {
            mode: {"numerator": numerator, "denominator": denominator}
            for mode, numerator, denominator in rows
        }
        if found != {mode: pytest.approx(sums) for mode, sums in expected.items()}:
            wrong[kpi_id] = {"planted": expected, "found": found}
    assert wrong == {}
