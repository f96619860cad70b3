"""Any order, split and repetition of statements leaves raw the same."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.commit import Load, into_raw
from ingest.landing.conversion import Converter
from ingest.landing.writer import FolderWriter
from ingest.storage.layout import DDL

SECRET = b"a secret for this test alone"
COMPARED = {
    "statements": "select * exclude (load_id, landed_at) from raw.statements",
    "conflicts": "select * exclude (load_id, landed_at) from raw.conflicts",
    "links": "select * exclude (load_id) from raw.identity_links",
}
EMPTIED = ("statements", "conflicts", "identity_links", "loads", "rejections")


def uuid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


stored = st.one_of(
    st.none(), st.integers(1, 3).map(lambda day: f"2024-05-0{day}T00:00:00Z")
)
timestamps = st.sampled_from(
    [None, "2024-04-01T10:00:00Z", "2024-04-01T12:00:00+02:00", "2024-04-02T00:00:00Z"]
)
people = st.sampled_from(
    [
        {"mbox": "mailto:anna@example.org"},
        {"mbox": "mailto:Anna@Example.org", "name": "Anna"},
        {"mbox_sha1sum": "ab" * 20},
    ]
)
verbs = st.sampled_from(
    [
        {"id": "http://adlnet.gov/expapi/verbs/passed"},
        {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}},
        {"id": "http://adlnet.gov/expapi/verbs/failed"},
    ]
)
targets = st.one_of(
    st.integers(1, 2).map(lambda n: {"id": f"https://lms.example/{n}"}),
    st.integers(1, 3).map(
        lambda n: {
            "objectType": "StatementRef",
            "id": f"{n:08x}-0000-4000-8000-{0:012}",
        }
    ),
)


@st.composite
def statements(draw: st.DrawFn) -> str:
    target = draw(targets)
    verb = draw(verbs)
    if "objectType" in target:
        verb = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    whole = {
        "id": uuid(draw(st.integers(1, 3))),
        "actor": draw(people),
        "verb": verb,
        "object": target,
        "timestamp": draw(timestamps),
        "stored": draw(stored),
    }
    return json.dumps({name: value for name, value in whole.items() if value})


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Statements, and the same in another order, some twice, split into loads."""
    found = draw(st.lists(statements(), min_size=1, max_size=7))
    again = draw(st.lists(st.sampled_from(found), max_size=3))
    shuffled = draw(st.permutations([*found, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(shuffled)), max_size=3)))
    bounds = zip([0, *cuts], [*cuts, len(shuffled)], strict=True)
    loads = [shuffled[start:end] for start, end in bounds]
    return sorted(found), [load for load in loads if load]


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(DDL)
        yield connection


def raw_after(warehouse, loads: list[list[str]]) -> dict[str, list[tuple]]:
    for table in EMPTIED:
        warehouse.execute(f"delete from raw.{table}")
    with TemporaryDirectory() as folder:
        for number, texts in enumerate(loads):
            land(warehouse, Path(folder) / f"load-{number}", texts, number)
    return {
        name: warehouse.sql(f"{query} order by all").fetchall()
        for name, query in COMPARED.items()
    }


def land(warehouse, folder: Path, texts: list[str], number: int) -> None:
    folder.mkdir()
    converter = Converter(Pseudonyms(SECRET))
    with FolderWriter(folder, "lrs", "xapi_file", converter) as writer:
        lines = pa.array(range(len(texts)), pa.int64())
        batch = pa.record_batch({"line": lines, "statement": pa.array(texts)})
        writer.statements([batch])
    header = {
        "source": "lrs",
        "connector": "xapi_file",
        "sha256": "",
        "byte_count": 0,
        "read_count": writer.tally.read_count,
        "rejected_count": writer.tally.rejected.total(),
        "started_at": datetime(2024, 6, 1, 0, number),  # noqa: DTZ001 - naive UTC
    }
    load = Load(folder.name, folder, "", header, writer.tally.has_missing_ids)
    (counts,) = into_raw(warehouse, [load])
    assert len(texts) == sum(
        counts[f"{name}_count"] for name in ("landed", "replayed", "conflicting")
    )


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(arrivals())
def test_order_split_and_repetition_do_not_matter(
    warehouse, found: tuple[list[str], list[list[str]]]
):
    sorted_once, loads = found
    assert raw_after(warehouse, loads) == raw_after(warehouse, [sorted_once])
