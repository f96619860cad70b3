"""Land the Google Workspace directory: links from user ids to e-mail addresses.

Meet's API names people only by `users/{id}`. A CSV export (`primaryEmail`, `id`) or
saved answers of the Directory API become identity links.
"""

import json
import re
from pathlib import Path

import polars as pl

from ingest.connectors.google_accounts import google_account
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.parsing.json_files import looks_like_json, objects_in, objects_of, text_of
from ingest.parsing.text import decode, delimiter_of, rows

NAME = "google_directory"
_USERS = re.compile(rb'"kind"\s*:\s*"admin#directory#users?"')
_COLUMNS = {"primaryemail", "id"}


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the `kind` of the API's answers, or the two headings of an export."""
    if path.is_dir():
        return None
    if looks_like_json(head):
        if not _USERS.search(head):
            return None
        found, reason = (Evidence.VENDOR_NAMES,), "users of the Directory API"
        return Recognition(NAME, "meet", "users-json", found, reason, "utf-8")
    first = head.split(b"\n", 1)[0]
    if path.suffix.lower() not in {".csv", ".tsv"} or b"rimary" not in first.replace(
        b"\x00", b""
    ):
        return None
    try:
        decoded = decode(first if b"\x00" not in first else head[: len(head) // 2 * 2])
    except UnicodeError:
        return None
    mark = delimiter_of(decoded.text)
    if not set(_header(rows(decoded.text, mark))) >= _COLUMNS:
        return None
    reason = "headings primaryEmail and id of a directory export"
    found = (Evidence.HEADINGS,)
    return Recognition(NAME, "meet", "users-csv", found, reason, decoded.encoding, mark)


def _header(table: list[list[str]]) -> list[str]:
    return [re.sub(r"[\s_]", "", cell).casefold() for cell in table[0]] if table else []


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land a link from each user id to the address; other columns are not read.

    Raises:
        DamagedFile: the file is JSON that is cut off.
    """
    pairs = [
        (user, email) for user, email in _pairs(delivery.path) if user and "@" in email
    ]
    links = [
        {
            "actor": json.dumps(google_account(f"users/{user}"), sort_keys=True),
            "learner": json.dumps({"objectType": "Agent", "mbox": f"mailto:{email}"}),
            "rule": "google_directory",
            "valid_from": None,
        }
        for user, email in pairs
    ]
    if links:
        schema = {"valid_from": pl.Datetime("us")}
        writer.links(pl.DataFrame(links, schema_overrides=schema))


def _pairs(path: Path) -> list[tuple[str, str]]:
    """Return user id and e-mail address of each user."""
    with path.open("rb") as file:
        is_json = looks_like_json(file.read(64))
    if is_json:
        answers = objects_of(path)
        users = [u for page in answers for u in objects_in(page.get("users")) or [page]]
        return [(text_of(u.get("id")), text_of(u.get("primaryEmail"))) for u in users]
    table = rows(decode(path.read_bytes()).text)
    header = _header(table)
    user, email = header.index("id"), header.index("primaryemail")
    widest = max(user, email)
    return [(row[user], row[email]) for row in table[1:] if len(row) > widest]
