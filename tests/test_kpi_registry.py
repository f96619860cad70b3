"""A KPI is one row of seeds/kpis.csv: its id is in no other code or setting.

A KPI id may occur in
- the model that makes its columns (`source_fact`), its SQL and its YAML;
- unit tests of models, everything under tests/, and documents (which are not searched);
- samples/, for a KPI whose truth the sample plants;
- the example of a cell that names a KPI (the declaration of the organisation's tables);
- another seed, in a column that the seed's audit holds against the registry.
"""

import csv
import re
import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import duckdb
import pytest
import yaml

from ingest.storage.organisation_tables import organisation_tables
from tandem.core.files import project_root

SEARCHED = {".py", ".sql", ".yml", ".yaml", ".toml"}
FREE = ("tests/", "docs/", "samples/")
DECLARATION = "ingest/storage/organisation_tables.toml"
EXAMPLE_OF_A_KPI = re.compile(r"^kpi_id = .*$", re.MULTILINE)
UNIT_TESTS = re.compile(r"^unit_tests:.*\Z", re.MULTILINE | re.DOTALL)


def registry() -> list[dict[str, str]]:
    path = project_root() / "seeds" / "kpis.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def makers() -> dict[str, str]:
    """Return KPI id -> the model that makes its columns."""
    return {row["kpi_id"]: row["source_fact"] for row in registry()}


def tracked() -> dict[str, str]:
    """Return path -> text of every tracked file that is searched."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=project_root(), capture_output=True, check=True
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return {
        name: (project_root() / name).read_text(encoding="utf-8")
        for name in names
        if PurePosixPath(name).suffix in SEARCHED and (project_root() / name).is_file()
    }


def kpi_ids_in(text: str, kpi_ids: Mapping[str, str]) -> set[str]:
    """Return the KPI ids that occur in a text as whole words."""
    listed = "|".join(map(re.escape, kpi_ids))
    return set(re.findall(rf"(?<!\w)(?:{listed})(?!\w)", text))


def offenders(
    files: Mapping[str, str], source_facts: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return (path, KPI id) of every id in a place where it may not occur.

    Args:
        files: path -> text.
        source_facts: KPI id -> the model that makes its columns.
    """
    found = []
    for name, text in files.items():
        if name.startswith(FREE):
            continue
        if name == DECLARATION:
            text = EXAMPLE_OF_A_KPI.sub("", text)
        path = PurePosixPath(name)
        is_model = path.parts[0] == "models"
        if is_model and path.suffix in {".yml", ".yaml"}:
            text = UNIT_TESTS.sub("", text)
        found += [
            (name, kpi_id)
            for kpi_id in sorted(kpi_ids_in(text, source_facts))
            if not (is_model and path.stem == source_facts[kpi_id])
        ]
    return found


def test_no_kpi_id_occurs_outside_the_registry():
    assert offenders(tracked(), makers()) == []


@pytest.mark.parametrize(
    ("name", "text", "is_offence"),
    [
        ("comparison/results.py", 'HEADLINE = "pass_rate"', True),
        ("macros/kpis.sql", "{% set kpis = ['pass_rate'] %}", True),
        ("dbt_project.yml", "vars: {watched: [pass_rate]}", True),
        ("publishing/cubes.toml", 'kpi = "pass_rate"', True),
        ("models/marts/kpis/fct_kpis.sql", "where kpi_id = 'pass_rate'", True),
        ("models/marts/completion/fct_enrolments.yml", "name: pass_rate", False),
        ("models/marts/completion/fct_enrolments.sql", "measure('pass_rate')", False),
        ("models/marts/completion/fct_enrolments.sql", "'no_show_rate'", True),
        ("models/m.yml", "columns: []\nunit_tests:\n  - {k: pass_rate}\n", False),
        ("models/m.yml", "description: pass_rate\nunit_tests: []\n", True),
        ("models/m.sql", "select pass_rate_numerator from facts", False),
        ("tests/test_x.py", '"pass_rate"', False),
    ],
)
def test_an_id_that_is_added_somewhere_is_found(name: str, text: str, is_offence: bool):
    assert bool(offenders({name: text}, makers())) == is_offence


def test_another_seed_names_a_kpi_only_where_dbt_checks_it():
    kpi_ids = set(makers())
    checked = checked_columns()
    wrong = []
    for path in sorted((project_root() / "seeds").glob("*.csv")):
        if path.stem == "kpis":
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                wrong += [
                    (path.stem, column, value)
                    for column, value in row.items()
                    if value in kpi_ids and (path.stem, column) not in checked
                ]
    assert wrong == []


