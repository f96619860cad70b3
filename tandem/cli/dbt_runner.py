"""dbt in this process: how it is called, and what it reports when it fails."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from tandem.core.errors import BuildFailed
from tandem.core.files import Home, project_root
from tandem.core.memory import memory_setting, spilling
from tandem.core.progress import Advance
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import NodeResult
    from dbt_common.events.base_types import EventMsg

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
FAILED = ("error", "fail", "runtime error")
AUDITS = ("audit", "audit_of_view")  # tests/models/generic/audit.sql
RULES_SHOWN = 3


def run_dbt(
    home: Home,
    settings: Settings,
    arguments: list[str],
    *,
    advance: Advance = lambda _count: None,
    target: Path | None = None,
) -> list[Any]:
    """Run one dbt command over the warehouse and return the result of each node.

    Args:
        home: the home whose warehouse is built or tested.
        settings: its thresholds, all of which are passed to dbt.
        arguments: the command (of one word or two) and its own options, such as
            `["build"]` or `["docs generate", "--static"]`.
        advance: called with 1 whenever a node is finished.
        target: where dbt writes compiled SQL, manifest and run results; by default the
            home's own.

    Raises:
        BuildFailed: dbt could not run, or a node failed.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    def on_event(event: "EventMsg") -> None:
        if event.info.name == "NodeFinished":
            advance(1)

    target = target or home.dbt_target
    command = [*_common(settings, target, arguments[0]), *arguments[1:]]
    with (
        spilling(home) as spill,
        _environment(
            TANDEM_HOME=str(home.root),
            TANDEM_MEMORY_LIMIT=memory_setting(settings.limits),
            TANDEM_SPILL=str(spill),
        ),
        _own_command_line(command),
    ):
        try:
            outcome = dbtRunner(callbacks=[on_event]).invoke(command)
        finally:
            # dbt keeps the file open for the next command of this process.
            DuckDBConnectionManager.close_all_connections()
    results = list(getattr(outcome.result, "results", None) or [])
    if not outcome.success:
        raise _failure(home, target, results, outcome.exception)
    # What dbt runs before the first node (on-run-start) is no node.
    return [r for r in results if r.node.resource_type != "operation"]


def _common(settings: Settings, target: Path, command: str) -> list[str]:
    root = str(project_root())
    return [
        *("--quiet", "--log-level", "none", "--log-level-file", "info"),
        *("--log-path", str(target / "logs"), "--no-send-anonymous-usage-stats"),
        *(*command.split(), "--project-dir", root, "--profiles-dir", root),
        *("--target-path", str(target), "--vars", json.dumps(settings.vars)),
    ]


@contextmanager
def _own_command_line(command: list[str]) -> Iterator[None]:
    """Set the process's arguments to dbt's command for the block.

    dbt writes them to its run results and log, and those of `tandem erase PERSON` name
    a person.
    """
    before = sys.argv
    sys.argv = ["dbt", *command]
    try:
        yield
    finally:
        sys.argv = before


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set environment variables for the block, and restore them after it."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _failure(
    home: Home, target: Path, results: list[Any], error: BaseException | None
) -> BuildFailed:
    failed = [result for result in results if result.status in FAILED]
    if not failed:
        message = _first_words(str(error or "dbt stopped without giving a reason"))
        return BuildFailed(message, "dbt", f"its log is under {target / 'logs'}")
    more = f", and {len(failed) - 1} more failed" if len(failed) > 1 else ""
    node = failed[0].node
    place, what = f"{node.name} ({node.path})", _first_words(str(failed[0].message))
    rules = _failed_rules(home, failed[0]) if failed[0].status == "fail" else []
    if rules:
        # dbt gives only the number of failed rules.
        table = str(node.attached_node).rsplit(".", maxsplit=1)[-1]
        place, what = f"{table} ({node.original_file_path})", listed_rules(rules)
    return BuildFailed(f"{what}{more}", place, f"the SQL is under {target}")


def _failed_rules(home: Home, result: "NodeResult") -> list[str]:
    """Return what an audit found, as "status is null (2 rows)", most rows first.

    Empty for any other node, and where the warehouse can't be read.
    """
    node: Any = result.node
    metadata = getattr(node, "test_metadata", None)
    if metadata is None or metadata.name not in AUDITS:
        return []
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")  # as in profiles.yml
            return rules_broken(connection, node.compiled_code)
    except duckdb.Error:
        return []


def rules_broken(connection: duckdb.DuckDBPyConnection, audit: str) -> list[str]:
    """Run an audit's query and return what it found, most rows first.

    Returns:
        One text a rule, such as "status is null (2 rows)".
    """
    rows = connection.sql(f"""
        select failed_rule, row_count from ({audit})
        order by row_count desc, failed_rule
    """).fetchall()
    return [f"{rule} ({n:,} {'row' if n == 1 else 'rows'})" for rule, n in rows]


def listed_rules(rules: list[str]) -> str:
    """Return the first broken rules as one phrase."""
    more = len(rules) - RULES_SHOWN
    return "; ".join(rules[:RULES_SHOWN]) + (f"; {more} more rules" * (more > 0))


def _first_words(message: str) -> str:
    """Return dbt's message on one line, without colours and without the macro stack."""
    plain = COLOURS.sub("", message)
    lines = (line.strip() for line in plain.splitlines())
    return " ".join(line for line in lines if line and not line.startswith(">"))
