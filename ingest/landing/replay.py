"""Land rejected statements again, after a repair was allowed or a rule has changed."""

import secrets
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from ingest.identity import vault
from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.commit import Load, commit
from ingest.landing.conversion import Converter
from ingest.landing.delivery import ReadOptions
from ingest.landing.quarantine import Rejection
from ingest.landing.report import LoadReport
from ingest.landing.writer import FolderWriter
from ingest.storage import warehouse
from ingest.storage.load_folders import folder_of, load_name, sweep
from tandem.core.files import Home, record_status
from tandem.core.settings import Settings

CONNECTOR = "replay"


def replay(home: Home, settings: Settings, options: ReadOptions) -> list[LoadReport]:
    """Land the quarantined statements that are valid now, one load per source.

    Statements that are rejected again stay in quarantine.

    Raises:
        KeyProblem: the pseudonym key is missing or another one.
        WarehouseProblem: the warehouse has another layout, or is in use.
    """
    with home.writing():
        secret = vault.unlock(home)
        sweep(home)
        with warehouse.opened(home) as connection:
            vault.remove_leftovers(home, connection)
        pseudonyms = Pseudonyms(secret, vault.tombstones(home))
        waiting: dict[str, dict[str, str]] = defaultdict(dict)
        for rejection_id, source, _connector, payload in vault.payloads_to_replay(home):
            waiting[source][rejection_id] = payload
        reports = [
            _land_again(
                home,
                source,
                payloads,
                Converter.from_settings(pseudonyms, settings, options, source),
            )
            for source, payloads in sorted(waiting.items())
        ]
        counts = {
            "tried": sum(len(payloads) for payloads in waiting.values()),
            "landed_count": sum(report.landed_count for report in reports),
            "still_refused": sum(report.rejected_count for report in reports),
        }
        record_status(home, "replay", counts)
    return reports


def _land_again(
    home: Home, source: str, payloads: dict[str, str], converter: Converter
) -> LoadReport:
    passing = {
        rejection_id: text
        for rejection_id, text in payloads.items()
        if not isinstance(converter.judged(None, text), Rejection)
    }
    refused = len(payloads) - len(passing)
    path = Path("quarantine")
    if not passing:
        return LoadReport(path, CONNECTOR, source, rejected_count=refused)
    load_id, counts = _land(home, source, list(passing.values()), converter)
    vault.mark_replayed(home, list(passing))
    return LoadReport(
        path,
        CONNECTOR,
        source,
        load_id=load_id,
        read_count=len(payloads),
        rejected_count=refused,
        **counts,
    )


def _land(
    home: Home, source: str, texts: list[str], converter: Converter
) -> tuple[str, dict[str, int]]:
    started_at = datetime.now(UTC).replace(tzinfo=None)
    load_id = load_name(started_at, secrets.token_hex(4))
    with folder_of(home, load_id) as folder, warehouse.opened(home) as connection:
        with FolderWriter(folder, source, CONNECTOR, converter) as writer:
            lines = pa.nulls(len(texts), pa.int64())
            batch = pa.record_batch({"line": lines, "statement": pa.array(texts)})
            writer.statements([batch])
        header = {
            "source": source,
            "connector": CONNECTOR,
            "sha256": "",
            "byte_count": sum(len(text.encode()) for text in texts),
            "read_count": writer.tally.read_count,
            "rejected_count": writer.tally.rejected.total(),
            "erased_count": writer.tally.erased_count,
            "repairs": writer.repairs_json(),
            "started_at": started_at,
        }
        has_missing_ids = writer.tally.has_missing_ids
        load = Load(load_id, folder, CONNECTOR, header, has_missing_ids)
        (counts,) = commit(home, connection, [load])
        return load_id, counts
