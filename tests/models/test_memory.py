"""The memory that DuckDB may take in a build, and the folder for what exceeds it."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tandem.cli import pipeline
from tandem.cli.dbt_runner import run_dbt
from tandem.core.errors import BuildFailed
from tandem.core.files import Home
from tandem.core.limits import Limits
from tandem.core.memory import (
    LEAST_BYTES,
    PYTHON_BYTES,
    limits_of_cgroups,
    memory_limit,
    memory_of_machine,
    spilling,
)
from tandem.core.settings import Settings

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (100 * GB, 3 * GB),
        (5 * GB, 3 * GB),  # 0.6 of it is the most that DuckDB takes anywhere
        (4 * GB, 2.4 * GB),
        (1.5 * GB, 0.8 * GB),  # less than 0.6 of it: Python needs its part
        (PYTHON_BYTES + LEAST_BYTES + 1, LEAST_BYTES + 1),
        (PYTHON_BYTES + LEAST_BYTES - 1, LEAST_BYTES),
        (0, LEAST_BYTES),
        (None, 3 * GB),
    ],
)
def test_the_limit_leaves_room_for_python(machine: float | None, expected: float):
    assert memory_limit(Limits(), machine and int(machine)) == expected


def test_a_smaller_limit_of_the_settings_holds():
    assert memory_limit(Limits(database_mb=1_200), 100 * GB) == 1.2 * GB


def test_the_machine_has_memory():
    assert memory_of_machine() > LEAST_BYTES


@pytest.mark.parametrize(
    ("groups", "files", "expected"),
    [
        ("0::/", {"memory.max": "2000"}, [2000]),
        ("0::/a/b", {"a/memory.max": "5", "a/b/memory.max": "max"}, [5]),
        ("0::/a", {"memory.max": "max"}, []),
        (
            "4:cpu:/x\n3:memory,hugetlb:/y",
            {"memory/y/memory.limit_in_bytes": "7", "y/memory.max": "9"},
            [7],
        ),
        ("", {"memory.max": "3"}, []),
    ],
)
def test_limits_of_control_groups(
    tmp_path: Path, groups: str, files: dict[str, str], expected: list[int]
):
    own = tmp_path / "own"
    own.write_text(groups)
    for name, text in files.items():
        file = tmp_path / "groups" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert limits_of_cgroups(tmp_path / "groups", own) == expected
    assert limits_of_cgroups(tmp_path / "groups", tmp_path / "none") == []


def test_the_folder_for_what_exceeds_it_is_removed(home: Home):
    left_behind = home.spill / "left_by_a_killed_process"
    left_behind.parent.mkdir(parents=True)
    left_behind.write_text("x")

    def spill_and_fail() -> None:
        with spilling(home) as folder:
            assert not folder.exists()
            folder.mkdir()
            (folder / "duckdb_temp_storage").write_text("y")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        spill_and_fail()
    assert not home.spill.exists()


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory, parsed_project: None) -> Home:
    """A small sample, landed."""
    from samples.generate import generate
    from samples.plan import Plan

    folder = tmp_path_factory.mktemp("memory")
    plan = Plan(1_200, 3, date(2026, 9, 30), 0.03)
    generate(folder / "sample", plan, lambda _part: None)
    home = Home(folder / "home")
    home.root.mkdir()
    (folder / "sample" / "tandem.toml").rename(home.settings)
    sources = [path for path in (folder / "sample").iterdir() if path.is_dir()]
    pipeline.land(sorted(sources), home, Settings.load(home))
    return home


def with_limit(home: Home, megabytes: int) -> Settings:
    """Return the home's settings with a limit of memory."""
    text = home.settings.read_text().split("[limits]")[0]
    home.settings.write_text(f"{text}\n[limits]\ndatabase_mb = {megabytes}\n")
    return Settings.load(home)


def test_a_build_keeps_to_1200_mb(landed: Home, monkeypatch: pytest.MonkeyPatch):
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    close, applied = DuckDBConnectionManager.close_all_connections, []

    def ask_and_close() -> None:
        cursor = DuckDBConnectionManager.env().conn.cursor()
        query = "select current_setting('memory_limit'), current_setting(?)"
        applied.append(cursor.execute(query, ["temp_directory"]).fetchone())
        close()

    monkeypatch.setattr(
        DuckDBConnectionManager, "close_all_connections", staticmethod(ask_and_close)
    )
    settings = with_limit(landed, 1_200)
    pipeline.model(landed, settings, full_refresh=True)
    assert ("1.1 GiB", str(landed.spill)) in applied
    assert not landed.spill.exists()
    with duckdb.connect(str(landed.warehouse), read_only=True) as connection:
        counted = connection.execute("select count(*) from marts.fct_enrolments")
        assert counted.fetchone()[0] > 1_000


def test_a_build_without_enough_memory_fails(landed: Home):
    """The limit is in force: with a few MB, DuckDB refuses."""
    settings = with_limit(landed, 5)
    with pytest.raises(BuildFailed, match="Out of Memory"):
        run_dbt(landed, settings, ["run", "--select", "int_current_statements"])
