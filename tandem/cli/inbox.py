"""`tandem run --from-inbox`: land what others put into a folder, then publish.

The writing lock is held from the first look to the publish, so that two runs at once
are one after the other. Whatever a killed run did not finish, the next one does again:
landing a file twice changes nothing.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tandem.cli import inbox_files, pipeline
from tandem.cli.inbox_files import (
    DONE,
    REJECTED,
    Inbox,
    is_file,
    is_mapping,
    printable,
    seen_at,
    state_of,
)
from tandem.core.counted import counted
from tandem.core.files import Home, replace_text, written_name
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from ingest.landing.report import LoadReport

FILES_AT_ONCE = 50  # a killed run repeats at most so many
PLACES_SHOWN = 20
PENDING = ".to_publish"  # in TANDEM_HOME: something landed that is not published yet
PLACES = """
select coalesce('line ' || r.line, 'no line'), r.code, r.message
from raw.rejections as r where r.load_id in (select unnest($loads))
order by r.load_id, r.line nulls last, r.code limit $most
"""


@dataclass
class InboxRun:
    """What a run did.

    Attributes:
        done: names of files that landed.
        rejected: name to the reason, for files of which something could not be read.
        waiting: name to the reason, for what stays in the inbox.
        landed_count: statements and rows that were not known before.
        is_published: whether something new was published.
    """

    done: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    landed_count: int = 0
    is_published: bool = False


def run_inbox(home: Home, settings: Settings, report: InboxRun) -> None:
    """Land every complete file of the inbox, and publish if something new landed.

    Args:
        home: of the warehouse.
        settings: with the inbox.
        report: filled while files go to their place, also where an error follows.

    Raises:
        WrongUse: there is no usable inbox.
        WarehouseProblem: the inbox or the home cannot be written.
        NotPublished: the judgement or the privacy audit said no; what landed stays.
    """
    inbox = Inbox.of(home, settings)
    day = datetime.now(UTC).date()
    with home.writing():
        for folder in inbox_files.taken_before(inbox):
            _land_folder(inbox, folder, (home, settings, day), report)
        found = inbox_files.look(inbox)
        report.waiting = {printable(name): why for name, why in found.waiting.items()}
        if found.refused:
            inbox_files.make_folders(inbox)
        for path in found.refused:
            _reject(inbox, path, day, report)
        for start in range(0, len(found.complete), FILES_AT_ONCE):
            some = found.complete[start : start + FILES_AT_ONCE]
            folder = inbox_files.take(inbox, some)
            _land_folder(inbox, folder, (home, settings, day), report)
        if report.landed_count or _pending(home).exists():
            pipeline.refresh(home, settings)
            _pending(home).unlink(missing_ok=True)
            report.is_published = True


def _pending(home: Home) -> Path:
    return home.root / PENDING


def _land_folder(
    inbox: Inbox, folder: Path, how: tuple[Home, Settings, date], report: InboxRun
) -> None:
    """Land the taken files of a folder, and move each to its place."""
    from ingest.landing.delivery import ReadOptions
    from ingest.landing.unread_files import forget_named, moved
    from ingest.run import ingest

    home, settings, day = how
    taken = sorted(path for path in folder.iterdir() if not is_mapping(path))
    files = [path for path in taken if is_file(path)]
    for path in taken:
        if path not in files:  # it became a link after it was looked at
            _reject(inbox, path, day, report)
    states = {path: state_of(seen_at(path)) for path in files}
    was_pending = _pending(home).exists()
    if files:
        # Before the first file lands: a run that is killed now has something to build.
        replace_text(_pending(home), "")
    by_name: dict[str, list[LoadReport]] = {}
    for one in ingest(files, home, settings, ReadOptions()) if files else []:
        name = one.path.name if one.path.is_absolute() else one.path.parts[0]
        by_name.setdefault(name, []).append(one)
    landed = 0
    for path in files:
        reports = by_name.get(written_name(path.name), [])
        landed += sum(one.landed_count + one.row_count for one in reports)
        name = printable(path.name)
        if state_of(seen_at(path)) != states[path]:
            report.waiting[name] = "it changed while it landed; the next run repeats it"
            continue
        errors = [str(one.error) for one in reports if one.error]
        kind = REJECTED if errors or not reports else DONE
        note = _note(home, path.name, reports)
        moved(home, path, inbox_files.put(inbox, path, kind, day, note))
        if kind == DONE:
            forget_named(home, inbox.folder / REJECTED, path.name)
            report.done.append(name)
        else:
            report.rejected[name] = "; ".join(errors)
    inbox_files.clear(inbox, folder)
    report.landed_count += landed
    if not landed and not was_pending:
        _pending(home).unlink(missing_ok=True)


def _reject(inbox: Inbox, path: Path, day: date, report: InboxRun) -> None:
    """Move what is no file to the rejected ones; nothing follows a link."""
    line = inbox_files.no_file(path).one_line()
    inbox_files.put(inbox, path, REJECTED, day, _refusal(path.name, line))
    report.rejected[printable(path.name)] = line


def _refusal(name: str, line: str) -> str:
    return (
        f"{printable(name)}\n\nNothing of it has landed.\n- {line}\n\n"
        "What next: do what stands after the arrow, then put the file into the inbox "
        "again.\n"
    )


def _note(home: Home, name: str, reports: "list[LoadReport]") -> str:
    """Return what was refused, where and what next; "" where there is nothing to say.

    Values of a refused row are not in it: they may name a person.
    """
    failed = [report for report in reports if report.error]
    if failed and len(failed) == len(reports) == 1:
        return _refusal(name, str(failed[0].error))
    refused = sum(report.rejected_count for report in reports)
    notes = [note for report in reports for note in report.notes]
    if not (failed or refused or notes):
        return ""
    lines = [printable(name), ""]
    if failed:
        lines.append(
            f"{len(failed)} of {counted(len(reports), 'file')} in it could not be "
            "read; the others have landed."
        )
        lines += [f"- {report.error}" for report in failed]
    if refused:
        lines.append(f"{refused:,} rows were refused; the others have landed.")
        lines += _places(home, reports)
    lines += [f"- {note}" for note in notes]
    lines.append("")
    if failed:
        lines.append("What next: correct those files and put only them here again.")
    if refused:
        lines.append(
            "What next: have the source correct those rows and deliver them again. "
            "Rows that a newer Tandem can read land with: tandem replay"
        )
    return "\n".join(lines).rstrip() + "\n"


def _places(home: Home, reports: "list[LoadReport]") -> list[str]:
    """Return the first refused rows: line, code and rule."""
    loads = [report.load_id for report in reports if report.load_id]
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.execute(
            PLACES, {"loads": loads, "most": PLACES_SHOWN + 1}
        ).fetchall()
    lines = [f"- {place}: {message} ({code})" for place, code, message in rows]
    if len(rows) > PLACES_SHOWN:
        lines[PLACES_SHOWN:] = ["- and more; tandem status counts them by reason"]
    return lines
