"""Somebody erased is in no text of any file, however it is encoded, or is reported."""

import base64
import gzip
import html
import json
import re
import sqlite3
import sys
import unicodedata
import zipfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ingest.identity import vault
from ingest.identity.linking import link
from ingest.identity.people import Person
from ingest.identity.traces import Traces
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.commands.erase import erase_person, look
from tandem.cli.dbt_runner import run_dbt
from tandem.cli.main import app
from tandem.core import journal
from tandem.core.files import Home
from tandem.core.settings import Settings

ADDRESS = "rosa@corp.example"
ROSA = {"mbox": f"mailto:{ADDRESS}", "name": "Rosa Lindqvist"}
ACCOUNT = {"account": {"homePage": "https://lms.example", "name": "rlindqvist-k7q"}}
BEN = {"mbox": "mailto:ben@corp.example", "name": "Ben Okafor"}
JOANNA = {"mbox": "mailto:jorosa@corp.example"}
LMS = "https://lms.example"
GONE = re.compile(r"lindqvist|rosa@corp\.example")
# Only of another person, whose address ends like hers.
KEPT = re.compile(r"jorosa@corp\.example")


def statement(number: int, actor: dict = BEN, **changed: object) -> dict:
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"{LMS}/course/{number}"},
        "timestamp": "2024-05-01T10:00:00Z",
    } | changed


def named(number: int, text: str) -> dict:
    definition = {"name": {"en": text}, "description": {"en": text}}
    return statement(
        number,
        object={"id": f"{LMS}/course/{number}", "definition": definition},
        context={"platform": text, "revision": text},
    )


def attached(number: int, url: str, display: str) -> dict:
    one = {
        "usageType": f"{LMS}/certificate",
        "display": {"en": display},
        "contentType": "application/pdf",
        "length": 1,
        "sha2": "ab" * 32,
        "fileUrl": url,
    }
    return statement(number, attachments=[one])


TEAM = {"objectType": "Group", "name": "Team of Rosa Lindqvist", "member": [BEN]}
TEAM |= {"mbox": "mailto:team@corp.example"}
DEVICE = {"account": {"homePage": "https://zoom.example", "name": "guest-9"}}
BEFORE = [
    named(1, "Coaching with Rosa Lindqvist"),
    named(2, "LINDQVIST, ROSA: interview"),
    attached(3, f"https://files.example/{ADDRESS}.pdf", "Certificate"),
    attached(4, f"https://files.example/{quote(ADDRESS, '')}.pdf", f"of {ADDRESS}"),
    attached(5, "https://files.example/Rosa%20Lindqvist.pdf", "Rosa Lindqvist"),
    statement(6, object={"id": f"{LMS}/users/rlindqvist-k7q/notes"}),
    named(7, "Rosa shows"),
    statement(8, JOANNA),
    statement(9, context={"team": TEAM}),
    statement(10, DEVICE | {"name": "Rosa Lindqvist's iPad"}),
    named(12, f"base64 {base64.b64encode(ADDRESS.encode()).decode()}"),
    statement(13) | {"timestamp": "never", "note": "said Rosa Lindqvist, twice"},
    statement(14) | {"timestamp": "never", "note": "said Ben Okafor, twice"},
]
ROSTER = [statement(20, ROSA), statement(21, ACCOUNT | {"name": "Lindqvist, Rosa"})]
CALENDAR = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:{ADDRESS}
DTSTAMP:20240501T080000Z
DTSTART:20240502T080000Z
DTEND:20240502T090000Z
SUMMARY:One to one
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("deliveries")
    files = {
        "rosa_lindqvist_export.ndjson": lines(BEFORE),
        "roster.ndjson": lines(ROSTER),
        "calendar.ics": CALENDAR.replace("\n", "\r\n"),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def lines(statements: list[dict]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in statements)


def land(home: Home, paths: list[Path]) -> None:
    for path in paths:
        (report,) = ingest([path], home, Settings.load(home), ReadOptions())
        assert report.error is None


def land_linked(home: Home, paths: list[Path]) -> None:
    """Land deliveries; the person's account is linked to the address."""
    land(home, paths)
    account = "https://lms.example|rlindqvist-k7q"
    now = datetime.now(UTC).replace(tzinfo=None)
    link(home, account, ADDRESS, vault.unlock(home), now)


def erase(home: Home, person: str = ADDRESS, reason: str = ""):
    return erase_person(home, Settings.load(home), person, ("operator", reason))


def decoded(text: str) -> str:
    """Return a text followed by all that decoding it gives, folded."""
    found = [text, unquote(text), unquote(unquote(text)), html.unescape(text)]
    found.append(re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text))
    for token in re.findall(r"[A-Za-z0-9+/=_-]{12,}", text):
        bare = token.strip("=").replace("-", "+").replace("_", "/")
        with suppress(ValueError):
            raw = base64.b64decode(bare + "=" * (-len(bare) % 4))
            found.append(raw.decode("utf-8", "replace"))
    folded = unicodedata.normalize("NFKC", "\n".join(found)).casefold()
    return KEPT.sub("", folded)


