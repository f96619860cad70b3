"""Stage 3, model: dbt in this process, from raw to marts.

dbt knows when a model's inputs changed; it does not know that a threshold did. So a
fingerprint of everything that gives the numbers their meaning is kept beside the
last build, and a change of it rebuilds in full.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import duckdb

from tandem.core.errors import BuildFailed, WarehouseProblem
from tandem.core.files import Home, project_root, read_status, record_status
from tandem.core.progress import Advance, step
from tandem.core.settings import Settings
from tandem.core.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

UNMAPPED_SHOWN = 20  # the rest is in intermediate.int_unmapped_terms
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
MEANING = (
    "dbt_project.yml",
    "seeds/*.csv",
    "seeds/*.yml",
    "macros/**/*.sql",
    "models/**/*.sql",
    "models/**/*.yml",
)


@dataclass(frozen=True)
class BuildReport:
    """What one build did.

    Attributes:
        node_count: seeds, models and tests that ran.
        seconds: how long it took.
        full_refresh: whether everything was rebuilt from all of raw.
        reason: why it was rebuilt in full, empty otherwise.
        fingerprint: digest of vars, seeds and SQL.
        slowest: models and their seconds, the slowest five.
        unmapped: IRIs that nobody gave a meaning, how often each came, by vocabulary.
        accounts_matched: by source, how many of its accounts are of known people.
        unbound: what belongs to no programme or cohort yet, and is in no KPI.
    """

    node_count: int
    seconds: float
    full_refresh: bool
    reason: str
    fingerprint: str
    slowest: dict[str, float]
    unmapped: dict[str, dict[str, int]]
    accounts_matched: dict[str, str]
    unbound: dict[str, int]


def build(home: Home, settings: Settings, full_refresh: bool = False) -> BuildReport:
    """Run seeds, models and tests over what is landed.

    Args:
        home: where the warehouse lies.
        settings: the thresholds in force, handed to dbt whole.
        full_refresh: rebuild every mart from all of raw.

    Raises:
        WarehouseProblem: nothing is landed yet, or another process holds the file.
        BuildFailed: a model, a contract or a test failed.
    """
    _require_landed(home)
    _complete_layout(home)
    fingerprint = fingerprint_of(settings)
    reason = _reason(home, fingerprint, full_refresh)
    started = time.monotonic()
    with step("Building the marts") as advance:
        results = _run_dbt(home, settings, bool(reason), advance)
    report = BuildReport(
        node_count=len(results),
        seconds=round(time.monotonic() - started, 1),
        full_refresh=bool(reason),
        reason=reason,
        fingerprint=fingerprint,
        slowest=_slowest(results),
        unmapped=_unmapped(home),
        accounts_matched=_matched(home),
        unbound=_unbound(home),
    )
    counters = asdict(report)
    by_vocabulary = counters.pop("unmapped")
    counters |= {f"unmapped_{name}": found for name, found in by_vocabulary.items()}
    record_status(home, "build", counters)
    return report


def fingerprint_of(settings: Settings) -> str:
    """Return a digest of all that gives the numbers their meaning."""
    digest = sha256(json.dumps(settings.vars, sort_keys=True).encode())
    root = project_root()
    for pattern in MEANING:
        for path in sorted(root.glob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _complete_layout(home: Home) -> None:
    """Add the tables that an earlier version of raw did not have yet."""
    layout = project_root() / "ingest" / "storage" / "tables.sql"
    try:
        with duckdb.connect(str(home.warehouse)) as connection:
            connection.execute(layout.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        raise WarehouseProblem(
            str(error).splitlines()[0],
            str(home.warehouse),
            "close what has it open, then again",
        ) from error


def _require_landed(home: Home) -> None:
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "there is no warehouse yet", str(home.warehouse), "land something first"
        )
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            found = connection.sql(
                "select count(*) from duckdb_tables() where schema_name = 'raw'"
            ).fetchall()[0][0]
    except duckdb.Error as error:
        raise WarehouseProblem(
            str(error).splitlines()[0],
            str(home.warehouse),
            "close what else has it open, or land into a new home",
        ) from error
    if not found:
        raise WarehouseProblem(
            "it holds no landed data", str(home.warehouse), "land something first"
        )


def _reason(home: Home, fingerprint: str, asked_for: bool) -> str:
    if asked_for:
        return "it was asked for"
    before = read_status(home).get("build", {}).get("fingerprint")
    if before is None:
        return "there was no build before"
    if before != fingerprint:
        return "a threshold, a seed or a model changed since the last build"
    return ""


def _run_dbt(
    home: Home, settings: Settings, full_refresh: bool, advance: Advance
) -> list[Any]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    def on_event(event: "EventMsg") -> None:
        if event.info.name == "NodeFinished":
            advance(1)

    with _environment(TANDEM_HOME=str(home.root)):
        try:
            outcome = dbtRunner(callbacks=[on_event]).invoke(
                _arguments(home, settings, full_refresh)
            )
        finally:
            # dbt keeps the file open for the next command of this process
            DuckDBConnectionManager.close_all_connections()
    results = list(getattr(outcome.result, "results", None) or [])
    if not outcome.success:
        raise _failure(home, results, outcome.exception)
    return results


def _arguments(home: Home, settings: Settings, full_refresh: bool) -> list[str]:
    root, target = str(project_root()), home.dbt_target
    arguments = ["--quiet", "--log-level", "none", "--log-level-file", "info"]
    arguments += ["--log-path", str(target / "logs"), "--no-send-anonymous-usage-stats"]
    arguments += ["build", "--project-dir", root, "--profiles-dir", root]
    arguments += ["--target-path", str(target), "--vars", json.dumps(settings.vars)]
    return [*arguments, "--full-refresh"] if full_refresh else arguments


@contextmanager
def _environment(**values: str) -> Iterator[None]:
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
    home: Home, results: list[Any], error: BaseException | None
) -> BuildFailed:
    failed = [r for r in results if r.status in ("error", "fail", "runtime error")]
    more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
    log = f"the SQL is under {home.dbt_target}"
    if failed:
        node = failed[0].node
        message = _first_words(str(failed[0].message))
        return BuildFailed(f"{message}{more}", f"{node.name} ({node.path})", log)
    message = _first_words(str(error or "dbt stopped without saying why"))
    return BuildFailed(message, "dbt", f"its log is under {home.dbt_target / 'logs'}")


def _first_words(message: str) -> str:
    """Return dbt's message without colours, and the macros that it came through."""
    plain = COLOURS.sub("", message)
    lines = (line.strip() for line in plain.splitlines())
    return " ".join(line for line in lines if line and not line.startswith(">"))


