"""A name of the vault is in no text of raw, whichever of the two arrives first."""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.identity import vault
from ingest.identity.named_people import patterns_of, written_words
from ingest.identity.named_people import phrases as phrases_of
from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.commit import Load, commit
from ingest.landing.conversion import Converter
from ingest.landing.writer import FolderWriter
from ingest.storage.load_folders import folder_of
from ingest.storage.warehouse import opened
from tandem.core.files import Home, project_root
from tests.conftest import KEY

ROSA = {"mbox": "mailto:rosa@corp.example", "name": "Rosa Lindqvist"}
HOME_PAGE = "https://lms.example"
PEOPLE = [
    ROSA,
    {"account": {"homePage": HOME_PAGE, "name": "ben-okafor-7"}},
    {"mbox": "mailto:jose@corp.example", "name": "José García"},
    {"mbox": "mailto:will@corp.example", "name": "Mark"},
    {"account": {"homePage": HOME_PAGE, "name": "lena"}, "name": "Lena Voss's iPhone"},
]
OTHER = {"mbox": "mailto:someone@corp.example"}
TEXTS = [
    "Coaching with Rosa Lindqvist",
    "LINDQVIST, ROSA: interview",
    "Jose\u0301 Garci\u0301a on writing",
    "Mark your calendar",
    "Lena Voss presents",
    "Algebra",
    "Rosa and Mark",
]
IDS = [
    "https://lms.example/users/ben-okafor-7/notes",
    "https://lms.example/notes/rosa%20lindqvist.pdf",
    "https://lms.example/members/lena/wall",
    "https://lms.example/course/lena",
    "https://lms.example/course/1",
]
COMPARED = {
    "statements": "select * exclude (load_id, landed_at) from raw.statements",
    "conflicts": "select * exclude (load_id, landed_at) from raw.conflicts",
    "planned_sessions": "select * exclude (load_id) from raw.planned_sessions",
    "activities": "select * exclude (load_id) from raw.activities",
    "rejections": "select * exclude (load_id) from raw.rejections",
    "kept_texts": "from raw.kept_texts",
    "names": "select count(*) from raw.applied_names",
}


def statement(number: int, text: str, iri: str, actor: dict = OTHER) -> dict:
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": iri, "definition": {"name": {"en": text}}},
        "context": {
            "platform": text,
            "revision": text,
            "contextActivities": {"other": [{"id": iri}]},
        },
        "attachments": [
            {
                "usageType": "https://lms.example/certificate",
                "display": {"en": text},
                "contentType": "application/pdf",
                "length": 1,
                "sha2": "ab" * 32,
                "fileUrl": iri,
            }
        ],
        "timestamp": "2024-05-01T10:00:00Z",
    }


def land(home: Home, number: int, people: list, texts: list, source="lms") -> None:
    """Land a roster and statements as one load."""
    secret = vault.unlock(home)
    load_id = f"load-{number}"
    with folder_of(home, load_id) as folder, opened(home) as connection:
        converter = Converter(Pseudonyms(secret, vault.tombstones(home)))
        with FolderWriter(folder, source, "xapi_file", converter) as writer:
            if people:
                agents = [json.dumps(agent) for agent in people]
                writer.rows("people", pl.DataFrame({"actor": agents}))
            lines = [json.dumps(one, ensure_ascii=False) for one in texts]
            batch = {
                "line": pa.array(range(len(lines)), pa.int64()),
                "statement": lines,
            }
            writer.statements([pa.record_batch(batch)])
            for one in texts:
                definition = one["object"]["definition"]
                facts(writer, definition["name"]["en"], one["object"]["id"])
        header = {
            "source": source,
            "connector": "xapi_file",
            "sha256": "",
            "byte_count": 0,
            "read_count": writer.tally.read_count,
            "rejected_count": writer.tally.rejected.total(),
            "started_at": datetime(2024, 6, 1),  # noqa: DTZ001 - naive UTC
        }
        loads = [Load(load_id, folder, "a.ndjson", header, False)]
        commit(home, connection, loads)