def contents(home: Home):
    for path in sorted(home.root.rglob("*")):
        if not path.is_file():
            continue
        yield path, str(path.relative_to(home.root))
        yield path, path.read_bytes().decode("latin-1")
        yield path, path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                for schema, table in connection.sql(
                    "select schema_name, table_name from duckdb_tables()"
                ).fetchall():
                    for row in connection.table(f"{schema}.{table}").fetchall():
                        yield path, " ".join(map(str, row))
        if path.suffix == ".sqlite":
            with closing(sqlite3.connect(path)) as connection:
                yield path, str(connection.execute("select * from entries").fetchall())


def traces_in(home: Home) -> set[str]:
    return {path.name for path, text in contents(home) if GONE.search(decoded(text))}


def test_a_whole_person_is_erased_and_does_not_come_back(home: Home, deliveries):
    land_linked(home, deliveries)
    note = journal.Entry("analyst", "note", "P1", {"of": "Rosa Lindqvist"}, "x")
    journal.append(home.journal, [note], datetime.now(UTC))
    home.status.write_text(json.dumps({"ingest": {"sources": ["rosa-lindqvist"]}}))
    assert traces_in(home) >= {"vault.duckdb", "journal.sqlite", "status.json"}
    outcome = erase(home, reason="Rosa Lindqvist asked")
    assert traces_in(home) == set()
    places = "\n".join(outcome.left_to_you)
    assert "raw.statements, column statement, 1 row 00000007" in places
    assert "lindqvist" not in places.casefold()
    for path in [*reversed(deliveries), *deliveries]:
        land(home, [path])
        assert traces_in(home) == set(), path.name
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        count = connection.sql("select count(*) from raw.statements").fetchall()
        series = connection.sql("select series_id from raw.planned_sessions").fetchall()
    assert count == [(11,)]
    assert series == [("erased",)]


def test_another_person_whose_address_ends_alike_stays(home: Home, deliveries):
    land_linked(home, deliveries)
    erase(home)
    with duckdb.connect(str(home.vault), read_only=True) as connection:
        kept = connection.sql("select identifier from identifiers").fetchall()
        payloads = connection.sql("select payload from quarantine").fetchall()
    assert ("mailto:jorosa@corp.example",) in kept
    assert ["Ben Okafor" in payload for (payload,) in payloads] == [True]


def test_a_dry_run_reports_what_is_left_and_changes_nothing(home: Home, deliveries):
    land_linked(home, deliveries)
    before = {
        path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()
    }
    outcome = look(home, ADDRESS)
    assert {path: path.read_bytes() for path in before} == before
    done = erase(home).removed
    done.pop("derived files", None)
    assert outcome.removed == done


ENCODED = {
    "plain.txt": b"met Rosa Lindqvist",
    "percent.txt": b"/u/rosa%40corp%2Eexample",
    "entities.html": b"&#82;osa&nbsp;Lindqvist",
    "escapes.json": b'{"who": "\\u0052osa Lindqvist"}',
    "base64.txt": b"x: " + base64.b64encode(ADDRESS.encode()),
    "utf-16.csv": "Name\nROSA LINDQVIST\n".encode("utf-16"),
    "packed.csv.gz": gzip.compress(b"Lindqvist, Rosa;1"),
    "camel.txt": b"RosaLindqvist.pdf",
}


