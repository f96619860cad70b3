"""The organisation's table of accounts outranks what sources say, and a person both."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.identity.linking import explained
from ingest.identity.vault import secret_of
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core.files import Home
from tandem.core.settings import Settings

DIRECTORY = "primaryEmail,id\nana@corp.example,1001\n"
HOME_PAGE = "https://meet.google.com"


@pytest.fixture
def deliver(home: Home, tmp_path: Path):
    """Land a directory that ties an account to Ana, and a table that says Ben."""
    user = {"account": {"homePage": HOME_PAGE, "name": "users/1001"}}

    def statement(actor: dict[str, object], number: int) -> str:
        return json.dumps(
            {
                "id": f"{number:08x}-0000-4000-8000-000000000000",
                "actor": actor,
                "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
                "object": {"id": "https://lms.example/course"},
                "timestamp": "2026-03-01T10:00:00Z",
            }
        )

    people = [user, {"mbox": "mailto:ana@corp.example"}]
    people.append({"mbox": "mailto:ben@corp.example"})
    people.append({"mbox": "mailto:cara@corp.example"})
    given = {
        "lms.ndjson": "\n".join(statement(p, n) for n, p in enumerate(people)),
        "directory.csv": DIRECTORY,
        "aliases.csv": f"account,person\n{HOME_PAGE}|users/1001,ben@corp.example\n",
    }

    def land(names: list[str]) -> None:
        for name in names:
            (tmp_path / name).write_text(given[name])
            path = [tmp_path / name]
            (report,) = ingest(path, home, Settings.load(home), ReadOptions())
            assert report.error is None

    return land


def owner(home: Home) -> tuple[str, str]:
    """Return whose the account is, and by which rule."""
    account = f"{HOME_PAGE}|users/1001"
    found = explained(home, account, secret_of(home))
    people = {one["key"]: one["identifier"] for one in found["accounts"]}
    (mine,) = [one for one in found["accounts"] if "users/1001" in one["identifier"]]
    return people[mine["linked_to"]], mine["rule"]


@pytest.mark.parametrize(
    "names",
    [
        ["lms.ndjson", "directory.csv", "aliases.csv"],
        ["aliases.csv", "directory.csv", "lms.ndjson"],
    ],
)
def test_the_table_outranks_a_source_and_a_person_the_table(home, deliver, names):
    deliver(names)
    assert owner(home) == ("mailto:ben@corp.example", "alias_table")

    by_hand = ["identity", "unlink", f"{HOME_PAGE}|users/1001"]
    assert CliRunner().invoke(app, by_hand).exit_code == 0
    by_hand = ["identity", "link", by_hand[2], "cara@corp.example"]
    assert CliRunner().invoke(app, by_hand).exit_code == 0
    assert owner(home) == ("mailto:cara@corp.example", "manual")
