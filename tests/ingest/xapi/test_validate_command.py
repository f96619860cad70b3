import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tandem.cli.main import app
from tandem.core.errors import DamagedFile, WrongUse
from tests.ingest.xapi.examples import shortest

BAD = shortest(timestamp="01/011/2015")


def verdicts(path: Path, *options: str) -> tuple[int, list[dict]]:
    run = CliRunner().invoke(app, ["validate", str(path), *options])
    return run.exit_code, [json.loads(line) for line in run.stdout.splitlines()]


def test_each_statement_of_a_file_gets_a_verdict(tmp_path):
    lines = [json.dumps(shortest()), "", "nope", json.dumps(BAD)]
    (tmp_path / "a.ndjson").write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    for options in ([], ["--format", "ndjson"]):
        status, found = verdicts(tmp_path / "a.ndjson", *options)
        reasons = [one.pop("reason", None) for one in found]
        assert status == 1
        assert found == [
            {"line": 1, "valid": True},
            {"line": 3, "valid": False, "code": "json.syntax", "path": "$"},
            {
                "line": 4,
                "valid": False,
                "code": "format.timestamp",
                "path": "$.timestamp",
            },
        ]
        assert reasons[2] == (
            "Send date and time as 2026-01-31T09:30:00Z (01/011/2015)"
        )


def test_a_file_without_faults_ends_with_0(tmp_path):
    (tmp_path / "a.ndjson").write_text(json.dumps(shortest()) + "\n", encoding="utf-8")
    assert verdicts(tmp_path / "a.ndjson") == (0, [{"line": 1, "valid": True}])


def test_an_array_in_gzip_is_judged_statement_by_statement(tmp_path):
    with gzip.open(tmp_path / "a.json.gz", "wt", encoding="utf-8") as file:
        json.dump({"statements": [shortest(), BAD], "more": ""}, file, indent=1)
    status, found = verdicts(tmp_path / "a.json.gz")
    assert (status, [one["valid"] for one in found]) == (1, [True, False])


def test_a_file_without_any_statement_is_no_valid_file(tmp_path):
    (tmp_path / "a.ndjson").write_text("\n \n", encoding="utf-8")
    run = CliRunner().invoke(app, ["validate", str(tmp_path / "a.ndjson")])
    assert isinstance(run.exception, DamagedFile)


def test_a_warning_is_shown_and_refuses_nothing(tmp_path):
    text = json.dumps(shortest(timestamp="2026-03-01T10:00:00"))
    (tmp_path / "a.ndjson").write_text(text, encoding="utf-8")
    status, (verdict,) = verdicts(tmp_path / "a.ndjson")
    assert (status, verdict["valid"]) == (0, True)
    assert [one["code"] for one in verdict["warnings"]] == ["format.timestamp.zone"]


def test_the_version_decides_what_is_allowed(tmp_path):
    context = {"contextAgents": []}
    text = json.dumps(shortest(context=context))
    (tmp_path / "a.ndjson").write_text(text, encoding="utf-8")
    assert verdicts(tmp_path / "a.ndjson", "--xapi-version", "2.0")[0] == 0
    assert verdicts(tmp_path / "a.ndjson", "--xapi-version", "1.0.3")[0] == 1


@pytest.mark.parametrize(
    "options", [["nowhere.ndjson"], [__file__, "--xapi-version", "3"]]
)
def test_wrong_use_is_reported_in_one_line(options):
    run = CliRunner().invoke(app, ["validate", *options])
    assert isinstance(run.exception, WrongUse)
    assert run.exception.exit_status == 2
    assert "\n" not in run.exception.one_line()
