"""What the collection policy does not allow is in no byte of any file."""

import duckdb
import polars as pl
import pytest

from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.collection_policy import Policy
from ingest.landing.conversion import Converter
from ingest.landing.quarantine_payloads import kept_payload
from ingest.landing.writer import FolderWriter
from tandem.core.errors import WrongUse

CLASSROOM = "https://w3id.org/xapi/virtual-classroom"
NEVER = (
    "10.11.12.13",
    "2001:db8:85a3::8a2e:370:7334",
    "aa:bb:cc:dd:ee:ff",
    "hunter2",
    "sesskey=Q9",
    "eyJhbGciOi",
    "I think my manager",
    "meet me at noon",
    "so she said on tape",
    "iPhone OS 17",
    "camera-on-marker",
    "micro-marker",
    "jitter-marker",
    "unlisted-marker",
)


def watching(statement):
    """Statements that hold what is never collected, or not by default."""
    lms = "https://lms.example"
    message = {"type": "https://w3id.org/xapi/acrossx/activities/message"}
    spoken = {"type": f"{lms}/types/transcript"}
    yield statement(
        1,
        object={
            "id": f"{lms}/camera-on-marker",
            "definition": {"type": f"{CLASSROOM}/activity-types/camera"},
        },
    )
    yield statement(
        2,
        object={
            "id": f"{lms}/micro-marker",
            "definition": {"type": f"{CLASSROOM}/activity-types/micro"},
        },
    )
    yield statement(
        3,
        verb={"id": f"{CLASSROOM}/verbs/started-camera"},
        object={"id": f"{lms}/camera-on-marker"},
    )
    yield statement(
        4, verb={"id": f"{lms}/verbs/jitter"}, object={"id": f"{lms}/jitter-marker"}
    )
    yield statement(
        5,
        object={
            "id": f"{lms}/m/1",
            "definition": message | {"name": {"en": "meet me at noon"}},
        },
    )
    yield statement(
        6,
        object={
            "id": f"{lms}/t/1",
            "definition": spoken | {"description": {"en": "so she said on tape"}},
        },
    )
    yield statement(7, result={"response": "I think my manager ..."})
    yield statement(8, context={"platform": "Mozilla/5.0 (iPhone OS 17)"})
    yield statement(
        9, object={"id": f"{lms}/c?sesskey=Q9&course=1&access_token=eyJhbGciOi"}
    )
    yield statement(
        10,
        object={
            "id": f"{lms}/c/2",
            "definition": {"name": {"en": "from 2001:db8:85a3::8a2e:370:7334"}},
        },
    )
    yield statement(
        11,
        context={
            "platform": "aa:bb:cc:dd:ee:ff",
            "extensions": {
                f"{lms}/x/ip": "10.11.12.13",
                f"{lms}/x/password": "hunter2",
                f"{lms}/x/y": "unlisted-marker",
            },
        },
    )


