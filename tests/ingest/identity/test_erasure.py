"""Somebody erased is in no byte and no value of any file, and does not come back."""

import hashlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from ingest.identity import vault
from ingest.identity.pseudonyms import Pseudonyms
from ingest.identity.secret import keyed
from ingest.landing.commit import Load, commit
from ingest.landing.conversion import Converter
from ingest.landing.delivery import ReadOptions
from ingest.landing.writer import FolderWriter
from ingest.run import ingest
from ingest.storage.load_folders import folder_of
from ingest.storage.warehouse import opened
from tandem.cli.commands.erase import erase_person, look
from tandem.cli.main import app
from tandem.core import journal
from tandem.core.errors import TandemError, WrongUse
from tandem.core.files import Home, project_root
from tandem.core.settings import Settings
from tests.conftest import KEY

HOME_PAGE = "https://hr.example"
ANNA = {"mbox": "mailto:Anna.Schmidt@Example.org", "name": "Anna Schmidt"}
ANNA_ACCOUNT = {"account": {"homePage": HOME_PAGE, "name": "hr-anna-77"}}
BEN = {"mbox": "mailto:ben@example.org", "name": "Ben Okafor"}
BEN_ACCOUNT = {"account": {"homePage": HOME_PAGE, "name": "hr-ben-78"}}
VERBS = "http://adlnet.gov/expapi/verbs"
WHEN = datetime(2024, 5, 1, tzinfo=UTC).replace(tzinfo=None)
AUDIT = ("operator", "asked for it")


def sha1(address):
    return hashlib.sha1(f"mailto:{address}".encode()).hexdigest()


def key_of(kind, text):
    return keyed(KEY.encode(), kind, text)


KEYS = (
    key_of("mail", sha1("anna.schmidt@example.org")),
    key_of("mail", sha1("Anna.Schmidt@Example.org")),
    key_of("account", f"{HOME_PAGE}\x1fhr-anna-77"),
)
SECRETS = (
    "anna.schmidt@example.org",
    "anna.schmidt%40example.org",
    sha1("anna.schmidt@example.org"),
    sha1("Anna.Schmidt@Example.org"),
    "hr-anna-77",
    "anna schmidt",
    *KEYS,
)


def statement(number, actor, verb="completed", **changed):
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": actor,
        "verb": {"id": f"{VERBS}/{verb}"},
        "object": {"id": "https://lms.example/course/1"},
        "timestamp": "2024-05-01T10:00:00Z",
    } | changed


def reference_to(number):
    return {"objectType": "StatementRef", "id": statement(number, BEN)["id"]}


STATEMENTS = [
    statement(1, ANNA),
    statement(2, ANNA_ACCOUNT),
    statement(3, {"mbox_sha1sum": sha1("Anna.Schmidt@Example.org")}),
    statement(4, BEN),
    statement(5, BEN, object={"objectType": "Agent", **ANNA}),
    statement(
        6,
        BEN,
        context={
            "instructor": ANNA,
            "registration": "5" * 8 + "-0000-4000-8000-000000000000",
        },
    ),
    statement(
        7,
        BEN,
        authority=ANNA,
        context={"team": {"objectType": "Group", "member": [ANNA, BEN]}},
    ),
    statement(8, BEN, object={"id": "https://lms.example/u/Anna.Schmidt@Example.org"}),
    statement(9, BEN, object={"id": "https://lms.example/course/9"}),
    statement(10, ANNA, "voided", object=reference_to(9)),
    {
        k: v
        for k, v in statement(11, BEN, context={"instructor": ANNA}).items()
        if k != "id"
    },
    statement(12, ANNA, stored="2024-05-01T10:00:01Z"),
    statement(12, BEN, stored="2024-05-01T10:00:02Z"),
    statement(13, ANNA | {"openid": "https://anna.example"}),
    statement(14, ANNA, verb="completed", timestamp="never"),
    statement(15, BEN, verb="completed", timestamp="never"),
]


