"""What the documents say is so: queries run, commands, paths and terms exist."""

import re
import subprocess
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from comparison.writing import declared
from tandem.cli.main import app
from tandem.cli.reference_pages import pages as pages_of_reference
from tandem.core.files import Home, project_root
from tests.conftest import PublishedSample

QUERYING = project_root() / "docs" / "querying.md"
INGEST = project_root() / "ingest"
TOP_OF_INGEST = {path.name for path in INGEST.iterdir()}
PACKAGES = ("tandem", "ingest", "comparison", "expectations", "publishing", "bench")
FOLDERS_OF_TANDEM_HOME = ("landing/<", "published/", "extensions/")
COLUMNS_NAMED_LIKE_MODELS = {"kpi_id", "kpi_code", "kpi_name"}
PLACEHOLDERS = {"x.py", "test_x.py"}
WRITTEN_BY_COMPARISON = set(declared())
DOMAIN_TERMS = (
    "statement",
    "enrolment episode",
    "canonical session",
    "duplicate report",
    "match candidate",
    "match rank",
    "current version",
    "batch",
    "landing context",
    "recognition",
    "template cache",
    "structural fingerprint",
    "template",
    "slot",
    "worker pool",
    "unmatched account",
    "small group",
    "primary suppression",
    "complementary suppression",
    "disclosive cell",
    "residual cell",
    "cost",
    "common support",
    "matched pairs",
    "fallback kpi",
    "learning session",
    "expected attendance",
)
RETIRED_TERMS = (
    "in_force",
    "IN_FORCE",
    "is_told_again",
    "meant_session_id",
    "namesakes?",
    "particularity",
    "Stranger",
    "strangers?",
    "take_in",
    "deposit",
    "hide_tellers",
    "tellers?",
    "Board",
    "_?patiently",
    "wait_told",
    "_at_home",
    "MORE_HOLDS",
    "lacks_ground",
    "common_ground",
    "stand_in",
    "worded",
    "opinions?",
    "Sniff",
    "mends?",
    "mended",
    "come what may",
    "let go of",
    "expect_rate_kpis",
)


def queries() -> list[str]:
    text = QUERYING.read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL)


def page_queries() -> dict[str, str]:
    """Return the query of the number that each page opens with, by page."""
    text = QUERYING.read_text(encoding="utf-8")
    found = re.findall(
        r"^### (.+?)\n\n```sql\n(.*?)```", text, re.DOTALL | re.MULTILINE
    )
    return dict(found)


