"""Whether a build is needed and has to be in full, with the reasons as clauses."""

from dataclasses import dataclass
from fractions import Fraction

import duckdb

from tandem.cli import build_state
from tandem.cli.build_state import Changes, Inputs, LastBuild, changed_contents
from tandem.cli.fingerprint import changed_kinds
from tandem.core.counted import counted
from tandem.core.files import Home
from tandem.core.settings import Settings

NAMED = 4  # changed tables that a reason names


@dataclass(frozen=True)
class Start:
    """What a build begins with.

    Attributes:
        last: the record of the last build.
        inputs: what this build reads.
        changes: what the change ledger holds.
        reason: why it is in full, "" if it need not be.
    """

    last: LastBuild | None
    inputs: Inputs
    changes: Changes
    reason: str


def begin(
    home: Home,
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    *,
    full_refresh: bool,
    is_on_cluster: bool = False,
) -> Start:
    """Decide whether a build is in full, and record that it began.

    Args:
        home: whose marts are built.
        settings: the current thresholds and vocabulary.
        connection: to the warehouse.
        full_refresh: the person asked for a build in full.
        is_on_cluster: Spark builds, not DuckDB.
    """
    last = build_state.last_build(connection)
    inputs = build_state.inputs_of(
        home, settings, connection, is_on_cluster=is_on_cluster
    )
    changes = build_state.changes_of(connection)
    reason = reason_for_full_refresh(
        last,
        inputs,
        build_state.built_relations(connection),
        changes,
        largest_share=settings.vars["largest_partial_share"],
        is_requested=full_refresh,
    )
    build_state.begin(connection)
    return Start(last, inputs, changes, reason)


def is_up_to_date(
    last: LastBuild | None, now: Inputs, built: dict[str, str], changes: Changes
) -> bool:
    """Return whether a build would leave every table as it is.

    Args:
        last: the record of the last build.
        now: what a build would read now.
        built: tables and views that there are.
        changes: what the change ledger holds.
    """
    return (
        last is not None
        and last.is_finished
        and last.has_data_tests
        and last.change_no == changes.last
        and last.inputs == now
        and last.built == built
    )


def reason_for_full_refresh(
    last: LastBuild | None,
    now: Inputs,
    built: dict[str, str],
    changes: Changes,
    *,
    largest_share: float,
    is_requested: bool = False,
) -> str:
    """Return why dbt must drop and rebuild what it has, "" if it need not.

    Args:
        last: the record of the last build.
        now: what this build reads.
        built: tables and views that there are.
        changes: what the change ledger holds.
        largest_share: of the statements that may have changed, 0 to 1.
        is_requested: the person asked for it.
    """
    if is_requested:
        return "--full-refresh was given"
    if last is None:
        return "there was no build before"
    if changes.has_removals:
        return "people or old rows were removed since the last build"
    if not last.is_finished or last.inputs is None:
        return "the last build did not finish"
    if kinds := changed_kinds(last.inputs.fingerprint, now.fingerprint):
        return f"{listed(kinds)} changed since the last build"
    if last.built != built:
        return "tables of the last build are missing or were changed"
    is_unknown = last.change_no == changes.last
    if is_unknown and last.inputs.statement_count != now.statement_count:
        return "raw.statements was changed by another program"
    if _is_above(changes, largest_share):
        return (
            f"{changes.statement_count:,} of "
            f"{counted(changes.of_count, 'statement')} changed since the last build"
        )
    return ""


def reason_for_partial(last: LastBuild, now: Inputs, changes: Changes) -> str:
    """Return what changed since the last build."""
    found = []
    if changes.statement_count:
        found.append(counted(changes.statement_count, "statement"))
    if last.inputs is not None:
        names = changed_contents(last.inputs, now)
        # Every delivery is a row of raw.loads.
        names = [name for name in names if name != "raw.loads"] or names
        rest = len(names) - NAMED
        found += names[:NAMED] + ([counted(rest, "more table")] if rest > 0 else [])
    if not found:
        return "it was asked for, and nothing changed since the last build"
    return f"{listed(found)} changed since the last build"


def listed(words: list[str]) -> str:
    """Return words as one phrase: a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _is_above(changes: Changes, largest_share: float) -> bool:
    """Compare exactly: a float's product could be above or below the boundary."""
    most = Fraction(str(largest_share)) * changes.of_count
    return changes.statement_count > most
