"""The order of the stages: land, model, compare, judge, publish.

Each stage reads what the one before left in the warehouse; this module is the only
place that knows them all.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tandem.cli.kept_plans import kept_plans
from tandem.core.counted import counted
from tandem.core.errors import DeliveryError
from tandem.core.files import Home
from tandem.core.progress import console
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from tandem.cli.modelling import BuildReport


def land(
    paths: list[Path], home: Home, settings: Settings, lrs: Sequence[str] = ()
) -> None:
    """Land deliveries; a bad file or LRS is named, the others land.

    Args:
        paths: files and folders.
        home: where to.
        settings: how.
        lrs: LRSs to pull before, by URL or name in tandem.toml.

    Raises:
        DeliveryError: one or more could not be read.
    """
    from ingest.landing.delivery import ReadOptions
    from ingest.pull.lrs.run import ingest_lrs
    from ingest.run import ingest

    pulled = ingest_lrs(list(lrs), home, settings, ReadOptions()) if lrs else []
    landed = ingest(paths, home, settings, ReadOptions()) if paths else []
    reports = [*pulled, *landed]
    failed = [report for report in reports if report.error]
    for report in failed:
        console.print(f"tandem: {report.error}", markup=False, soft_wrap=True)
    if failed:
        raise DeliveryError(
            f"{len(failed)} of {counted(len(reports), 'delivery', 'deliveries')} "
            "could not be landed",
            next_step="fix or leave out the files named above; the others are landed",
        )


def refresh(home: Home, settings: Settings, *, full_refresh: bool = False) -> str:
    """Model, compare, judge and publish what is landed; return the snapshot's id.

    Raises:
        WarehouseProblem: nothing is landed yet.
        BuildFailed: dbt refused.
        NotPublished: the judgement or the privacy audit said no.
    """
    from comparison.run import compare_warehouse
    from expectations.run import judge
    from publishing.run import publish

    with home.writing():
        model(home, settings, full_refresh=full_refresh)
        compare_warehouse(home, settings, kept_plans(home))
        judge(home, settings)
        return publish(home, settings, accepted=[])


def model(
    home: Home,
    settings: Settings,
    *,
    full_refresh: bool = False,
    is_on_cluster: bool | None = None,
) -> "BuildReport":
    """Read corrected labels and resolve identities, then build the marts.

    The caller holds the lock. A warehouse of an earlier layout is changed first.

    Where nothing changed since the last build, neither is done.

    Args:
        home: whose marts are built.
        settings: the current thresholds.
        full_refresh: build everything from all that is landed.
        is_on_cluster: build with Spark; None for where the last build ran.

    Raises:
        WarehouseProblem: nothing is landed yet, or another process holds the file.
        KeyProblem: the pseudonym key is missing or another one.
        ClusterProblem: the cluster cannot be used.
        BuildFailed: dbt refused.
    """
    from ingest.storage.migration import migrate
    from ingest.storage.warehouse_layouts import WAREHOUSE
    from tandem.cli.build_state import was_on_cluster
    from tandem.cli.corrections import land_corrections
    from tandem.cli.modelling import build, nothing_to_build

    migrate(home.warehouse, WAREHOUSE)
    land_corrections(home)
    if is_on_cluster is None:
        is_on_cluster = was_on_cluster(home)
    if not full_refresh and (
        report := nothing_to_build(home, settings, is_on_cluster=is_on_cluster)
    ):
        return report
    from ingest.identity.resolution import resolve_identities

    if home.vault.exists() and home.warehouse.exists():
        resolve_identities(home, settings)
    if is_on_cluster:
        from tandem.cli.cluster import build_on_cluster

        return build_on_cluster(home, settings, full_refresh=full_refresh)
    return build(home, settings, full_refresh=full_refresh)