def _slowest(results: list[Any]) -> dict[str, float]:
    models = [r for r in results if r.node.resource_type == "model"]
    models.sort(key=lambda result: -result.execution_time)
    return {r.node.name: round(r.execution_time, 1) for r in models[:5]}


def _unmapped(home: Home) -> dict[str, dict[str, int]]:
    """Return how often each IRI came that nobody mapped, the most frequent first."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.sql(
            """
            select vocabulary, iri, statement_count
            from intermediate.int_unmapped_terms
            order by statement_count desc, iri
            """
        ).fetchall()
    found = {
        vocabulary.name: {iri: n for name, iri, n in rows if name == vocabulary.name}
        for vocabulary in VOCABULARIES
    }
    return {
        name: dict(list(counts.items())[:UNMAPPED_SHOWN])
        for name, counts in found.items()
    }


def _matched(home: Home) -> dict[str, str]:
    """Return `matched of all` accounts by source, sources without people left out."""
    rows = _asked(
        home,
        """
        select source, matched_count, actor_count from marts.dim_sources
        where actor_count > 0 order by source
        """,
    )
    return {source: f"{matched:,} of {count:,}" for source, matched, count in rows}


def _unbound(home: Home) -> dict[str, int]:
    """Return how many live sessions and statements nobody has bound yet."""
    rows = _asked(
        home,
        """
        select 'live sessions', count(*) from marts.dim_sessions where cohort_id is null
        union all
        select 'statements', coalesce(sum(unbound_count), 0)::bigint
        from marts.dim_sources
        """,
    )
    return dict(rows)


def _asked(home: Home, query: str) -> list[Any]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(query).fetchall()