def facts(writer: FolderWriter, text: str, iri: str) -> None:
    writer.rows(
        "planned_sessions",
        pl.DataFrame({"planned_session_id": "s1", "series_id": iri, "status": text}),
    )
    writer.rows(
        "activities",
        pl.DataFrame(
            {
                "activity_id": iri,
                "programme_id": "P1",
                "activity_name": text,
                "role": "unit",
            }
        ),
    )
    writer.reject(1, "row.bad", "$.id", f"unknown: {text}", {"id": iri})


def raw(home: Home) -> dict[str, list]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return {
            name: connection.sql(f"{query} order by all").fetchall()
            for name, query in COMPARED.items()
        }


rosters = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3)
contents = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(TEXTS), st.sampled_from(IDS)),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(rosters, min_size=1, max_size=2), st.lists(contents, max_size=2))
def test_rosters_first_last_and_between_give_the_same_raw(
    tmp_path_factory, people, texts
):
    folder = tmp_path_factory.mktemp("orders")
    lists = [(some, []) for some in people]
    statements = [([], [statement(*one) for one in some]) for some in texts]
    between = [statements[:1], lists[:1], statements[1:], lists[1:]]
    orders = [
        [*lists, *statements],
        [*statements, *lists],
        [load for loads in between for load in loads],
        [
            (
                [p for some, _ in lists for p in some],
                [s for _, t in statements for s in t],
            )
        ],
    ]
    found = []
    for name, order in enumerate(orders):
        home = Home(folder / str(name))
        for number, load in enumerate(order):
            land(home, number, *load)
        found.append(raw(home))
    assert found[0] == found[1]
    assert found[0] == found[2]
    once = {k: v for k, v in found[0].items() if k != "rejections"}
    assert {k: v for k, v in found[3].items() if k != "rejections"} == once


def everything(home: Home) -> str:
    return json.dumps(raw(home), default=str, ensure_ascii=False)


@pytest.mark.parametrize("is_first", [True, False])
def test_which_texts_are_withheld(home, is_first):
    texts = [
        statement(n, text, iri)
        for n, (text, iri) in enumerate(zip(TEXTS, [*IDS, *IDS[:2]], strict=True))
    ]
    loads = [(PEOPLE, []), ([], texts)]
    for number, load in enumerate(loads if is_first else reversed(loads)):
        land(home, number, *load)
    found = everything(home).casefold()
    kept = ["Mark your calendar", "Algebra", "Rosa and Mark", IDS[3], IDS[4]]
    assert [text for text in kept if text.casefold() not in found] == []
    gone = ["lindqvist", "garc", "lena voss", "ben-okafor", "members/lena"]
    assert [text for text in gone if text in found] == []


def test_an_activity_and_the_table_of_activities_keep_one_id(home):
    land(home, 1, PEOPLE, [statement(1, "Algebra", IDS[0])])
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        found = connection.sql(
            "select count(*) from raw.statements inner join raw.activities"
            " on object_id = activity_id"
        ).fetchall()
    assert found == [(1,)]


def test_a_group_s_name_is_looked_for_nowhere(home):
    group = {"objectType": "Group", "name": "Sales Academy", "member": [ROSA]}
    group |= {"account": {"homePage": HOME_PAGE, "name": "sales-academy"}}
    land(home, 1, [], [statement(1, "Sales Academy", IDS[4], group)])
    assert "Sales Academy" in everything(home)


def test_a_source_that_is_named_after_a_person_is_a_key(home):
    one = statement(1, "Algebra", IDS[4])
    land(home, 1, [], [one], "rosa_lindqvist")
    land(home, 2, [ROSA], [])
    land(home, 3, [], [statement(2, "Algebra", IDS[4])], "rosa_lindqvist")
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        query = "select distinct source from raw.{} order by all"
        loads = connection.sql(query.format("loads")).fetchall()
        sources = connection.sql(query.format("statements")).fetchall()
    assert len(sources) == 1
    assert "rosa" not in str([loads, sources])
    assert sources[0] in loads


KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.landing import commit
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

def killed(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)

