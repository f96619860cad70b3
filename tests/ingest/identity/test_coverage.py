"""How many accounts of each source are people whom the organisation knows."""

import json
from pathlib import Path

from typer.testing import CliRunner

from ingest.identity.resolution import resolve_identities
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core.files import Home, read_status
from tandem.core.settings import Settings

ENROLLED = """email,programme_id,cohort_id,role
ana@corp.example,P,C1,learner
ben@corp.example,P,C1,learner
"""


def activity_statement(actor: dict[str, object], number: int) -> str:
    statement = {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example/course"},
        "timestamp": "2026-03-01T10:00:00Z",
    }
    return json.dumps(statement)


def account(name: str) -> dict[str, object]:
    return {"account": {"homePage": "https://lms.example", "name": name}}


def land(home: Home, path: Path, source: str | None = None) -> None:
    options = ReadOptions(source=source)
    reports = ingest([path], home, Settings.load(home), options)
    assert [report.error for report in reports if report.error] == []


def rates(home: Home) -> dict[str, tuple[int, int, float]]:
    resolve_identities(home, Settings.load(home))
    found = read_status(home)["identity"]
    return {
        source: (found["accounts"][source], found["matched"][source], rate)
        for source, rate in found["match_rate"].items()
    }


def test_a_source_is_matched_by_address_by_rule_and_by_hand(home: Home, tmp_path: Path):
    roster = tmp_path / "enrolments.csv"
    roster.write_text(ENROLLED)
    lms = tmp_path / "lms.ndjson"
    people = [
        {"mbox": "mailto:ANA@corp.example"},
        {"mbox": "mailto:ana@corp.example"},  # the same account, however written
        account("ben_corp.example#EXT#@tenant.example"),
        account("u77"),
    ]
    lms.write_text(
        "\n".join(activity_statement(one, n) for n, one in enumerate(people))
    )
    video = tmp_path / "video.ndjson"
    video.write_text(activity_statement(account("u77"), 9))
    land(home, lms, "lms")
    land(home, video, "video")
    assert rates(home) == {"lms": (3, 0, 0.0), "video": (1, 0, 0.0)}

    land(home, roster)
    assert rates(home) == {"lms": (3, 2, 0.6667), "video": (1, 0, 0.0)}

    linked = ["identity", "link", "https://lms.example|u77", "ana@corp.example"]
    assert CliRunner().invoke(app, linked).exit_code == 0
    assert rates(home) == {"lms": (3, 3, 1.0), "video": (1, 1, 1.0)}

    shown = CliRunner().invoke(app, ["status"]).output
    assert "- video: 1 of 1 account belongs to known people (100 %)." in shown
