"""What raw holds after loads, whatever came in which order."""

import duckdb
import pytest

from ingest.landing import commit as commit_module
from ingest.storage.current_version import AS_UUID, MINTED_ID
from ingest.xapi.ids import minted_id

CURRENT = "select statement_id, object_id, stored_at::varchar from raw.statements"


def counts(report):
    return (
        report.read_count,
        report.landed_count,
        report.replayed_count,
        report.rejected_count,
        report.conflicting_count,
    )


def test_a_file_lands_and_its_load_is_counted(statement, write, land, ask):
    (report,) = land(write("a.ndjson", [statement(1), statement(2), statement(3)]))
    assert counts(report) == (3, 3, 0, 0, 0)
    assert ask("select landed_count, source, connector from raw.loads") == [
        (3, "xapi", "xapi_file")
    ]
    assert ask("select count(*), count(distinct actor_key) from raw.statements") == [
        (3, 1)
    ]


def test_the_same_file_again_is_a_replay_and_adds_nothing(statement, write, land, ask):
    file = write("a.ndjson", [statement(1), statement(2)])
    land(file)
    before = ask("from raw.statements order by statement_id")
    (report,) = land(file)
    assert counts(report) == (2, 0, 2, 0, 0)
    assert ask("from raw.statements order by statement_id") == before


def test_an_equivalent_copy_changes_nothing_but_the_least_stored_time(
    statement, write, land, ask
):
    late = statement(1, stored="2024-05-03T00:00:00Z", verb=displayed("completed"))
    early = statement(1, stored="2024-05-02T00:00:00Z", verb=displayed("finished"))
    (first,) = land(write("late.ndjson", [late]))
    (second,) = land(write("early.ndjson", [early]))
    assert counts(first) == (1, 1, 0, 0, 0)
    assert counts(second) == (1, 0, 1, 0, 0)
    assert ask(CURRENT)[0][2] == "2024-05-02 00:00:00"
    assert ask("select count(*) from raw.conflicts") == [(0,)]


def displayed(word):
    return {
        "id": "http://adlnet.gov/expapi/verbs/completed",
        "display": {"en": word},
    }


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_bodies_the_one_stored_first_is_current(
    statement, write, land, ask, order
):
    first = statement(1, stored="2024-05-02T00:00:00Z", object=course(1))
    other = statement(1, stored="2024-05-03T00:00:00Z", object=course(2))
    bodies = [first, other]
    reports = [
        land(write(f"{at}.ndjson", [bodies[number]]))[0]
        for at, number in enumerate(order)
    ]
    assert [report.conflicting_count for report in reports] == [0, 1]
    assert [row[1] for row in ask(CURRENT)] == ["https://lms.example/course/1"]
    conflicts = ask("select object_id, stored_at::varchar from raw.conflicts")
    assert conflicts == [("https://lms.example/course/2", "2024-05-03 00:00:00")]


def course(number):
    return {"id": f"https://lms.example/course/{number}"}


def test_a_stored_time_that_arrives_later_can_make_a_body_current(
    statement, write, land, ask
):
    without = statement(1, object=course(1))
    with_time = statement(1, stored="2024-05-03T00:00:00Z", object=course(2))
    earlier = statement(1, stored="2024-05-01T12:00:00Z", object=course(1))
    land(write("1.ndjson", [without]))
    land(write("2.ndjson", [with_time]))
    assert [row[1] for row in ask(CURRENT)] == ["https://lms.example/course/2"]
    land(write("3.ndjson", [earlier]))
    assert [row[1] for row in ask(CURRENT)] == ["https://lms.example/course/1"]
    assert ask("select object_id from raw.conflicts") == [
        ("https://lms.example/course/2",)
    ]


def test_copies_and_conflicts_inside_one_file_are_settled_too(
    statement, write, land, ask
):
    bodies = [statement(1, object=course(n)) for n in (1, 2, 1, 2, 3)]
    (report,) = land(write("a.ndjson", bodies))
    assert counts(report) == (5, 1, 2, 0, 2)
    assert ask("select count(*) from raw.statements") == [(1,)]
    assert ask("select count(*) from raw.conflicts") == [(2,)]


def test_a_statement_without_any_time_lands_undated(statement, write, land, ask):
    (report,) = land(write("a.ndjson", [statement(1, timestamp=None)]))
    assert report.undated_count == 1
    assert ask("select occurred_at from raw.statements") == [(None,)]


def test_a_statement_without_timestamp_takes_the_least_stored_time(
    statement, write, land, ask
):
    for at, day in enumerate((3, 2, 4)):
        stored = f"2024-05-0{day}T00:00:00Z"
        land(write(f"{at}.ndjson", [statement(1, timestamp=None, stored=stored)]))
    found = ask("select occurred_at::varchar, stored_at::varchar from raw.statements")
    assert found == [("2024-05-02 00:00:00", "2024-05-02 00:00:00")]


def test_statements_without_ids_get_the_same_ids_when_read_again(
    statement, write, land, ask
):
    same = statement(1, id=None)
    file = write("a.ndjson", [same, same, statement(2, id=None, object=course(2))])
    land(file)
    ids = ask("select statement_id from raw.statements order by all")
    assert len(set(ids)) == 3
    (report,) = land(file)
    assert counts(report) == (3, 0, 3, 0, 0)
    assert ask("select statement_id from raw.statements order by all") == ids


def test_ids_minted_in_sql_are_those_of_the_vocabulary():
    with duckdb.connect() as connection:
        connection.execute(AS_UUID)
        connection.execute(MINTED_ID)
        query = "select minted_id('ab12', n) from range(50) as numbers (n)"
        found = [text for (text,) in connection.sql(query).fetchall()]
    assert found == [minted_id("ab12", ordinal) for ordinal in range(50)]


def test_a_failure_between_vault_and_warehouse_leaves_nothing_half_landed(
    statement, write, land, ask, home, monkeypatch
):
    file = write("a.ndjson", [statement(1), statement(2)])

    def fails(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(commit_module, "_register", fails)
        (report,) = land(file)
    assert "No space left" in report.error
    assert ask("select count(*) from raw.statements") == [(0,)]
    assert not list(home.landing.glob("*"))
    (report,) = land(file)
    assert counts(report) == (2, 2, 0, 0, 0)


def test_the_folder_of_a_killed_load_is_removed(statement, write, land, home):
    left = home.landing / "20240101T000000-00000000" / "statements"
    left.mkdir(parents=True)
    (left / "m-000000.parquet").write_bytes(b"half")
    land(write("a.ndjson", [statement(1)]))
    assert not list(home.landing.glob("*"))