@pytest.fixture(scope="session")
def delivery(tmp_path_factory):
    path = tmp_path_factory.mktemp("delivery") / "Anna Schmidt.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in STATEMENTS))
    return path


def land(home, path):
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert report.error is None
    return report


def land_rows(home):
    """Land a roster: people, enrolments, an organisation's link, paid hours."""
    settings, secret = Settings.load(home), vault.unlock(home)
    load_id = f"roster-{datetime.now(UTC):%H%M%S%f}"
    agents = [json.dumps(agent) for agent in (ANNA_ACCOUNT, BEN_ACCOUNT)]
    mails = [json.dumps(agent) for agent in (ANNA, BEN)]
    with folder_of(home, load_id) as folder, opened(home) as connection:
        pseudonyms = Pseudonyms(secret, vault.tombstones(home))
        converter = Converter.from_settings(pseudonyms, settings, ReadOptions())
        with FolderWriter(folder, "hr", "organisation", converter) as writer:
            writer.rows(
                "people", pl.DataFrame({"actor": agents, "region": ["EU", "US"]})
            )
            writer.rows(
                "enrolments", pl.DataFrame({"actor": agents, "programme_id": "P1"})
            )
            writer.rows(
                "facilitator_hours",
                pl.DataFrame(
                    {
                        "actor": agents,
                        "programme_id": "P1",
                        "kind": "delivery",
                        "hours": [2.0, 3.0],
                        "worked_on": WHEN.date(),
                    }
                ),
            )
            writer.links(
                pl.DataFrame(
                    {
                        "actor": mails,
                        "learner": agents,
                        "rule": "roster",
                        "valid_from": WHEN,
                    }
                )
            )
            writer.reject(
                3, "row.bad", "$", "bad row", {"mail": "x", "id": "hr-anna-77"}
            )
            writer.reject(
                4, "row.bad", "$", "bad row", {"mail": "x", "id": "hr-ben-78"}
            )
        header = {
            "source": "hr",
            "connector": "organisation",
            "sha256": "",
            "byte_count": 0,
            "read_count": 0,
            "rejected_count": 2,
            "started_at": WHEN,
        }
        commit(home, connection, [Load(load_id, folder, "hr.csv", header, False)])


@pytest.fixture
def full_home(home: Home, filled: Home) -> Home:
    """A home with Anna in every file that can hold her."""
    shutil.copytree(filled.root, home.root)
    return home


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, delivery: Path) -> Home:
    """The home that the others are copies of."""
    home = Home(tmp_path_factory.mktemp("filled") / "home")
    land(home, delivery)
    land_rows(home)
    with opened(home) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.dim_learners as"
            " select distinct actor_key as learner_key from raw.statements"
        )
    for name in ("1111", "2222"):
        folder = home.snapshot_folder(name)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text('{"marts_hash": "x"}')
        (folder / "analyst.duckdb").write_bytes(home.warehouse.read_bytes())
        (folder / "dashboard.duckdb").write_bytes(b"aggregates")
    journal.append(
        home.journal,
        [
            journal.Entry("analyst", "link", KEYS[0], {"to": KEYS[2]}, "same person"),
            journal.Entry("analyst", "note", "P1", {}, "ask Anna.Schmidt@example.org"),
        ],
        datetime.now(UTC),
    )
    (home.dbt_target / "run").mkdir(parents=True)
    (home.dbt_target / "run" / "x.sql").write_text(f"-- {KEYS[0]}")
    return home


def files_of(home):
    return sorted(path for path in home.root.rglob("*") if path.is_file())


