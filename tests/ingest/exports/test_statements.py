"""Statements that leave Tandem: as raw keeps them, and the same landed again."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ingest.exports import statements as exporting
from ingest.exports.statements import export_statements
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from ingest.xapi.validation import check_text
from tandem.cli.main import app
from tandem.core import journal
from tandem.core.access_log import read_accesses
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

Json = dict[str, Any]
ANNA = {"mbox": "mailto:Anna@example.org", "name": "Anna Schmidt"}
BEN = {"account": {"homePage": "https://hr.example", "name": "ben"}}
CLEO = {"openid": "https://cleo.example/"}
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
PEOPLE = "https://tandem.example/people"
FORCED = "another-key-for-tests-0123456789abcdef"


def one(number: int, actor: Json, **changed: Any) -> Json:
    return {
        "id": f"{number:08x}-0000-4000-8000-00000000000A",
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://lms.example/course/{number}"},
        "timestamp": f"2024-05-01T10:{number:02}:00Z",
    } | changed


def voiding(number: int, actor: Json, target: Json) -> Json:
    return one(
        number,
        actor,
        verb={"id": VOIDED},
        object={"objectType": "StatementRef", "id": target["id"]},
    )


FIRST = one(1, ANNA, result={"score": {"scaled": 0.5}, "duration": "PT1H0M"})
WITHOUT_ID = {name: value for name, value in one(4, BEN).items() if name != "id"}
OF_A_GROUP = one(
    5,
    {"objectType": "Group", "member": [ANNA, CLEO]},
    context={"instructor": BEN, "platform": "Übung, हिन्दी"},
)
SAID = [
    FIRST,
    one(2, BEN, version="2.0.0"),
    one(3, CLEO, object={"objectType": "Agent", **BEN}),
    WITHOUT_ID,
    OF_A_GROUP,
    one(6, BEN, context={"extensions": {"https://w3id.org/xapi/x": "Anna Schmidt"}}),
    one(7, ANNA),
    voiding(8, CLEO, one(7, ANNA)),
]


def land(home: Home, folder: Path, *found: Json, source: str = "") -> Home:
    path = folder / f"{len(list(folder.iterdir()))}.ndjson"
    path.write_text("".join(json.dumps(each) + "\n" for each in found))
    options = ReadOptions(source=source) if source else ReadOptions()
    ingest([path], home, Settings.load(home), options)
    return home


@pytest.fixture
def said(home: Home, tmp_path: Path) -> Home:
    """A home with all that a statement may hold, of two sources."""
    folder = tmp_path / "given"
    folder.mkdir()
    land(home, folder, *SAID)
    return land(home, folder, one(9, ANNA), source="other lms")


def exported(home: Home, folder: Path, **options: bool) -> dict[str, list[str]]:
    """Export, and return the lines of each file."""
    with home.writing():
        export_statements(home, folder, **options)
    return {
        path.name: path.read_text(encoding="utf-8").splitlines()
        for path in folder.glob("*.ndjson")
    }


def raw(home: Home) -> list[tuple]:
    """All that raw knows of the statements, but for bookkeeping and keyed hashes.

    The texts have the id that raw gives to a statement without one.
    """
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.sql("""
            select
                * exclude (
                    load_id, landed_at, content_hash, text_hash, short_statement,
                    statement
                ),
                statement
            from raw.statements order by statement_id
        """).fetchall()
    return [(*row[:-1], {"id": row[0]} | json.loads(row[-1])) for row in rows]


def test_what_is_written_is_what_raw_keeps(said: Home, tmp_path: Path):
    files = exported(said, tmp_path / "out")
    assert {name: len(lines) for name, lines in files.items()} == {
        "statements-xapi-1.0.ndjson": 6,
        "statements-xapi-2.0.ndjson": 1,
        "statements-other_lms-1.0.ndjson": 1,
        "voiding-xapi-1.0.ndjson": 1,
    }
    with duckdb.connect(str(said.warehouse), read_only=True) as connection:
        kept = connection.sql("select statement_id, statement from raw.statements")
        texts = dict(kept.fetchall())
    lines = [line for some in files.values() for line in some]
    by_id = {json.loads(line)["id"].lower(): line for line in lines}
    assert by_id.keys() == texts.keys()
    differing = [name for name, text in texts.items() if by_id[name] != text]
    (given,) = differing
    assert "id" not in json.loads(texts[given])
    assert json.loads(by_id[given]) == json.loads(texts[given]) | {"id": given}


def test_an_lrs_may_take_every_line_and_no_line_names_anybody(
    said: Home, tmp_path: Path
):
    for name, lines in exported(said, tmp_path / "out").items():
        for line in lines:
            version = "2.0.0" if "-2.0" in name else "1.0.3"
            assert check_text(line, version).is_valid, line
            for word in ("anna", "ben", "cleo"):
                assert word not in line.casefold()


def test_the_manifest_lists_the_files_in_the_order_to_send_them(
    said: Home, tmp_path: Path
):
    exported(said, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["people"] == "pseudonymous"
    assert [file["kind"] for file in manifest["files"]] == [
        "statements",
        "statements",
        "statements",
        "voiding",
    ]
    assert {file["source"] for file in manifest["files"]} == {"xapi", "other lms"}


def test_landed_in_another_home_the_statements_are_the_same(
    said: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = exported(said, tmp_path / "out")
    monkeypatch.setenv("TANDEM_PSEUDONYM_KEY", FORCED)
    other = Home(tmp_path / "other")
    for file in json.loads((tmp_path / "out" / "manifest.json").read_text())["files"]:
        reports = ingest(
            [tmp_path / "out" / file["file"]],
            other,
            Settings.load(other),
            ReadOptions(source=file["source"]),
        )
        assert [(r.rejected_count, r.error) for r in reports] == [(0, None)]
    assert raw(other) == raw(said)
    assert exported(other, tmp_path / "again") == first


def test_landed_again_at_home_nothing_new_is_there(said: Home, tmp_path: Path):
    before = raw(said)
    exported(said, tmp_path / "out")
    ingest(
        sorted((tmp_path / "out").glob("*.ndjson")),
        said,
        Settings.load(said),
        ReadOptions(),
    )
    assert [row[0] for row in raw(said)] == [row[0] for row in before]
    with duckdb.connect(str(said.vault), read_only=True) as vault:
        texts = vault.sql("select identifier from identifiers").fetchall()
    assert [text for (text,) in texts if PEOPLE in text] == []


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def ids(files: dict[str, list[str]]) -> set[int]:
    lines = [line for some in files.values() for line in some]
    return {int(json.loads(line)["id"][:8], 16) for line in lines}


def test_people_under_restriction_are_left_out_wherever_they_are_named(
    said: Home, tmp_path: Path
):
    everything = ids(exported(said, tmp_path / "all"))
    assert run("person", "restrict", "anna@example.org").exit_code == 0
    found = ids(exported(said, tmp_path / "out"))
    assert everything - found == {1, 5, 7, 9}
    assert run("person", "restrict", "anna@example.org", "--lift").exit_code == 0
    assert ids(exported(said, tmp_path / "back")) == everything


def test_what_a_person_under_restriction_voided_does_not_hold_again(
    said: Home, tmp_path: Path
):
    assert run("person", "restrict", CLEO["openid"]).exit_code == 0
    assert not {7, 8, 3, 5} & ids(exported(said, tmp_path / "out"))


def test_an_erased_person_is_in_no_line_and_does_not_land_from_an_older_export(
    said: Home, tmp_path: Path
):
    older = exported(said, tmp_path / "older")
    assert run("erase", "anna@example.org").exit_code == 0
    now = exported(said, tmp_path / "now")
    assert not {1, 7, 9} & ids(now)
    ingest(
        [tmp_path / "older" / name for name in older],
        said,
        Settings.load(said),
        ReadOptions(),
    )
    assert ids(exported(said, tmp_path / "later")) == ids(now)


def test_where_it_breaks_off_nothing_is_left(
    said: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exporting, "sha256_of", lambda _path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        exported(said, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given", "home"]


def test_before_anything_landed_it_says_so(home: Home, tmp_path: Path):
    with pytest.raises(WarehouseProblem, match="land something"):
        exported(home, tmp_path / "out")


ALLOWED = "[access]\nidentified_exports = true\n"
OFFICER = ("--role", "data_protection_officer", "--reason", "move to another LRS")


def test_identifiers_come_from_the_vault_where_role_and_policy_allow_it(
    said: Home, tmp_path: Path
):
    said.settings.write_text(ALLOWED)
    out = tmp_path / "out"
    found = run("export", "--xapi", "--identified", "--out", str(out), *OFFICER)
    assert found.exit_code == 0, found.output
    lines = [
        json.loads(line)
        for path in out.glob("*.ndjson")
        for line in path.read_text().splitlines()
    ]
    actors = {one["id"][:8]: one["actor"] for one in lines}
    assert actors["00000001"] == {"mbox": "mailto:Anna@example.org"}
    assert actors["00000005"]["member"] == [
        {"mbox": "mailto:Anna@example.org"},
        {"openid": CLEO["openid"]},
    ]
    assert all(check_text(json.dumps(one)).is_valid for one in lines)
    assert (
        out.stat().st_mode & 0o777,
        {p.stat().st_mode & 0o777 for p in out.iterdir()},
    ) == (
        0o700,
        {0o600},
    )
    (entry,) = journal.read(said.journal, "identified_export")
    assert (entry["role"], entry["reason"]) == (
        "data_protection_officer",
        "move to another LRS",
    )
    (access,) = read_accesses(said.access_log, 5)
    assert "identifiers" in access["what"]
    land_again = Home(tmp_path / "other")
    ingest(
        sorted(out.glob("*.ndjson")),
        land_again,
        Settings.load(land_again),
        ReadOptions(),
    )
    column = [row[0] for row in raw(said)]
    assert [row[0] for row in raw(land_again)] == column


@pytest.mark.parametrize(
    ("settings", "words", "message"),
    [
        (ALLOWED, ["--role", "analyst", "--reason", "x"], "data protection officer"),
        ("", OFFICER, "policy does not allow"),
        (ALLOWED, OFFICER[:2], "a reason is missing"),
        (f"{ALLOWED}[vars]\nworks_council = true\n", OFFICER, "works council"),
    ],
)
def test_identifiers_need_role_policy_and_reason(
    said: Home, tmp_path: Path, settings: str, words: list[str], message: str
):
    said.settings.write_text(settings)
    out = tmp_path / "out"
    found = run("export", "--xapi", "--identified", "--out", str(out), *words)
    assert isinstance(found.exception, WrongUse)
    assert message in str(found.exception)
    assert not out.exists()


def test_under_a_works_council_agreement_no_statement_leaves(
    said: Home, tmp_path: Path
):
    said.settings.write_text("[vars]\nworks_council = true\n")
    found = run("export", "--xapi", "--out", str(tmp_path / "out"))
    assert isinstance(found.exception, WrongUse)
    assert not (tmp_path / "out").exists()
