"""`tandem ingest --lrs`: pull, land, and commit the cursor with the statements."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ingest.identity import vault
from ingest.landing.commit import Load, commit
from ingest.landing.conversion import Converter
from ingest.landing.delivery import ReadOptions
from ingest.landing.group import LandingContext
from ingest.landing.loading import answered
from ingest.landing.writer import FolderWriter
from ingest.pull.lrs.access import Access, accesses_to
from ingest.pull.lrs.answers import PulledStatement
from ingest.pull.lrs.client import Client
from ingest.pull.lrs.cursor import Cursor, last_cursor
from ingest.pull.lrs.pull import Pull
from ingest.storage import warehouse
from ingest.storage.load_folders import folder_of, load_name, sweep
from tandem.core.errors import TandemError
from tandem.core.files import Home, read_status, record_status
from tandem.core.limits import applied
from tandem.core.progress import step
from tandem.core.settings import Settings

CONNECTOR = "lrs"
COUNTS = ("landed_count", "replayed_count", "conflicting_count", "undated_count")


@dataclass
class Pulled:
    """The outcome of one LRS; `error` says in one line why it was not read to its end.

    What landed before an error stays: every load is whole, with its cursor.
    """

    lrs: str
    source: str | None = None
    loads: int = 0
    read_count: int = 0
    landed_count: int = 0
    replayed_count: int = 0
    conflicting_count: int = 0
    undated_count: int = 0
    rejected_count: int = 0
    rejected_by_code: dict[str, int] = field(default_factory=dict)
    since: datetime | None = None
    notes: list[str] = field(default_factory=list)
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as `tandem ingest --json` prints it."""
        return dict(self.__dict__)


def ingest_lrs(
    endpoints: list[str], home: Home, settings: Settings, options: ReadOptions
) -> list[Pulled]:
    """Pull the statements that each LRS has stored since the last pull.

    An LRS that cannot be read does not stop the others. The lock is held while a load
    lands, not while waiting for an LRS.

    Args:
        endpoints: URLs, or names of [lrs.NAME] tables.
        home: where the statements land.
        settings: the organisation's.
        options: `source` renames what is pulled, `xapi_version` judges it.

    Raises:
        WrongUse: a name or URL cannot be used; nothing has been pulled then.
        KeyProblem: credentials or the pseudonym key are missing.
        WarehouseProblem: the warehouse has another layout, or is in use.
    """
    accesses = accesses_to(endpoints, settings)
    reports = [_pulled(access, home, settings, options) for access in accesses]
    known = read_status(home).get("lrs", {})
    now = datetime.now(UTC).isoformat(timespec="seconds")
    latest = {report.lrs: _counters(report) | {"at": now} for report in reports}
    record_status(home, "lrs", known | latest)
    return reports


def _pulled(
    access: Access, home: Home, settings: Settings, options: ReadOptions
) -> Pulled:
    source = options.source or access.source
    report = Pulled(access.shown, source)
    known = settings.section("sources").get(source, {})
    filled = answered(options, known)
    with home.writing():
        vault.unlock(home)
        with warehouse.opened(home) as connection:
            cursor = last_cursor(connection, access.shown)
    reading = step(f"Reading {source}")
    with applied(settings.limits), Client(access) as client, reading as advance:

        def land_batch(statements: list[PulledStatement], reached: Cursor) -> None:
            load = _Landing(home, settings, filled, source, client.version)
            load.land(statements, reached, report)
            advance(len(statements))

        pull = Pull(client, cursor, land_batch, report.notes)
        try:
            pull.run()
        except TandemError as error:
            report.error = error.one_line()
        report.since = pull.cursor.since
    return report


@dataclass(frozen=True)
class _Landing:
    """Lands one load of an LRS, cursor and statements in one commit."""

    home: Home
    settings: Settings
    options: ReadOptions
    source: str
    version: str

    def land(
        self, statements: list[PulledStatement], reached: Cursor, report: Pulled
    ) -> None:
        with self.home.writing():
            secret = vault.unlock(self.home)
            sweep(self.home)
            with warehouse.opened(self.home) as connection:
                vault.remove_leftovers(self.home, connection)
                marks = vault.tombstones(self.home)
                context = LandingContext(self.home, connection, secret, marks)
                self._land(context, statements, reached, report)

    def _land(
        self,
        context: LandingContext,
        statements: list[PulledStatement],
        reached: Cursor,
        report: Pulled,
    ) -> None:
        started_at = datetime.now(UTC).replace(tzinfo=None)
        load_id = load_name(started_at, secrets.token_hex(4))
        content = b"".join(statement.text + b"\n" for statement in statements)
        converter = Converter.from_settings(
            context.pseudonyms(), self.settings, self.options, self.source
        )
        with folder_of(self.home, load_id) as folder:
            with FolderWriter(folder, self.source, CONNECTOR, converter) as writer:
                if content:
                    writer.blocks([(1, content)])
            header = {
                "source": self.source,
                "connector": CONNECTOR,
                "variant": f"xAPI {self.version}",
                "sha256": hashlib.sha256(content).hexdigest(),
                "byte_count": len(content),
                "read_count": writer.tally.read_count,
                "rejected_count": writer.tally.rejected.total(),
                "erased_count": writer.tally.erased_count,
                "repairs": writer.repairs_json(),
                "cursor": reached.as_json(),
                "started_at": started_at,
            }
            is_minting = writer.tally.has_missing_ids
            load = Load(load_id, folder, reached.lrs, header, is_minting)
            (counts,) = commit(self.home, context.warehouse, [load])
        _add(report, writer, counts)


def _add(report: Pulled, writer: FolderWriter, counts: dict[str, int]) -> None:
    report.loads += 1
    report.read_count += writer.tally.read_count
    report.rejected_count += writer.tally.rejected.total()
    for name in COUNTS:
        setattr(report, name, getattr(report, name) + counts[name])
    for code, count in writer.tally.rejected.items():
        report.rejected_by_code[code] = report.rejected_by_code.get(code, 0) + count


def _counters(report: Pulled) -> dict[str, object]:
    found = {
        "source": report.source,
        "read": report.read_count,
        "landed": report.landed_count,
        "known": report.replayed_count,
        "refused": report.rejected_count,
        "since": report.since.isoformat() if report.since else None,
        "notes": report.notes,
    }
    return found | ({"error": report.error} if report.error else {})
