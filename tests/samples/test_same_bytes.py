"""The same seed, size and date give the same bytes; other ones do not."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from samples.generate import generate
from samples.plan import Plan
from tandem.cli.main import app
from tandem.core.errors import WrongUse


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def written(folder: Path, plan: Plan) -> dict[str, str]:
    generate(folder, plan)
    return digests(folder)


def test_a_second_run_writes_the_same_bytes(tmp_path: Path):
    plan = Plan(enrolments=600)
    assert written(tmp_path / "one", plan) == written(tmp_path / "two", plan)


def test_a_new_sample_replaces_the_old_one(tmp_path: Path):
    written(tmp_path / "again", Plan(enrolments=700, seed=9))
    again = written(tmp_path / "again", Plan(enrolments=600))
    assert again == written(tmp_path / "fresh", Plan(enrolments=600))


@pytest.mark.parametrize(
    "other",
    [Plan(600, seed=2), Plan(600, as_of=date(2026, 6, 30)), Plan(600, unmatched=0.45)],
    ids=["seed", "date", "unmatched"],
)
def test_other_parameters_give_another_sample(tmp_path: Path, other: Plan):
    base = written(tmp_path / "base", Plan(600))
    assert written(tmp_path / "other", other)["truth.json"] != base["truth.json"]


def test_a_folder_with_other_files_is_refused_and_kept(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(WrongUse, match="something else than a sample"):
        generate(tmp_path, Plan(600))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_real_exports_without_a_truth_file_are_refused(tmp_path: Path):
    (tmp_path / "zoom").mkdir()
    with pytest.raises(WrongUse, match="something else than a sample"):
        generate(tmp_path, Plan(600))


def test_the_command_prints_what_it_wrote(tmp_path: Path):
    folder = str(tmp_path / "files")
    outcome = CliRunner().invoke(
        app, ["sample", folder, "--enrolments", "300", "--json"]
    )
    assert outcome.exit_code == 0
    assert '"enrolments": 300' in outcome.stdout


@pytest.mark.parametrize(
    "options", [["--enrolments", "5"], ["--unmatched", "2"], ["--as-of", "soon"]]
)
def test_parameters_out_of_range_are_wrong_use(tmp_path: Path, options: list[str]):
    outcome = CliRunner().invoke(app, ["sample", str(tmp_path / "x"), *options])
    assert isinstance(outcome.exception, WrongUse)
    assert not (tmp_path / "x").exists()


def test_the_quarters_end_on_or_before_the_last_day():
    assert Plan(as_of=date(2026, 9, 30)).quarter_starts[-1] == date(2026, 10, 1)
    assert Plan(as_of=date(2026, 9, 29)).quarter_starts[-1] == date(2026, 7, 1)
    assert Plan(as_of=date(2026, 2, 1)).quarter_starts[0] == date(2024, 1, 1)
