"""Signatures of captured Zoom webhooks."""

import json
from pathlib import Path

import duckdb
import pytest

from ingest.connectors.zoom import webhooks
from ingest.connectors.zoom.format.signature import is_signed, signature_of
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

SECRET = "a made-up secret token"
STAMP = "1773655205"


def hook(name: str) -> str:
    participant = {"user_name": name, "email": "", "join_time": "2026-03-16T10:00:05Z"}
    about = {"uuid": "aa==", "id": 85218486288, "start_time": "2026-03-16T10:00:00Z"}
    body = {
        "event": "meeting.participant_joined",
        "event_ts": 1773655205000,
        "payload": {"account_id": "A", "object": about | {"participant": participant}},
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def capture(body: object, signature: str | None) -> str:
    headers = {"X-Zm-Request-Timestamp": STAMP}
    if signature is not None:
        headers["X-Zm-Signature"] = signature
    return json.dumps({"headers": headers, "body": body})


def landed(home: Home, path: Path) -> tuple[str | None, int, dict[str, int]]:
    (report,) = ingest([path], home, Settings.load(home), ReadOptions())
    assert report.error is None
    return report.variant, report.landed_count, report.rejected_by_code


@pytest.fixture
def captured(tmp_path: Path) -> Path:
    right, other = hook("Ida"), hook("Ola Å")
    spaced = json.dumps(json.loads(right))
    lines = [
        capture(right, signature_of(SECRET, STAMP, right.encode())),
        capture(json.loads(other), signature_of(SECRET, STAMP, other.encode())),
        capture(spaced, signature_of(SECRET, STAMP, right.encode())),
        capture(other, None),
    ]
    path = tmp_path / "hooks.ndjson"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_only_webhooks_signed_with_the_secret_land(captured, home, monkeypatch):
    monkeypatch.setenv(webhooks.SECRET, SECRET)
    variant, count, rejected = landed(home, captured)
    assert (variant, count) == ("webhooks", 2)
    assert rejected == {"webhook.signature": 1, "webhook.unsigned": 1}


def test_without_a_secret_all_webhooks_land_as_unverified(captured, home, monkeypatch):
    monkeypatch.delenv(webhooks.SECRET, raising=False)
    variant, count, rejected = landed(home, captured)
    assert (variant, count, rejected) == ("webhooks-unverified", 2, {})
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        variants = connection.sql("select variant from raw.loads").fetchall()
    assert variants == [("webhooks-unverified",)]


def test_a_signature_is_valid_for_its_own_bytes_and_timestamp_only():
    signature = signature_of(SECRET, STAMP, b"{}")
    assert is_signed(SECRET, STAMP, b"{}", signature)
    assert not is_signed(SECRET, "1773655206", b"{}", signature)
    assert not is_signed(SECRET, STAMP, b"{ }", signature)
    assert not is_signed(SECRET, STAMP, b"{}", "v0=é")