@pytest.mark.parametrize("name", [*ENCODED, "book.xlsx", "rosa_lindqvist.txt"])
def test_a_file_that_names_the_person_is_left_to_the_operator(
    home: Home, deliveries, name: str
):
    land_linked(home, deliveries[1:2])
    path = home.root / "extensions" / name
    path.parent.mkdir()
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/sharedStrings.xml", "<t>Rosa Lindqvist</t>")
    else:
        path.write_bytes(ENCODED.get(name, b"nothing"))
    (line,) = erase(home).left_to_you
    assert line.startswith(str(path))
    assert "names the person" in line


@pytest.mark.parametrize("text", ["Anna Lindqvist", "Rosa's list", "lindqvist.csv"])
def test_a_part_of_a_name_is_left_to_the_operator(home: Home, deliveries, text: str):
    land_linked(home, deliveries[1:2])
    path = home.root / "extensions" / "list.txt"
    path.parent.mkdir()
    path.write_text(text)
    (line,) = erase(home).left_to_you
    assert line == f"{path}: it may name the person"


@pytest.mark.parametrize("name", ["dbt/run/x.sql", "data_docs/a.html", "logs/d.txt"])
def test_a_file_that_is_written_again_is_deleted(home: Home, deliveries, name: str):
    land_linked(home, deliveries[1:2])
    path = home.root / name
    path.parent.mkdir(parents=True)
    path.write_text("-- Lindqvist, Rosa")
    outcome = erase(home)
    assert (path.exists(), outcome.left_to_you) == (False, [])


def test_an_account_with_the_very_name_is_left_to_the_operator(home: Home, tmp_path):
    guest = {"account": {"homePage": "https://zoom.example", "name": "guest-7"}}
    path = tmp_path / "a.ndjson"
    path.write_text(
        lines([statement(1, ROSA), statement(2, guest | {"name": "Rosa Lindqvist"})])
    )
    land(home, [path])
    (line,) = erase(home).left_to_you
    assert "another account has the person's very name" in line
    (key,) = re.findall("[0-9a-f]{32}", line)
    assert erase(home, key).left_to_you == []
    assert traces_in(home) == set()


def test_dbt_does_not_write_down_the_command_that_names_a_person(
    home: Home, deliveries, monkeypatch: pytest.MonkeyPatch
):
    land_linked(home, deliveries)
    erase(home)
    monkeypatch.setattr(sys, "argv", ["tandem", "erase", ADDRESS])
    run_dbt(home, Settings.load(home), ["seed", "--select", "verbs"])
    assert (home.dbt_target / "run_results.json").exists()
    assert traces_in(home) == set()
    assert sys.argv[-1] == ADDRESS


def test_the_command_prints_what_it_left(home: Home, deliveries):
    land_linked(home, deliveries)
    result = CliRunner().invoke(app, ["erase", ADDRESS])
    assert result.exit_code == 0, result.output
    assert "Left to you: warehouse.duckdb raw.statements" in result.output
    assert not GONE.search(result.output.casefold())


words = st.text("abcdefghijklmnoprstuvwzéüñøçığ", min_size=3, max_size=9)
WAYS = {
    "in order": "{0} {1}",
    "surname first": "{1}, {0}",
    "of a file": "notes-{0}_{1}.pdf",
    "possessive": "{0} {1}'s iPhone",
    "of a group": "Team of {0} {1}",
}
ENCODINGS = {
    "plain": str,
    "capitals": lambda text: text.replace("ı", "i").upper(),
    "percent": quote,
    "twice": lambda text: quote(quote(text)),
    "entities": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "escapes": json.dumps,
    "soft hyphens": "\u00ad".join,
    "zero-width spaces": lambda text: text.replace("", "\u200b"),
    "hidden entities": lambda text: re.sub(r"(\w)(?=\w)", r"\1&shy;", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words, words, st.sampled_from(sorted(WAYS)), st.sampled_from(sorted(ENCODINGS)))
def test_a_full_name_is_found_in_every_way_and_encoding(first, last, way, encoding):
    agent = {"name": f"{first.capitalize()} {last.capitalize()}"} | DEVICE
    traces = Traces(Person(frozenset(["0" * 32]), frozenset([json.dumps(agent)])))
    text = ENCODINGS[encoding](WAYS[way].format(first, last))
    assert traces.are_in(text)
    assert traces.redacted(text) != text
    assert not traces.are_in(traces.redacted(text))