def test_there_are_twenty_queries_to_start_from():
    headings = re.findall(
        r"^## \d+\.", QUERYING.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(headings) >= 20


def test_each_page_of_the_dashboard_has_a_query():
    path = project_root() / "models" / "marts" / "_exposures.yml"
    exposures = yaml.safe_load(path.read_text(encoding="utf-8"))["exposures"]
    assert {exposure["label"] for exposure in exposures} == set(page_queries())


def analysts_file(home: Home) -> str:
    folder = home.snapshot_folder(home.current_snapshot()["snapshot_id"])
    return str(folder / "analyst.duckdb")


@pytest.mark.oulad
@pytest.mark.parametrize("query", queries(), ids=lambda q: " ".join(q.split())[:40])
def test_every_documented_query_runs_on_the_open_data_set(oulad_home: Home, query: str):
    with duckdb.connect(analysts_file(oulad_home), read_only=True) as connection:
        connection.sql(query).fetchall()


@pytest.mark.parametrize("query", queries(), ids=lambda q: " ".join(q.split())[:40])
def test_every_documented_query_answers(published_sample: PublishedSample, query: str):
    path = analysts_file(published_sample.home)
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.sql(query).fetchall()


def test_the_query_of_a_page_gives_the_number_that_the_page_shows(
    published_sample: PublishedSample,
):
    home = published_sample.home
    with duckdb.connect(analysts_file(home), read_only=True) as analysts:
        whole = analysts.sql(page_queries()["At a glance"]).fetchall()
        by_mode = analysts.sql(page_queries()["Compare modes"]).fetchall()
        sources = analysts.sql(page_queries()["Data and definitions"]).fetchall()
    folder = home.snapshot_folder(home.current_snapshot()["snapshot_id"])
    with duckdb.connect(str(folder / "dashboard.duckdb"), read_only=True) as published:
        cells = published.sql("""
            select cube, delivery_mode, value, denominator from pub.kpi_cells
            where
                kpi_id = 'completion_rate' and cube in ('all', 'mode')
                and trailing_quarters = 4 and state = 'shown'
            qualify row_number() over (
                partition by cube, delivery_mode order by period_end_date desc
            ) = 1
            order by cube, delivery_mode
        """).fetchall()
        shown = published.sql(
            "select source, watermark_at from pub.sources order by source"
        ).fetchall()
    expected = [("all", "all", *whole[0])]
    expected += [("mode", *row) for row in by_mode]
    assert [(cube, mode) for cube, mode, *_rest in cells] == [
        (cube, mode) for cube, mode, *_rest in expected
    ]
    for found, (_cube, _mode, share, base) in zip(cells, expected, strict=True):
        assert found[2] == pytest.approx(
            share, abs=0.0051
        )  # small groups: whole points
        assert found[3] in (base, None)
    assert shown == sources


@pytest.mark.parametrize("name", pages_of_reference())
def test_a_reference_page_is_as_its_sources_make_it(name: str):
    path = project_root() / "docs" / name
    written = path.read_text(encoding="utf-8")
    assert written == pages_of_reference()[name], "run `make reference`"


def commands() -> list[str]:
    named = {
        command.name or command.callback.__name__ for command in app.registered_commands
    }
    return sorted(name.replace("_", "-") for name in named)


@pytest.mark.parametrize("command", commands())
def test_every_command_says_what_it_does(command: str):
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_the_readme_names_every_command():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    unnamed = [name for name in commands() if f"tandem {name}" not in readme]
    assert unnamed == ["demo"]  # which README starts by `make demo`


def test_the_readme_names_the_two_commands():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def pages() -> list[Path]:
    root = project_root()
    return [
        *(root / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *sorted((root / "docs").rglob("*.md")),
        *sorted((root / "models" / "_docs").glob("*.md")),
    ]


def tracked() -> list[str]:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(
        command, cwd=project_root(), capture_output=True, check=True
    )
    return [name for name in listed.stdout.decode().split("\0") if name]


def outside_fences(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def quoted(page: Path) -> set[str]:
    """Return the words between backticks, outside of code blocks."""
    found = re.findall(r"`([^`]+)`", outside_fences(page))
    return {word for span in found for word in span.split()}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text(encoding="utf-8"))
    assert [
        t for t in targets if not (page.parent / t).exists() and t != "docs/testing.md"
    ] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_path_that_a_document_quotes_exists(page: Path):
    """A path may be relative to the project or to `ingest/`, as architecture.md says.

    Paths with a placeholder (`<vendor>`) are checked up to the placeholder.
    """
    root = project_root()
    top = {path.name for path in root.iterdir()} | TOP_OF_INGEST
    missing = []
    for word in quoted(page):
        path = word.partition("<")[0].rpartition("/")[0] if "<" in word else word
        is_path = path.partition("/")[0] in top and re.fullmatch(r"[\w./-]+", path)
        is_ours = is_path and not path.startswith(FOLDERS_OF_TANDEM_HOME)
        if is_ours and not any((base / path).exists() for base in (root, INGEST)):
            missing.append(word)
    assert missing == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_module_that_a_document_quotes_exists(page: Path):
    """`run.py` names a file of that name; `ingest.xapi.ids` names a module."""
    names = {Path(name).name for name in tracked()}
    words = quoted(page)
    files = {word for word in words if re.fullmatch(r"\w+\.py", word)}
    dotted = {
        word
        for word in words
        if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", word)
        and word.partition(".")[0] in PACKAGES
        and word.partition(".")[2] != "toml"
    }
    assert files - names - PLACEHOLDERS == set()
    assert {word for word in dotted if find_spec(word) is None} == set()


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_model_that_a_document_quotes_exists(page: Path):
    models = {Path(name).stem for name in tracked() if name.startswith("models/")}
    named = {
        word.rpartition(".")[2]
        for word in quoted(page)
        if re.fullmatch(r"(\w+\.)?(stg|int|fct|dim|kpi)_\w+", word)
    }
    assert named - models - COLUMNS_NAMED_LIKE_MODELS - WRITTEN_BY_COMPARISON == set()


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_that_a_document_quotes_exists(page: Path):
    targets = set(
        re.findall(r"^([a-z-]+):", (project_root() / "Makefile").read_text(), re.M)
    )
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)tandem ([a-z-]+)", text, re.MULTILINE))
    made = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))
    groups = {group.name for group in app.registered_groups}
    assert named - set(commands()) - groups == set()
    assert made - targets == set()


GLOSSARY = project_root() / "docs" / "glossary.md"


def terms() -> list[str]:
    """Return the terms that the glossary defines, without what is in brackets."""
    rows = re.findall(r"^\| ([^|]+) \|", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    cells = [re.sub(r"\s*\(.*?\)", "", row) for row in rows if row != "term"]
    return [term.strip().lower() for cell in cells for term in cell.split(",")]


def test_the_glossary_defines_each_term_once():
    found = terms()
    assert [term for term in set(found) if found.count(term) > 1] == []


def test_the_glossary_defines_the_terms_of_the_code():
    assert set(DOMAIN_TERMS) - set(terms()) == set()


@pytest.mark.parametrize("term", RETIRED_TERMS)
def test_no_file_uses_a_retired_term(term: str):
    """Terms that the glossary replaced; most are compared as whole words."""
    pattern = rf"(?<![A-Za-z]){term}(?![A-Za-z])"
    users = [
        name
        for name, text in texts().items()
        if re.search(pattern, text)
        and name not in ("tests/test_docs.py", "CHANGELOG.md")
    ]
    assert users == []


@lru_cache(maxsize=1)
def texts() -> dict[str, str]:
    """Return the tracked code, SQL, YAML and documents, without data and fixtures."""
    root = project_root()
    return {
        name: (root / name).read_text(encoding="utf-8")
        for name in tracked()
        if name.endswith((".py", ".sql", ".yml", ".md", ".toml", ".csv"))
        and "/fixtures/" not in name
        and "/given/" not in name
        and not name.startswith(("samples/oulad/", "samples/lists/"))
        and (root / name).exists()
    }