def contents(home):
    for path in sorted(home.root.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.sql(
                    "select schema_name, table_name from duckdb_tables()"
                ).fetchall()
                for schema, table in tables:
                    yield path, str(connection.table(f"{schema}.{table}").fetchall())


def found_in(home, texts):
    return {
        (path.name, text)
        for path, content in contents(home)
        for text in texts
        if text.casefold() in content.casefold()
    }


def test_events_that_monitor_people_are_never_written(statement, write, land, home):
    found = list(watching(statement))
    refused = [
        one | {"id": one["id"].replace("4000", "4001"), "timestamp": "never"}
        for one in found
    ]
    report = land(write("a.ndjson", [*found * 3, *refused]))[0]
    assert (report.landed_count, report.withheld_count) == (7, 12)
    assert report.rejected_count == 11
    assert found_in(home, NEVER) == set()


def test_what_an_entity_allows_is_written(statement, write, land, home):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text("""
        [collection.entities.lab]
        sources = ["lab"]
        allow = ["other", "completion", "camera", "free_text", "chat_text", "device"]
    """)
    path = write("a.ndjson", list(watching(statement)))
    land(path, source="lab")
    home.settings.unlink()
    wanted = {
        "camera-on-marker",
        "I think my manager",
        "meet me at noon",
    }
    assert {text for _name, text in found_in(home, NEVER)} == wanted


def on_devices(statement):
    """Statements that name a device in several ways, and one that names none."""
    lms = "https://lms.example/x"
    extensions = (
        {f"{lms}/user-agent": "Mozilla/5.0 (iPad; CPU OS 17_0) marker-a"},
        {f"{lms}/browser-info": {"os": "Windows NT 10.0", "name": "marker-b"}},
        {f"{lms}/user_agent": "marker-c"},
        {"https://tandem.example/xapi/extensions/device-kind": "app_offline"},
        {"https://tandem.example/xapi/extensions/device-kind": "marker-d"},
    )
    for number, found in enumerate(extensions):
        yield statement(number, context={"extensions": found})
    yield statement(5, context={"platform": "Mozilla/5.0 (iPhone) marker-e"})
    yield statement(6, context={"platform": "Example LMS"})


@pytest.mark.parametrize("repeats", [1, 4])
def test_of_a_device_only_its_kind_is_written_and_only_where_allowed(
    statement, write, land, home, ask, repeats
):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text("""
        [collection.entities.lab]
        sources = ["lab"]
        allow = ["completion", "device"]
    """)
    found = [
        one | {"id": f"{one['id'][:-4]}{n:02}{again:02}"}
        for again in range(repeats)
        for n, one in enumerate(on_devices(statement))
    ]
    land(write("a.ndjson", found), source="lab")
    other = [one | {"id": one["id"].replace("4000", "4001")} for one in found]
    land(write("b.ndjson", other), source="elsewhere")
    assert found_in(home, [f"marker-{letter}" for letter in "abcde"]) == set()
    kinds = ask("""
        select source, device_kind from raw.statements
        order by source desc, statement_id[-4:-3], statement_id
    """)
    named = ["tablet", "desktop", "unknown", "app_offline", None, "phone", None]
    expected = [("lab", kind) for kind in named for _again in range(repeats)]
    expected += [("elsewhere", None)] * len(found)
    assert kinds == expected


def test_a_kind_that_is_left_out_is_not_written(statement, write, land, home, ask):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text('[collection]\nallow = ["completion"]\n')
    verbs = "http://adlnet.gov/expapi/verbs"
    voided = {"id": f"{verbs}/voided"}
    target = {"objectType": "StatementRef", "id": statement(9)["id"]}
    report = land(
        write(
            "a.ndjson",
            [
                statement(1),
                statement(2, verb={"id": f"{verbs}/launched"}),
                statement(3, verb=voided, object=target),
            ],
        )
    )[0]
    assert report.withheld_count == 1
    query = "select verb_id from raw.statements order by 1"
    assert ask(query) == [(f"{verbs}/completed",), (f"{verbs}/voided",)]


@pytest.mark.parametrize(
    ("precision", "kept", "gone"),
    [
        ("second", "2024-05-01 10:37:41", ".123"),
        ("minute", "2024-05-01 10:37:00", "37:41"),
        ("day", "2024-05-01 00:00:00", "10:37"),
    ],
)
def test_times_are_as_exact_as_the_entity_allows(
    statement, write, land, home, ask, precision, kept, gone
):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(f'[collection]\ntime_precision = "{precision}"\n')
    sent = "2024-05-01T10:37:41.123Z"
    one = statement(1, timestamp=sent, stored=sent)
    land(write("a.ndjson", [one | {"id": one["id"][:-1] + str(n)} for n in range(9)]))
    found = ask(
        "select distinct occurred_at::varchar, stored_at::varchar, statement"
        " from raw.statements"
    )
    assert {row[:2] for row in found} == {(kept, kept)}
    assert not [row for row in found if gone in row[2]]


def test_claims_about_people_follow_the_policy_too(tmp_path):
    writer = FolderWriter(tmp_path, "zoom", "zoom", Converter(Pseudonyms(b"s" * 16)))
    claims = ["duration_seconds", "talk_seconds", "device", "camera_seconds"]
    agent = '{"mbox": "mailto:anna@example.org"}'
    writer.rows(
        "session_claims",
        pl.DataFrame(
            {"technical_session_id": "x", "actor": agent, "claim": claims, "value": 1.0}
        ),
    )
    (file,) = (tmp_path / "rows" / "session_claims").glob("*.parquet")
    assert pl.read_parquet(file)["claim"].to_list() == ["duration_seconds"]
    assert writer.tally.withheld_count == 3


def test_a_payload_without_secrets_is_kept_letter_by_letter():
    payload = '{"a": 1.0, "a": 1e400,  "id": "https://x.example", "b": [NaN, null]}'
    assert kept_payload(payload, Policy()) == payload
    secret = '{"a": 1.0, "a": 2, "result": {"response": "mine"}, "b": [-0]}'
    expected = '{"a": 1.0, "a": 2, "result": {"response": "(withheld)"}, "b": [-0]}'
    assert kept_payload(secret, Policy()) == expected


@pytest.mark.parametrize(
    "section",
    [
        {"allow": ["telepathy"]},
        {"time_precision": "hour"},
        {"entities": {"x": {"allow": ["telepathy"]}}},
        {"entities": {"x": {"sources": ["zoom"]}, "y": {"sources": ["zoom"]}}},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(section):
    with pytest.raises(WrongUse, match=r"tandem\.toml"):
        Policy.of("zoom", section)
