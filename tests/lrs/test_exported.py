"""What `tandem export --xapi` writes, taken by a real LRS and read back."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.exports.statements import export_statements
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.lrs.conftest import PASSWORD, USER
from tests.lrs.test_real_lrs import batches, ids, invented, voiding

Json = dict[str, Any]

pytestmark = pytest.mark.lrs


def lines_in_order(folder: Path) -> list[Json]:
    """Return the statements in the order in which the manifest sends them."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [
        json.loads(line)
        for file in manifest["files"]
        for line in (folder / file["file"]).read_text(encoding="utf-8").splitlines()
    ]


def held(endpoint: str, parameter: str, statement_id: str) -> Json:
    """Ask for one statement; pages of statements stored at one time may overlap."""
    answer = httpx.get(
        f"{endpoint}/statements",
        params={parameter: statement_id},
        headers={"X-Experience-API-Version": "1.0.3"},
        auth=(USER, PASSWORD),
        timeout=60,
    )
    return answer.raise_for_status().json()


def test_an_lrs_takes_every_statement_and_voids_what_was_voided(
    learning_locker, home: Home, tmp_path: Path
):
    said = invented(250, seed=9)
    gone = [voiding(said[n], seed=300 + n) for n in range(5)]
    path = tmp_path / "given.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in [*gone, *said]))
    ingest([path], home, Settings.load(home), ReadOptions())
    with home.writing():
        export_statements(home, tmp_path / "out")

    sent = lines_in_order(tmp_path / "out")
    learning_locker.fill(batches(sent))

    voided = ids(said[:5])
    for one in sent:
        parameter = "voidedStatementId" if one["id"] in voided else "statementId"
        kept = held(learning_locker.endpoint, parameter, one["id"])
        for part in ("actor", "verb", "object"):
            assert kept[part].items() >= one[part].items()
    assert ids(sent) == ids(said, gone)
