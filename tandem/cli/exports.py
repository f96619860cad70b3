"""What `tandem export` does for each kind: policy, files, logs, and what it says."""

from datetime import UTC, datetime
from pathlib import Path

from tandem.cli.names_policy import check_names_allowed
from tandem.core import journal
from tandem.core.access_log import log_access
from tandem.core.counted import counted
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.progress import say
from tandem.core.roles import DATA_PROTECTION_OFFICER, PROGRAMME_OWNER
from tandem.core.settings import Settings
from tandem.core.whole_folder import check_target

EXPORTED = "export"  # kind of access, in access.sqlite


def export_tables(
    home: Home, settings: Settings, out: Path, form: str, role: str, *, force: bool
) -> None:
    """Write the published tables; people as pseudonyms, or none under an agreement."""
    from publishing import table_export

    found = table_export.export_tables(
        home,
        out,
        table_export.TableFormat(form),
        with_persons=not settings.has_works_council,
        may_replace=force,
    )
    _log(home, role, f"{counted(found.files, 'table')} as {form}")
    say(
        f"{out}: {counted(found.files, 'table')} with {counted(found.rows, 'row')} of "
        f"snapshot {found.snapshot_id}; manifest.json says what each holds."
    )


def export_statements(
    home: Home,
    settings: Settings,
    out: Path,
    role: str,
    reason: str,
    *,
    with_people: bool,
    force: bool,
) -> None:
    """Write the statements as xAPI; with identifiers where role and policy allow it."""
    from ingest.exports.statements import export_statements as write

    if with_people:
        check_names_allowed(
            settings,
            role,
            DATA_PROTECTION_OFFICER,
            "identified_exports",
            "statements with identifiers",
        )
        _check_reason(reason)
    elif settings.has_works_council:
        raise WrongUse(
            "an agreement with a works council is in force",
            str(settings.home.settings),
            "statements about single persons do not leave under it",
        )
    with home.writing():
        found = write(home, out, with_people=with_people, may_replace=force)
        people = "identifiers" if with_people else "pseudonyms"
        if with_people:
            payload = {"statements": found.statements}
            entry = journal.Entry(role, "identified_export", "all", payload, reason)
            journal.append(home.journal, [entry], datetime.now(UTC))
        _log(home, role, f"{counted(found.statements, 'statement')} with {people}")
    say(f"{out}: {counted(found.statements, 'statement')}, people as {people}.")
    if found.derived is None:
        say("No attendance was derived: nothing is built yet; run tandem build first.")
    else:
        say(f"Derived from them: {found.derived:,} attended statements, flagged so.")
    if found.left_out:
        say(
            f"Left out: {found.left_out:,} statements by or about people who are left "
            "out of analytics."
        )
    say("manifest.json lists the files in the order in which to send them.")


def export_attendance_record(
    home: Home,
    settings: Settings,
    cohort: str,
    out: Path,
    role: str,
    reason: str,
    *,
    force: bool,
) -> None:
    """Write who was in which live session of a cohort, with names; logged before."""
    from ingest.exports.attendance_record import attendance_record
    from ingest.exports.record_files import write_record

    check_names_allowed(
        settings, role, PROGRAMME_OWNER, "attendance_records", "attendance records"
    )
    _check_reason(reason)
    check_target(out.resolve(), may_replace=force)
    now = datetime.now(UTC)
    with home.writing():
        record = attendance_record(home, cohort)
        payload = {
            "people": record.people,
            "sessions": record.sessions,
            "left_out": record.left_out,
        }
        entry = journal.Entry(role, "attendance_record", cohort, payload, reason)
        journal.append(home.journal, [entry], now)
        log_access(home.access_log, role, EXPORTED, f"attendance of {cohort}", now)
        notes = [
            f"Attendance record of {record.cohort} ({cohort}), {record.programme}",
            f"Made on {now:%Y-%m-%d at %H:%M} UTC for the {role.replace('_', ' ')}",
            f"What for: {reason}",
            f"{counted(record.sessions, 'live session')}, {_people(record.people)}",
        ]
        if record.left_out:
            notes.append(f"{_people(record.left_out)} left out by request")
        files = write_record(record, out, notes, may_replace=force)
    say(
        f"{out}: {', '.join(files)} with {counted(record.sessions, 'session')} and "
        f"{_people(record.people)}. It holds names, and only you may read it."
    )
    if record.left_out:
        say(f"Left out by request: {_people(record.left_out)}.")


def _people(count: int) -> str:
    return counted(count, "person", "people")


def _check_reason(reason: str) -> None:
    """Refuse an export of names without a reason.

    Raises:
        WrongUse: there is none.
    """
    if not reason.strip():
        raise WrongUse("a reason is missing", "--reason", "say what for: --reason TEXT")


def _log(home: Home, role: str, what: str) -> None:
    log_access(home.access_log, role, EXPORTED, what, datetime.now(UTC))