def checked_columns() -> set[tuple[str, str]]:
    """Return (seed, column) that the seed's audit holds against the registry."""
    return {
        (seed, column)
        for seed, rules in audits_of_seeds().items()
        for column, parent in rules.get("relations", {}).items()
        if (parent["to"], parent.get("field", column)) == ("ref('kpis')", "kpi_id")
    }


def audits_of_seeds() -> dict[str, dict[str, Any]]:
    """Return the rules of each seed by kind."""
    path = project_root() / "seeds" / "_seeds.yml"
    seeds = yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
    return {
        seed["name"]: test["audit"]["arguments"]
        for seed in seeds
        for test in seed.get("data_tests", [])
    }


def test_the_registrys_own_references_are_checked_by_dbt():
    assert {("kpis", "fallback_kpi"), ("kpis", "base_kpi")} <= checked_columns()


def test_every_column_of_the_registry_is_described():
    path = project_root() / "seeds" / "_seeds.yml"
    seeds = yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
    declared = next(seed for seed in seeds if seed["name"] == "kpis")
    described = [column["name"] for column in declared["columns"]]
    assert described == list(registry()[0])
    assert list(declared["config"]["column_types"]) == described


@pytest.mark.parametrize("row", registry(), ids=lambda row: row["kpi_id"])
def test_a_kpi_says_which_decision_it_supports_and_who_owns_it(row: dict[str, str]):
    assert row["decision"][0].isupper()
    assert row["decision"].endswith(".")
    assert row["owner_role"]
    assert date.fromisoformat(row["review_date"]) > date(2026, 1, 1)


# What feeds a KPI besides the organisation's tables and the verbs of statements.
REPORTS = {"roster", "attendance_report", "calendar", "platform_report"}


@pytest.mark.parametrize("row", registry(), ids=lambda row: row["kpi_id"])
def test_a_kpi_names_evidence_that_exists(row: dict[str, str]):
    verbs = project_root() / "seeds" / "verbs.csv"
    with verbs.open(encoding="utf-8", newline="") as file:
        terms = {verb["verb"] for verb in csv.DictReader(file)}
    named = row["evidence"].split()
    assert named
    assert set(named) <= {*organisation_tables(), *terms, *REPORTS}


@pytest.mark.parametrize("row", registry(), ids=lambda row: row["kpi_id"])
def test_a_kpi_says_where_it_applies_and_when_it_misleads(row: dict[str, str]):
    modes = row["modes"].split()
    assert modes
    assert [mode for mode in ("sync", "async", "hybrid") if mode in modes] == modes
    for sentence in (row["edge_cases"], row["misleads_when"]):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


BROKEN = {
    "a tile has both a slot and an order, or neither": "tile_order = null",
    "a restricted mean has a base KPI, and so has a compared KPI of a selected base": (
        "base_kpi = 'k', is_compared = false"
    ),
    "a KPI is not its own fallback": "fallback_kpi = kpi_id",
    "only a share is watched": "is_watched = true, unit = 'days'",
    "exactly one KPI is the headline": "is_headline = true",
}


@pytest.fixture
def broken_rules() -> Callable[[str], set[str]]:
    """A function that changes every row of the registry and returns broken rules."""
    rules = audits_of_seeds()["kpis"]
    queries = {
        rule: f"select count(*) from kpis where not ({condition})"
        for rule, condition in rules["holds"].items()
    }
    queries |= {
        rule: f"select case when {condition} then 0 else 1 end from kpis"
        for rule, condition in rules["totals"].items()
    }

    def found(change: str) -> set[str]:
        with duckdb.connect() as connection:
            connection.execute(
                "create table kpis as from read_csv($1)",
                [str(project_root() / "seeds" / "kpis.csv")],
            )
            if change:
                connection.execute(f"update kpis set {change}")
            counts = {
                rule: connection.sql(query).fetchall()[0][0]
                for rule, query in queries.items()
            }
        return {rule for rule, count in counts.items() if count > 0}

    return found


def test_the_registry_keeps_its_rules(broken_rules: Callable[[str], set[str]]):
    assert broken_rules("") == set()
    assert broken_rules("is_headline = false") == {"exactly one KPI is the headline"}


@pytest.mark.parametrize("rule", BROKEN)
def test_dbt_finds_a_broken_rule(broken_rules: Callable[[str], set[str]], rule: str):
    assert broken_rules(BROKEN[rule]) == {rule}


def test_fallbacks_come_to_an_end():
    fallback = {row["kpi_id"]: row["fallback_kpi"] for row in registry()}
    for kpi_id in fallback:
        seen = [kpi_id]
        while fallback[seen[-1]]:
            seen.append(fallback[seen[-1]])
            assert len(set(seen)) == len(seen), seen