commit.into_raw = killed
home = Home.from_environment()
ingest([Path(sys.argv[1])], home, Settings.load(home), ReadOptions())
"""


def in_vault(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.vault), read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_after_a_kill_between_vault_and_raw_the_next_run_cleans_up(
    home: Home, tmp_path: Path
):
    first = tmp_path / "first.ndjson"
    first.write_text(json.dumps(statement(1, TEXTS[0], IDS[1])) + "\n")
    roster = tmp_path / "Rosa Lindqvist.ndjson"
    one = statement(2, "Algebra", IDS[4], ROSA)
    bad = statement(3, "Algebra", IDS[4], ROSA) | {"timestamp": "never"}
    roster.write_text("".join(json.dumps(s) + "\n" for s in (one, bad)))
    ingest_in_a_process(INGEST, first, home)
    assert ingest_in_a_process(KILLED, roster, home) == -signal.SIGKILL
    assert len(in_vault(home, "from deliveries")) == 2
    assert len(in_vault(home, "from quarantine")) == 1
    again = tmp_path / "again.ndjson"
    again.write_text(json.dumps(statement(4, "Algebra", IDS[4])) + "\n")
    ingest_in_a_process(INGEST, again, home)
    names = in_vault(home, "select file_name from deliveries order by 1")
    assert names == [("again.ndjson",), ("first.ndjson",)]
    assert in_vault(home, "from quarantine") == []
    # The name reached the vault before the kill, and applies to what raw held already.
    assert "lindqvist" not in everything(home).casefold()


INGEST = KILLED.replace("commit.into_raw = killed", "")


def ingest_in_a_process(program: str, file: Path, home: Home) -> int:
    environment = os.environ | {"TANDEM_HOME": str(home.root)}
    environment |= {"TANDEM_PSEUDONYM_KEY": KEY, "PYTHONPATH": str(project_root())}
    command = [sys.executable, "-c", program, str(file)]
    return subprocess.run(command, env=environment, check=False).returncode


@pytest.mark.parametrize(
    ("name", "found", "not_found"),
    [
        ("Anna Schmidt", ["Schmidt, Anna", "anna_schmidt.pdf"], ["Anna", "Anna Meyer"]),
        ("Ana Maria Sousa", ["Ana M. Sousa", "Sousa, Ana"], ["Ana Maria", "A. Sousa"]),
        ("Łukasz Dąbrowski", ["lukasz-dabrowski"], ["Łukasz"]),
        ("Mark Will", ["Mark Will"], ["Will and Mark", "mark"]),
        ("Grace", [], ["Grace", "grace period"]),
        ("王小明", ["王小明的课"], ["小明"]),
        ("Dr. Rosa Lind (HR)", ["Rosa Lind"], ["HR", "Dr. Rosa"]),
        ("iPad von Lena Voss", ["Lena Voss"], ["iPad", "Lena"]),
        ("Galaxy S21", [], ["Galaxy S21"]),
        ("Lind | Learning Support", [], ["Lind"]),
    ],
)
def test_which_ways_of_naming_are_certain(name, found, not_found):
    phrases = sorted(known_phrases(names=[name]))
    written = {text: written_words(text) for text in [*found, *not_found]}
    certain = [t for t, words in written.items() if any(p in words for p in phrases)]
    assert certain == found


@pytest.mark.parametrize(
    ("account", "found", "not_found"),
    [
        ("hr-anna-77", ["x/hr-anna-77/y", "hr_anna_77.csv"], ["hr anna", "anna 77"]),
        ("s12345", ["s12345"], ["12345"]),
        ("s1234", ["x/users/s1234"], ["s1234"]),
        (
            "lena",
            ["https://x/users/lena/a", "?userid=lena", "/~lena"],
            ["lena", "x/lena"],
        ),
        (
            "4711",
            ["https://x/user/4711"],
            ["https://x/course/4711", "4711", "user 4711"],
        ),
        ("31", [], ["https://x/user/31"]),
    ],
)
def test_which_account_names_are_certain(account, found, not_found):
    phrases = sorted(known_phrases(accounts=[account]))
    written = {text: written_words(text) for text in [*found, *not_found]}
    certain = [t for t, words in written.items() if any(p in words for p in phrases)]
    assert certain == found


def known_phrases(**known: list[str]) -> list[str]:
    return phrases_of(patterns_of(**known))
