"""An xAPI profile is recognised as one and never judged as a statement."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.connectors.xapi.profile import WHAT
from ingest.inspection.recognition import inspect_one
from tandem.cli.main import app
from tandem.core.errors import UnknownFile, WrongUse

TEMPLATE = {
    "id": "https://profile.example/templates/finished",
    "type": "StatementTemplate",
    "inScheme": "https://profile.example/v1",
    "verb": "http://adlnet.gov/expapi/verbs/completed",
    "rules": [{"location": "$.actor", "presence": "included"}],
}
PROFILES = {
    "context": {"@context": "https://w3id.org/xapi/profiles/context"},
    "contexts": {
        "@context": ["https://w3id.org/xapi/profiles/context", {"own": "x"}],
    },
    "conforms": {"conformsTo": "https://w3id.org/xapi/profiles#1.0"},
    "concepts": {
        "concepts": [
            {"id": "https://profile.example/v", "type": "Verb", "inScheme": "x"}
        ]
    },
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("kind", PROFILES)
def test_a_profile_is_recognised_and_lands_nothing(
    tmp_path: Path, land, kind: str, indent: int | None, packed: bool
):
    path = tmp_path / ("vocabulary.jsonld.gz" if packed else "vocabulary.jsonld")
    text = json.dumps(PROFILES[kind] | {"templates": [TEMPLATE]}, indent=indent)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())

    assert inspect_one(path).connector == "xapi_profile"
    (report,) = land(path)

    assert report.error is None
    assert report.rejected_count == 0
    assert report.notes == [f"{WHAT}, and nothing of it lands"]


def test_validate_says_that_a_profile_holds_no_statements(tmp_path: Path):
    path = tmp_path / "vocabulary.jsonld"
    path.write_text(json.dumps(PROFILES["context"] | {"templates": [TEMPLATE]}))

    result = CliRunner().invoke(app, ["validate", str(path)])

    assert result.exit_code != 0
    assert isinstance(result.exception, WrongUse)
    assert WHAT in result.exception.one_line()


@pytest.mark.parametrize("more", [{}, {"context": {"extensions": {"http://x/y": {}}}}])
def test_a_statement_that_quotes_a_profile_stays_a_statement(
    tmp_path: Path, statement, more: dict
):
    extension = {"http://x/y": {"@context": "https://w3id.org/xapi/profiles/context"}}
    path = tmp_path / "statement.json"
    quoted = statement(1, result={"extensions": extension}, **more)
    path.write_text(json.dumps(quoted))
    assert inspect_one(path).connector == "xapi_file"


def test_another_file_of_a_profile_is_no_xapi_profile(tmp_path: Path):
    path = tmp_path / "user.json"
    path.write_text(json.dumps({"type": "Profile", "name": "x", "verb": "y"}))
    assert inspect_one(path).connector == "xapi_file"


@pytest.mark.parametrize("name", ["empty.ics", "mail.ICAL"])
def test_a_damaged_calendar_is_not_advised_to_become_a_spreadsheet(
    tmp_path: Path, name: str
):
    path = tmp_path / name
    path.write_text("Content-Type: text/calendar\n\nBEGIN:VEVENT\n")
    with pytest.raises(UnknownFile) as failure:
        inspect_one(path)
    assert "spreadsheet" not in failure.value.one_line()
    assert "iCalendar" in failure.value.one_line()
