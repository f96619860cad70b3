"""Pull a vendor's API day by day; answers land like reports that a person exports.

The answers of a day are written as JSON files, land through the connectors that read
such files, and are removed. The cursor is a row of raw.loads, written after the day has
landed. An interrupted pull begins that day again; landing recognises what it has.
"""

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import duckdb

from ingest.identity import vault
from ingest.landing.delivery import ReadOptions
from ingest.landing.report import LoadReport
from ingest.pull.vendors import bigbluebutton, graph, meet, zoom
from ingest.pull.vendors.access import Access
from ingest.storage import warehouse
from ingest.storage.load_folders import load_name
from tandem.core.errors import DeliveryError, TandemError, WrongUse
from tandem.core.files import Home
from tandem.core.limits import applied
from tandem.core.progress import step
from tandem.core.settings import Settings

APIS: dict[str, ModuleType] = {
    api.NAME: api for api in (bigbluebutton, graph, meet, zoom)
}
FIRST_DAYS = 30  # every vendor keeps these; --since reaches further back
OVERLAP_DAYS = 2  # read again for reports that arrive late or grow
CONNECTOR = "pull"
UNSAFE = re.compile(r"[^\w-]")
Land = Callable[[list[Path], Home, Settings, ReadOptions], list[LoadReport]]

REGISTER = """
insert into raw.loads by name
select
    $load_id as load_id, $source as source, $connector as connector,
    $variant as variant, '' as sha256, 0 as byte_count, 0 as read_count,
    0 as landed_count, 0 as replayed_count, 0 as rejected_count,
    0 as conflicting_count, 0 as undated_count, 0 as row_count,
    $cursor as cursor, $at::timestamp as started_at, $at::timestamp as committed_at
"""


@dataclass
class Pulled:
    """The outcome of one pull; days are UTC."""

    interface: str
    since: date
    until: date
    documents: int = 0
    reports: list[LoadReport] = field(default_factory=list)
    error: str | None = None


def pull(
    name: str,
    home: Home,
    settings: Settings,
    since: date | None,
    until: date,
    land: Land,
) -> Pulled:
    """Pull a vendor's API from its cursor on, day by day.

    Args:
        name: of the API: bigbluebutton, graph, meet or zoom.
        home: where the answers land.
        settings: its table [api.NAME] holds addresses and options.
        since: the first day (UTC); None starts two days before the cursor.
        until: the last day (UTC).
        land: lands files, as `ingest.run.ingest` does.

    Raises:
        WrongUse: there is no such API, or a setting cannot be used.
        KeyProblem: credentials or the pseudonym key are missing.
    """
    if name not in APIS:
        known = ", ".join(sorted(APIS))
        raise WrongUse(f"no interface is called {name}", "pull", f"there are {known}")
    api, access = APIS[name], Access.load(name, settings)
    first = since or _first_day(home, name, until)
    pulled = Pulled(name, first, until)
    days = [first + timedelta(days=n) for n in range((until - first).days + 1)]
    with (
        applied(settings.limits),
        api.connect(access) as client,
        step(f"Pulling {name}") as advance,
    ):
        for day in days:
            try:
                answers = api.documents(client, access, day)
                _land(answers, pulled, home, settings, land)
            except WrongUse:
                raise
            except TandemError as error:
                pulled.error = error.one_line()
                break
            _save_cursor(home, name, day)
            advance(1)
    return pulled


def _land(
    answers: Iterator[tuple[str, str | list[dict]]],
    pulled: Pulled,
    home: Home,
    settings: Settings,
    land: Land,
) -> None:
    folder = home.root / "pulling"
    shutil.rmtree(folder, ignore_errors=True)  # left by a pull that was killed
    folder.mkdir(parents=True, mode=0o700)
    try:
        files = [_saved(folder, name, content) for name, content in answers]
        pulled.documents += len(files)
        if files:
            reports = land(files, home, settings, ReadOptions())
            pulled.reports += reports
            if failed := [report.error for report in reports if report.error]:
                raise DeliveryError(f"an answer could not be landed: {failed[0]}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _saved(folder: Path, name: str, content: str | list[dict]) -> Path:
    """Write an answer: XML as it is, JSON in one order of keys."""
    is_text = isinstance(content, str)
    whole = "" if is_text else json.dumps(content, ensure_ascii=False, sort_keys=True)
    text = content if isinstance(content, str) else whole
    suffix = "xml" if is_text else "json"
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    path = folder / f"{UNSAFE.sub('_', name)}-{mark}.{suffix}"
    path.write_text(text, encoding="utf-8")
    return path


def _first_day(home: Home, name: str, until: date) -> date:
    with home.writing():
        vault.unlock(home)
        with warehouse.opened(home) as connection:
            reached = _cursor(connection, name)
    if reached is None:
        return until - timedelta(days=FIRST_DAYS)
    return min(reached - timedelta(days=OVERLAP_DAYS), until)


def _cursor(connection: duckdb.DuckDBPyConnection, name: str) -> date | None:
    found = connection.execute(
        "select max(cursor) from raw.loads where connector = $c and variant = $n",
        {"c": CONNECTOR, "n": name},
    ).fetchall()
    return date.fromisoformat(found[0][0]) if found[0][0] else None


def _save_cursor(home: Home, name: str, day: date) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    row = {
        "load_id": load_name(now, secrets.token_hex(4)),
        "source": name,
        "connector": CONNECTOR,
        "variant": name,
        "cursor": day.isoformat(),
        "at": now,
    }
    with home.writing(), warehouse.opened(home) as connection:
        reached = _cursor(connection, name)
        if reached is None or day > reached:
            connection.execute(REGISTER, row)
