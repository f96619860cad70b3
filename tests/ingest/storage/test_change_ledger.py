"""Whatever changes raw.statements is in the change ledger, after any operations."""

import json
import re
from datetime import datetime

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.identity import erasure, vault
from ingest.identity.pseudonyms import Pseudonyms
from ingest.identity.retention import RetentionRules, retain
from ingest.landing import commit as committing
from ingest.landing.commit import Load, commit
from ingest.landing.conversion import Converter
from ingest.landing.writer import FolderWriter
from ingest.storage.change_ledger import (
    changed_count,
    changing,
    finish_build,
    last_change,
    record_ids,
)
from ingest.storage.load_folders import folder_of
from ingest.storage.warehouse import opened
from tandem.core.errors import TandemError
from tandem.core.files import Home, project_root

HOME_PAGE = "https://lms.example"
ROSA = {"mbox": "mailto:rosa@corp.example", "name": "Rosa Lindqvist"}
BEN = {"account": {"homePage": HOME_PAGE, "name": "ben-okafor-7"}, "name": "Ben Okafor"}
NOBODY = {"mbox": "mailto:someone@corp.example"}
TEXTS = ["Algebra", "Coaching with Rosa Lindqvist", "Ben Okafor: notes"]
NOW = datetime(2024, 6, 1)  # noqa: DTZ001 - naive UTC

# Ids whose rows differ between two states of raw.statements.
DIFFERENT = """
select distinct statement_id from (
    (from before except all from raw.statements)
    union all
    (from raw.statements except all from before)
)
"""
RECORDED = """
select statement_id from raw.changed_statements where statement_id is not null
union
select statement_id from raw.statements
semi join raw.changed_statements using (load_id)
"""
ALL_RECORDED = """
select count(*) > 0 from raw.changed_statements
where load_id is null and statement_id is null
"""


@st.composite
def statements(draw: st.DrawFn) -> str:
    number = draw(st.sampled_from([None, 1, 2, 3, 4]))
    whole = {
        "id": number and f"{number:08x}-0000-4000-8000-000000000000",
        "actor": draw(st.sampled_from([ROSA, BEN, NOBODY])),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {
            "id": f"{HOME_PAGE}/{draw(st.integers(1, 2))}",
            "definition": {"name": {"en": draw(st.sampled_from(TEXTS))}},
        },
        "context": draw(st.sampled_from([None, {"instructor": ROSA}])),
        "timestamp": draw(st.sampled_from(["2024-01-01T10:00:00Z", "2024-05-30"])),
        "stored": draw(st.sampled_from([None, "2024-05-30T10:00:00Z", "2024-05-31"])),
    }
    return json.dumps({name: value for name, value in whole.items() if value})


loads = st.tuples(
    st.lists(st.sampled_from([ROSA, BEN]), max_size=1), st.lists(statements())
)
operations = st.one_of(
    loads.map(lambda load: ("land", *load)),
    loads.map(lambda load: ("land", *load)),
    st.sampled_from(["rosa@corp.example", "ben-okafor-7"]).map(
        lambda person: ("erase", person)
    ),
    st.just(("retain",)),
    st.just(("build",)),
)


def land(home: Home, number: int, people: list, texts: list[str]) -> None:
    secret = vault.unlock(home)
    load_id = f"load-{number:02}"
    with folder_of(home, load_id) as folder, opened(home) as connection:
        converter = Converter(Pseudonyms(secret, vault.tombstones(home)))
        with FolderWriter(folder, "lms", "xapi_file", converter) as writer:
            if people:
                agents = [json.dumps(agent) for agent in people]
                writer.rows("people", pl.DataFrame({"actor": agents}))
            lines = pa.array(range(len(texts)), pa.int64())
            batch = {"line": lines, "statement": pa.array(texts, pa.string())}
            writer.statements([pa.record_batch(batch)])
        header = {
            "source": "lms",
            "connector": "xapi_file",
            "sha256": "",
            "byte_count": 0,
            "read_count": writer.tally.read_count,
            "rejected_count": writer.tally.rejected.total(),
            "started_at": NOW,
        }
        has_missing_ids = writer.tally.has_missing_ids
        commit(home, connection, [Load(load_id, folder, "a", header, has_missing_ids)])


