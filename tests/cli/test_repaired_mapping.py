"""A bad mapping stops a publish; the repaired one lets it pass."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli import pipeline
from tandem.core.errors import NotPublished
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.conftest import PublishedSample

BAD = (
    "source: academy\ntz: UTC\nperson: Mail\nactivity: Course\n"
    "verb: {column: State, values: {done: completed}}\ntime: Finished\n"
)


@pytest.fixture
def home(
    published_sample: PublishedSample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Home:
    """A copy of the published sample."""
    copy = tmp_path / "home"
    shutil.copytree(published_sample.home.root, copy)
    monkeypatch.setenv("TANDEM_HOME", str(copy))
    return replace(published_sample.home, root=copy)


def test_a_publish_that_refusals_stopped_passes_once_the_mapping_is_repaired(
    home: Home, published_sample: PublishedSample, tmp_path: Path
):
    (people,) = (published_sample.home.root.parent / "files").rglob("users.csv")
    with people.open(encoding="utf-8", newline="") as file:
        known = [row["email"] for row in csv.DictReader(file)][:20]
    table, rules = tmp_path / "report.csv", tmp_path / "academy.yml"
    states = ["done", "erledigt"] * 10
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        query = "select max(watermark_at) from marts.dim_sources"
        ((day,),) = warehouse.sql(query).fetchall()
    lines = [
        f"{mail},Safety,{state},{day:%Y-%m-%d %H:%M}"
        for mail, state in zip(known, states, strict=True)
    ]
    table.write_text("\n".join(["Mail,Course,State,Finished", *lines]), "utf-8")
    settings = Settings.load(home)

    def land(mapping: str) -> int:
        rules.write_text(mapping, "utf-8")
        (report,) = ingest([table], home, settings, ReadOptions(mapping=rules))
        assert report.error is None
        return report.rejected_count

    assert land(BAD) == 10
    with pytest.raises(NotPublished, match="statements_accepted") as refused:
        pipeline.refresh(home, settings)
    assert "academy" in str(refused.value)

    assert land(BAD.replace("{done:", "{erledigt: completed, done:")) == 0
    assert pipeline.refresh(home, settings)
