"""Each page has a dbt exposure with the tables it reads and their sources."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tandem.core.files import project_root

DASHBOARDS = project_root() / "dashboards"
PAGES = sorted(path.stem for path in (DASHBOARDS / "app_pages").glob("*.py"))

# What publishing makes each table of schema pub from. What is not here is made from
# the other tables (decisions), or says what the snapshot is.
BEHIND = {
    "blended_programmes": {"ref('dim_cohorts')", "ref('fct_cohort_patterns')"},
    "blended_steps": {"ref('fct_cohort_patterns')", "ref('fct_phase_transitions')"},
    "page_kpis": {"ref('page_kpis')"},
    "prework_attendance": {"ref('fct_session_transitions')"},
    "break_even": {
        "ref('fct_break_even')",
        "ref('fct_cost_coverage')",
        "ref('fct_enrolments')",
    },
    "programme_benchmarks": {"source('compared', 'fct_programme_benchmarks')"},
    "programme_changes": {"source('compared', 'fct_programme_changes')"},
    "programme_cohorts": {
        "ref('dim_cohorts')",
        "ref('fct_cohort_doses')",
        "ref('fct_enrolments')",
    },
    "programme_funnels": {"ref('fct_enrolments')"},
    "programme_steps": {"ref('fct_cohort_patterns')", "ref('fct_phase_transitions')"},
    "programme_modes": {"ref('fct_programme_modes')"},
    "programme_facts": {"ref('dim_programmes')"},
    "kpi_cells": {"ref('fct_kpis')"},
    "kpi_waterfall": {"ref('fct_kpi_waterfall')"},
    "kpis": {"ref('kpis')"},
    "life_curves": {"ref('fct_life_table')"},
    "mode_comparisons": {"source('compared', 'fct_mode_comparisons')"},
    "outcome_categories": {"ref('dim_outcome_categories')"},
    "pilots": {"source('compared', 'fct_pilots')"},
    "placebo_results": {"source('compared', 'fct_placebo_results')"},
    "plan_status": {
        "ref('dim_programmes')",
        "ref('fct_enrolments')",
        "ref('fct_kpis')",
        "ref('fct_life_table')",
        "ref('fct_plans')",
        "ref('kpis')",
    },
    "programmes": {
        "ref('dim_cohorts')",
        "ref('dim_programmes')",
        "ref('fct_enrolments')",
    },
    "sources": {"ref('dim_sources')"},
}


def declared() -> dict[str, dict[str, Any]]:
    path = project_root() / "models" / "marts" / "_exposures.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {exposure["name"]: exposure for exposure in content["exposures"]}


def imported(path: Path) -> set[Path]:
    """The files of the dashboard that a file imports, and those that they import."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop().read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            for name in (node.module, *(f"{node.module}.{a.name}" for a in node.names)):
                file = project_root().joinpath(*name.split(".")).with_suffix(".py")
                if DASHBOARDS in file.parents and file.exists() and file not in found:
                    found.add(file)
                    waiting.append(file)
    return found


def tables_named(page: str) -> set[str]:
    """Tables of schema pub in the query modules of a page and of the entrypoint."""
    starts = (DASHBOARDS / "app.py", DASHBOARDS / "app_pages" / f"{page}.py")
    modules = {file for start in starts for file in imported(start)}
    return {
        name
        for file in modules
        if file.parent.name == "queries"
        for name in re.findall(r"\bpub\.(\w+)", file.read_text(encoding="utf-8"))
    }


def test_pages_and_exposures_match():
    assert sorted(declared()) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_an_exposure_lists_the_tables_that_its_page_reads(page: str):
    assert set(declared()[page]["config"]["meta"]["reads"]) == tables_named(page)


@pytest.mark.parametrize("page", PAGES)
def test_an_exposure_depends_on_the_sources_of_those_tables(page: str):
    made_from = set().union(*(BEHIND.get(name, set()) for name in tables_named(page)))
    assert set(declared()[page]["depends_on"]) == made_from


def test_there_is_no_sql_outside_the_queries():
    offenders = [
        str(path.relative_to(DASHBOARDS))
        for path in DASHBOARDS.rglob("*.py")
        if path.parent.name != "queries"
        and re.search(r"\b(from|join) pub\.", path.read_text(encoding="utf-8"))
    ]
    assert offenders == []