def erase(home: Home, person: str) -> None:
    try:
        planned = erasure.plan(home, person, vault.unlock(home))
    except TandemError:
        return  # nothing is held about them
    erasure.begin(planned)
    erasure.erase_from_warehouse(planned)
    erasure.erase_from_vault(planned)


def asked(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(query).fetchall()


def changes_since(home: Home, before: pa.Table) -> tuple[set[str], set[str], bool]:
    """Return the ids that differ, the ids recorded, and whether all are."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        connection.register("before", before)
        different = {i for (i,) in connection.sql(DIFFERENT).fetchall()}
        recorded = {i for (i,) in connection.sql(RECORDED).fetchall()}
        is_all = connection.sql(ALL_RECORDED).fetchall()[0][0]
    return different, recorded, is_all


def state_of(home: Home) -> pa.Table:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql("from raw.statements").to_arrow_table()


def finish(home: Home) -> None:
    """Do what a build does after it has succeeded."""
    with opened(home) as connection:
        finish_build(connection, last_change(connection), "{}")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(operations, min_size=2, max_size=6))
def test_every_statement_that_differs_is_recorded(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple]
):
    home = Home(tmp_path_factory.mktemp("ledger"))
    land(home, 0, [], [])
    before, last = state_of(home), 0
    for number, (name, *rest) in enumerate(steps, start=1):
        if name == "land":
            land(home, number, *rest)
        elif name == "erase":
            erase(home, *rest)
        elif name == "retain":
            retain(home, RetentionRules(raw_days=60), NOW)
        else:
            finish(home)
            before = state_of(home)
        different, recorded, is_all = changes_since(home, before)
        assert is_all or different <= recorded
        with opened(home) as connection:
            assert last <= last_change(connection) <= last + 1
            count = connection.table("raw.statements").count("*").fetchall()[0][0]
            assert changed_count(connection) == (count if is_all else len(recorded))
            last = last_change(connection)


def statement(number: int, text: str = "Algebra", **changed: object) -> str:
    whole = {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": NOBODY,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": HOME_PAGE, "definition": {"name": {"en": text}}},
        "timestamp": "2024-05-01T10:00:00Z",
    }
    return json.dumps(whole | changed)


LEDGER = "select load_id, statement_id[8:8] from raw.changed_statements order by all"


def test_a_load_is_one_row_however_many_statements_it_adds(home: Home):
    land(home, 1, [], [statement(number) for number in range(9)])
    assert asked(home, LEDGER) == [("load-01", None)]


def test_a_repetition_adds_no_row(home: Home):
    land(home, 1, [], [statement(1)])
    finish(home)
    land(home, 2, [], [statement(1)])
    assert asked(home, LEDGER) == []


@pytest.mark.parametrize(
    ("changed", "is_recorded"),
    [
        ({"stored": "2024-05-03T00:00:00Z"}, False),
        ({"stored": "2024-05-02T00:00:00Z"}, False),
        ({"stored": "2024-05-01T23:59:59Z"}, True),
        ({"stored": "2024-05-01T00:00:00Z", "object": {"id": "x:y"}}, True),
        ({"stored": "2024-05-03T00:00:00Z", "object": {"id": "x:y"}}, True),
    ],
    ids=["later", "same", "earlier", "earlier body", "later body"],
)
def test_a_further_copy_is_recorded_where_it_is_decided_again(
    home: Home, changed: dict, is_recorded: bool
):
    land(home, 1, [], [statement(1, stored="2024-05-02T00:00:00Z")])
    finish(home)
    land(home, 2, [], [statement(1, **changed)])
    assert bool(asked(home, RECORDED)) == is_recorded


def test_a_text_that_is_withheld_later_is_recorded(home: Home):
    land(home, 1, [], [statement(1), statement(2, "Coaching with Rosa Lindqvist")])
    finish(home)
    land(home, 2, [ROSA], [])
    assert asked(home, LEDGER) == [(None, "2")]


def test_an_erasure_leaves_no_id_of_a_statement_behind(home: Home):
    land(home, 1, [ROSA], [statement(1, actor=ROSA, stored="2024-05-02")])
    land(home, 2, [], [statement(1, actor=ROSA, stored="2024-05-01")])
    with opened(home) as connection:
        finish_build(connection, 1, "digests of names")
    erase(home, "rosa@corp.example")
    assert asked(home, LEDGER) == [(None, None)]
    assert asked(home, "from raw.last_build") == [(1, False, None)]
    assert b"digests of names" not in home.warehouse.read_bytes()
    ident = json.loads(statement(1))["id"].encode()
    assert ident not in home.warehouse.read_bytes()


def test_numbers_go_on_after_a_build_has_emptied_the_ledger(home: Home):
    numbers = "select change_no from raw.changed_statements order by all"
    for number in (1, 2):
        land(home, number, [], [statement(number)])
    assert asked(home, numbers) == [(1,), (2,)]
    finish(home)
    assert asked(home, numbers) == []
    land(home, 3, [], [statement(3)])
    assert asked(home, numbers) == [(3,)]


def test_a_build_keeps_what_changed_after_it_began(home: Home):
    land(home, 1, [], [statement(1)])
    land(home, 2, [], [statement(2)])
    with opened(home) as connection:
        finish_build(connection, 1, "{}")
    assert asked(home, LEDGER) == [("load-02", None)]
    assert asked(home, "from raw.last_build") == [(1, True, "{}")]


def test_a_load_that_fails_records_nothing(home: Home, monkeypatch: pytest.MonkeyPatch):
    def fail(*_arguments: object) -> None:
        raise ValueError("full disk")

    land(home, 1, [], [statement(1)])
    monkeypatch.setattr(committing, "_register", fail)
    with pytest.raises(ValueError, match="full disk"):
        land(home, 2, [], [statement(2)])
    assert asked(home, LEDGER) == [("load-01", None)]
    assert asked(home, "select count(*) from raw.statements") == [(1,)]


def test_nothing_can_be_recorded_outside_of_a_change(home: Home):
    land(home, 1, [], [statement(1)])
    with opened(home) as connection:
        with changing(connection):
            record_ids(connection, "from raw.statements")
        with pytest.raises(duckdb.ConstraintException, match="change_no"):
            record_ids(connection, "from raw.statements")


# A statement of SQL that writes raw.statements, or a table whose name is filled in.
WRITES = re.compile(
    r"(insert\s+(or\s+\w+\s+)?into|delete\s+from|update|merge\s+into|truncate)\s+"
    r"raw\.(statements\b|\{)",
    re.IGNORECASE,
)
# What they write is recorded by the module itself, or they write other tables.
RECORDING = {
    "ingest/identity/removal.py": "record_all",
    "ingest/identity/retention.py": "record_all",
    "ingest/identity/withheld_texts.py": "record_ids",
    "ingest/storage/current_version.py": "record_ids",
    "ingest/landing/commit.py": "changing",  # typed rows, in the change of the load
}


def writers() -> dict[str, str]:
    root = project_root()
    paths = [p for kind in ("py", "sql") for p in (root / "ingest").rglob(f"*.{kind}")]
    texts = {
        path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths
    }
    return {name: text for name, text in texts.items() if WRITES.search(text)}


def test_every_module_that_writes_statements_records_what_it_writes():
    found = writers()
    assert set(found) == set(RECORDING)
    assert [name for name, by in RECORDING.items() if f"{by}(" not in found[name]] == []