def values_of(path):
    """Every value of a database file, decoded, as one text."""
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as connection:
            return str(connection.execute("select * from entries").fetchall())
    if path.suffix != ".duckdb" or path.read_bytes() == b"aggregates":
        return ""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.sql(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
        return " ".join(
            str(connection.table(f"{schema}.{table}").fetchall())
            for schema, table in tables
        )


def traces(home):
    """Where anything of Anna can still be read."""
    return [
        (path.name, secret)
        for path in files_of(home)
        for content in (path.read_bytes().lower(), values_of(path).lower().encode())
        for secret in SECRETS
        if secret.lower().encode() in content
    ]


def erase(home, person="anna.schmidt@example.org"):
    return erase_person(home, Settings.load(home), person, AUDIT)


def rows(home, query):
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(query).fetchall()


OTHERS = f"""
select * exclude (statement) from raw.statements
where actor_key not in {KEYS} and not regexp_matches(statement, '{"|".join(KEYS)}')
order by all
"""


def test_before_an_erasure_every_kind_of_trace_is_there(full_home):
    named = {path for path, _ in traces(full_home)}
    assert named == {
        "warehouse.duckdb", "vault.duckdb", "journal.sqlite", "analyst.duckdb", "x.sql"
    }  # fmt: skip


def test_after_an_erasure_no_byte_and_no_value_names_the_person(full_home):
    outcome = erase(full_home)
    assert traces(full_home) == []
    assert outcome.left_to_you == []
    assert outcome.removed["raw.statements"] == 5
    assert not [text for text in SECRETS if text in str(outcome.removed)]
    assert not list(full_home.published.glob("*/analyst.duckdb"))
    assert len(list(full_home.published.glob("*/dashboard.duckdb"))) == 2


def test_other_people_stay_row_by_row(full_home):
    before = rows(full_home, OTHERS)
    queries = {
        table: f"select actor_key, * exclude (actor_key) from raw.{table} "
        f"where actor_key not in {KEYS} order by all"
        for table in ("people", "enrolments", "facilitator_hours", "identity_links")
    }
    rows_before = {table: rows(full_home, q) for table, q in queries.items()}
    erase(full_home)
    after = rows(full_home, OTHERS)
    assert set(before) <= set(after)
    kept_hours = rows_before.pop("facilitator_hours")
    assert {t: rows(full_home, queries[t]) for t in rows_before} == rows_before
    hours = rows(full_home, queries["facilitator_hours"])
    assert set(kept_hours) < set(hours)
    assert {row[0] for row in hours} - {row[0] for row in kept_hours} == {"erased"}
    with duckdb.connect(str(full_home.vault), read_only=True) as connection:
        names = connection.sql("select name from names").fetchall()
        payloads = connection.sql("select payload from quarantine").fetchall()
    assert names == [("Ben Okafor",)]
    assert len(payloads) == 2


def query(table: str) -> str:
    """Return a query for the rows of a table; the newest load holds a refusal."""
    columns = "* exclude (load_id)" if table == "rejections" else "*"
    return f"select {columns} from raw.{table} order by all"


def test_an_import_after_an_erasure_brings_nothing_back(full_home, delivery):
    erase(full_home)
    statements = (
        "select * exclude (load_id, landed_at) from raw.statements order by all"
    )
    before = {
        t: rows(full_home, query(t))
        for t in ("people", "enrolments", "identity_links", "rejections")
    }
    ours = rows(full_home, statements)
    report = land(full_home, delivery)
    land_rows(full_home)
    assert report.erased_count == 7
    assert traces(full_home) == []
    assert rows(full_home, statements) == ours
    for table, kept in before.items():
        assert rows(full_home, query(table)) == kept


def test_erased_before_or_after_landing_gives_the_same_statements(
    full_home, delivery, tmp_path
):
    erase(full_home)
    other = Home(tmp_path / "other")
    (tmp_path / "first").mkdir()
    first = tmp_path / "first" / "a.ndjson"
    first.write_text(json.dumps(statement(99, ANNA)) + "\n")
    land(other, first)
    land_rows(other)
    erase(other, "hr-anna-77")
    land(other, delivery)
    query = """
    select statement_id, content_hash, text_hash, actor_key, instructor_key, statement
    from raw.statements order by all
    """
    assert rows(other, query) == rows(full_home, query)


def test_the_voiding_of_somebody_erased_still_counts(full_home):
    erase(full_home)
    found = rows(
        full_home,
        "select actor_key, object_id from raw.statements where verb_id like '%voided'",
    )
    assert found == [("erased", statement(9, BEN)["id"])]


def test_the_other_body_becomes_current_when_the_current_one_is_erased(full_home):
    erase(full_home)
    ben = key_of("mail", sha1("ben@example.org"))
    query = "select actor_key from raw.{} where statement_id like '0000000c%'"
    assert rows(full_home, query.format("statements")) == [(ben,)]
    assert rows(full_home, query.format("conflicts")) == []


@pytest.mark.parametrize(
    "person",
    [
        "mailto:anna.schmidt@example.org",
        sha1("Anna.Schmidt@Example.org"),
        f"{HOME_PAGE}|hr-anna-77",
        "hr-anna-77",
        KEYS[2],
    ],
)
def test_any_identifier_will_do(full_home, person):
    erase(full_home, person)
    assert traces(full_home) == []


def test_a_dry_run_changes_no_byte_and_counts_the_same(full_home):
    before = {path: path.read_bytes() for path in files_of(full_home)}
    outcome = look(full_home, "anna.schmidt@example.org")
    assert {path: path.read_bytes() for path in files_of(full_home)} == before
    done = erase(full_home).removed
    done.pop("derived files")
    assert outcome.removed == done


def test_the_command_prints_counts_and_no_name(full_home):
    result = CliRunner().invoke(app, ["erase", "anna.schmidt@example.org", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["removed"]["raw.people"] == 1
    assert not [text for text in SECRETS if text.lower() in result.stdout.lower()]


def test_the_journal_has_an_entry_without_identity_and_stays_append_only(full_home):
    erase(full_home)
    (entry,) = journal.read(full_home.journal, "erasure")
    assert (entry["role"], entry["subject"]) == ("operator", "a person")
    (note,) = journal.read(full_home.journal, "note")
    assert note["reason"] == "ask erased"
    with (
        closing(sqlite3.connect(full_home.journal)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute("update entries set reason = ''")


def test_erasing_twice_finds_nothing_the_second_time(full_home):
    erase(full_home)
    assert erase(full_home).removed == {}


def test_erasing_an_unknown_person_is_refused(full_home):
    with pytest.raises(TandemError, match="nothing is held"):
        erase(full_home, "nobody@example.org")
    with pytest.raises(WrongUse, match="no person is known by this"):
        erase(full_home, "nobody")


KILLED = """
import os, signal, sys
from pathlib import Path

at, home, person = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
from ingest.identity import erasure
from publishing import person_level
from tandem.cli.commands.erase import erase_person
from tandem.core.files import Home
from tandem.core.settings import Settings

TOUCHING = {"execute", "sql", "close", "fsync", "unlink", "replace", "rename",
            "commit", "begin", "connect"}
seen = 0

def watch(frame, event, argument):
    global seen
    if event == "c_call" and argument.__name__ in TOUCHING:
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(watch)
erase_person(Home(home), Settings.load(Home(home)), person, ("operator", ""))
sys.setprofile(None)
print(seen)
"""


def killed(home, at):
    """Run an erasure that kills itself at its n-th call that may touch a file."""
    command = [sys.executable, "-c", KILLED, str(at), str(home.root), "hr-anna-77"]
    return subprocess.run(
        command, cwd=project_root(), capture_output=True, text=True, check=False
    )


def test_killed_at_any_instant_an_erasure_can_be_run_again(full_home, tmp_path):
    whole = tmp_path / "whole"
    shutil.copytree(full_home.root, whole)
    calls = int(killed(Home(whole), 0).stdout)
    expected = rows(Home(whole), "from raw.statements order by all")
    assert calls > 50
    for number, at in enumerate(range(1, calls, calls // 10)):
        home = Home(tmp_path / f"h{number}")
        shutil.copytree(full_home.root, home.root)
        assert killed(home, at).returncode == -signal.SIGKILL
        erase(home, KEYS[0])
        assert traces(home) == [], at
        assert rows(home, "from raw.statements order by all") == expected
        assert [p for p in files_of(home) if ".rewriting" in p.name] == []
