"""Land deliveries, one after another: recognise, unpack, convert, commit."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest.connectors.discovery import connectors
from ingest.identity import vault
from ingest.inspection.delivering import delivery_of
from ingest.inspection.open_questions import options_of_nothing
from ingest.inspection.recognition import deliveries, is_recognised
from ingest.inspection.trial import require_readable
from ingest.landing.converter_pool import ConverterPool
from ingest.landing.defect_notes import write_note
from ingest.landing.delivery import ReadOptions
from ingest.landing.group import DAMAGES, Converted, Group, LandingContext, damaged
from ingest.landing.loading import convert, hashed
from ingest.landing.report import LoadReport
from ingest.landing.roster_changes import with_roster_notes
from ingest.landing.same_bytes import landed_whole, reading_hash
from ingest.landing.unread_files import landed_before, update
from ingest.mapping.workbook import close_workbook
from ingest.storage import warehouse
from ingest.storage.load_folders import sweep
from ingest.unpacking.archives import Unpacked, shown, unpacked
from tandem.core.errors import TandemError, UndecidedFile, UnknownFile
from tandem.core.files import Home, record_status, written_name
from tandem.core.limits import applied
from tandem.core.progress import step
from tandem.core.settings import Settings

UNPACKED = "unpacked"  # below landing/: what archives hold, while it is landed


def ingest(
    paths: list[Path], home: Home, settings: Settings, options: ReadOptions
) -> list[LoadReport]:
    """Land deliveries; one that cannot be read does not stop the others.

    Returns:
        One report a delivery, in order; `error` is set where nothing of it landed.

    Raises:
        KeyProblem: the pseudonym key is missing or another one.
        WarehouseProblem: the warehouse has another layout, or is in use.
    """
    with home.writing(), applied(settings.limits):
        secret = vault.unlock(home)
        sweep(home)
        with warehouse.opened(home) as connection, step("Landing") as advance:
            vault.remove_leftovers(home, connection)
            context = LandingContext(home, connection, secret, vault.tombstones(home))
            folder, reports = home.landing / UNPACKED, []
            with (
                Group(context) as group,
                ConverterPool(context) as converters,
                unpacked(paths, folder, deliveries, is_recognised) as delivered,
            ):
                for one in delivered:
                    delivery = _converted(one, context, converters, settings, options)
                    reports += group.add(delivery)
                    advance(1)
                reports += group.commit_all()
            sources = _sources(connection, reports)
            reports = with_roster_notes(connection, reports)
            update(home, reports, folder)
        reports = [
            replace(r, path=Path(written_name(shown(r.path, folder)))) for r in reports
        ]
        record_status(home, "ingest", _counters(reports, sources))
    return reports


def _converted(
    unpacked_file: Unpacked,
    context: LandingContext,
    converters: ConverterPool,
    settings: Settings,
    options: ReadOptions,
) -> Converted | LoadReport:
    """Return a delivery ready to be committed, or why it cannot be."""
    path, connector = unpacked_file.path, ""
    if unpacked_file.refusal:
        return LoadReport(path, error=unpacked_file.refusal.one_line())
    try:
        delivery = delivery_of(path, options, settings)
        connector = delivery.recognition.connector
        require_readable(delivery, options, context.home)
        delivery = replace(delivery, hashed=hashed(path))
        digest = reading_hash(delivery, context, settings)
        if known := landed_whole(delivery, context, digest):
            return known
        filled = (settings, delivery.options, delivery.source)
        with converters.converter(*filled) as converter:
            reading = (connectors()[connector].read, context, converter)
            try:
                return convert(delivery, *reading, converters.workers, digest)
            except UndecidedFile:
                nothing = options_of_nothing(delivery)
                if nothing is None:
                    raise
            delivery = replace(delivery, options=nothing)
            return convert(delivery, *reading, converters.workers)
    except TandemError as error:
        is_open = isinstance(error, UndecidedFile | UnknownFile)
        if is_open and options == ReadOptions():
            known = landed_before(context.warehouse, path)
            if known is not None:
                return known
        problems = [asdict(one) for one in getattr(error, "problems", ())]
        told = error.at(path.name).one_line()
        return LoadReport(path, error=told, problems=problems)
    except DAMAGES as error:
        return LoadReport(path, error=damaged(path, error).one_line())
    except Exception as error:  # a connector's defect must not stop other deliveries
        return LoadReport(
            path, error=write_note(context.home, path, connector, error).one_line()
        )
    finally:
        close_workbook()


def _sources(
    connection: duckdb.DuckDBPyConnection, reports: list[LoadReport]
) -> list[str]:
    """Return the sources of loads as raw names them: one may be named like a person."""
    found = connection.execute(
        "select distinct source from raw.loads"
        " where load_id in (select unnest($loads)) order by source",
        {"loads": [report.load_id for report in reports if report.load_id]},
    ).fetchall()
    return [source for (source,) in found]


def _counters(reports: list[LoadReport], sources: list[str]) -> dict[str, object]:
    """Return what status.json keeps: sums, and the reasons for refusals."""
    names = ("read_count", "landed_count", "replayed_count", "rejected_count")
    names += ("conflicting_count", "undated_count", "row_count", "erased_count")
    names += ("withheld_count",)
    by_code: dict[str, int] = {}
    for report in reports:
        for code, count in report.rejected_by_code.items():
            by_code[code] = by_code.get(code, 0) + count
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "deliveries": len(reports),
        "unreadable": sum(report.error is not None for report in reports),
        **{name: sum(getattr(report, name) for report in reports) for name in names},
        "rejected_by_code": by_code,
        "sources": sources,
    }
