"""Statements with attachments: only those with matching contents land."""

import hashlib
import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.connectors.xapi.multipart import recognise
from ingest.landing.delivery import ReadOptions
from ingest.landing.report import LoadReport
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core.files import Home
from tandem.core.settings import Settings

CERTIFICATE = b"%PDF-1.7\r\n\x00\xff--not a boundary\n\r\nAnna Schmidt\r"
HASH = hashlib.sha256(CERTIFICATE).hexdigest()
BOUNDARY = "-----=_Part 17"


def statement(number: int, *contents: bytes, **attachment: object) -> dict:
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": {"mbox": "mailto:anna@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example/course/1"},
        "attachments": [
            {
                "usageType": "http://id.tincanapi.com/attachment/certificate",
                "display": {"en": "Certificate"},
                "contentType": "application/pdf",
                "length": len(content),
                "sha2": hashlib.sha256(content).hexdigest(),
            }
            | attachment
            for content in contents
        ],
    }


def part(content: bytes, **changed: str) -> bytes:
    headers = {
        "Content-Type": "application/pdf",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(content).hexdigest(),
    }
    headers |= {name.replace("_", "-"): text for name, text in changed.items()}
    lines = [f"{name}: {text}".encode() for name, text in headers.items() if text]
    return b"\r\n".join([*lines, b"", content])


def whole(statements: object, *parts: bytes, headed: bool = True) -> bytes:
    first = b"Content-Type: application/json; charset=utf-8\r\n\r\n"
    first += json.dumps(statements).encode()
    mark = f"--{BOUNDARY}".encode()
    content = b"".join(mark + b"\r\n" + one + b"\r\n" for one in (first, *parts))
    heading = (
        f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"'
    )
    return (
        (heading.encode() + b"\r\n\r\n" if headed else b"") + content + mark + b"--\r\n"
    )


@pytest.fixture
def landed(home: Home, tmp_path: Path):
    def land(content: bytes) -> LoadReport:
        path = tmp_path / "answer.mime"
        path.write_bytes(content)
        (report,) = ingest([path], home, Settings.load(home), ReadOptions())
        return report

    return land


@pytest.mark.parametrize("headed", [True, False])
@pytest.mark.parametrize("shape", ["one", "array", "answer"])
def test_statements_with_matching_attachments_land(shape, headed, landed, home):
    one = statement(1, CERTIFICATE)
    shapes = {"one": one, "array": [one], "answer": {"statements": [one], "more": ""}}
    report = landed(whole(shapes[shape], part(CERTIFICATE), headed=headed))
    assert (report.connector, report.error) == ("xapi_multipart", None)
    assert (report.landed_count, report.rejected_count) == (1, 0)
    assert b"%PDF" not in home.warehouse.read_bytes()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "attachment.missing"),
        ([part(b"another file")], "attachment.missing"),
        ([part(CERTIFICATE, X_Experience_API_Hash="")], "attachment.missing"),
        ([part(CERTIFICATE[:-1], X_Experience_API_Hash=HASH)], "attachment.hash"),
        ([part(CERTIFICATE, Content_Transfer_Encoding="base64")], "attachment.hash"),
    ],
)
def test_only_the_statement_without_its_attachment_is_rejected(
    parts, code, landed, home
):
    good = statement(2) | {"attachments": []}
    report = landed(whole([good, statement(1, CERTIFICATE), good], *parts))
    assert (report.landed_count, report.replayed_count) == (1, 1)
    assert report.rejected_by_code == {code: 1}
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        found = connection.sql("select line, json_path from raw.rejections").fetchall()
    assert found == [(2, "$.attachments[0]")]


def test_an_attachment_with_a_file_url_needs_no_part(landed):
    elsewhere = statement(1, CERTIFICATE, fileUrl="https://lms.example/certificate/1")
    assert landed(whole([elsewhere])).landed_count == 1


def test_other_hash_algorithms_of_the_standard_are_checked(landed):
    long = hashlib.sha512(CERTIFICATE).hexdigest()
    signed = statement(1, CERTIFICATE, sha2=long)
    report = landed(whole([signed], part(CERTIFICATE, X_Experience_API_Hash=long)))
    assert report.landed_count == 1


def test_a_cut_off_file_is_refused(landed):
    content = whole([statement(1, CERTIFICATE)], part(CERTIFICATE))
    assert "closing boundary" in landed(content[:-10]).error


def test_the_error_names_a_first_part_that_is_not_json(landed):
    content = whole([statement(1)]).replace(b"application/json", b"text/plain", 1)
    content += b"\r\nContent-Type: application/json\r\n"
    assert "no application/json" in landed(content).error


def test_validate_checks_the_statements_and_not_the_parts(tmp_path: Path):
    bad = statement(2) | {"verb": {}}
    file = tmp_path / "answer.txt"
    file.write_bytes(whole([statement(1, CERTIFICATE), bad], part(CERTIFICATE)))

    run = CliRunner().invoke(app, ["validate", str(file)])

    verdicts = [json.loads(line)["valid"] for line in run.stdout.splitlines()]
    assert (run.exit_code, verdicts) == (1, [True, False])


def test_an_e_mail_is_not_recognised():
    head = b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
    assert (
        recognise(Path("a.eml"), head + b"Content-Type: text/plain\r\n\r\nHi") is None
    )
