"""The checkpoint: profile tables against their suites, by Great Expectations.

It uses an ephemeral context on pandas frames and sends nothing to another host. The
Data Docs that it writes are static pages.
"""

import os
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import polars as pl
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

from expectations.findings import Finding, finding
from expectations.profiles import Profile

SITE = "plausibility"


def check_profiles(
    profile: Profile,
    suites: list[ModuleType],
    thresholds: dict[str, Any],
    docs: Path,
) -> tuple[list[Finding], int]:
    """Run every suite over its table and write the Data Docs.

    Args:
        profile: the tables, with the columns that compare.
        suites: modules as `expectations.suites.suites` returns them.
        thresholds: the current vars.
        docs: folder of the Data Docs site.

    Returns:
        The findings, and how many expectations were checked.
    """
    context = _context(docs)
    source = context.data_sources.add_pandas("warehouse")
    findings, checked = [], 0
    for suite in suites:
        frame = profile[suite.TABLE]
        results = _run(context, source, suite, frame, thresholds)
        checked += len(results)
        findings += [
            failure for result in results for failure in _failures(result, suite)
        ]
    context.build_data_docs(site_names=[SITE])  # once for all suites
    return findings, checked


def _context(docs: Path) -> EphemeralDataContext:
    in_memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    config = DataContextConfig(
        store_backend_defaults=in_memory,
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(docs),
            },
        },
    )
    return context


def _run(
    context: EphemeralDataContext,
    source: Any,  # noqa: ANN401 - Great Expectations generates this class at run time
    suite: ModuleType,
    frame: pl.DataFrame,
    thresholds: dict[str, Any],
) -> list[ExpectationValidationResult]:
    name = suite.TABLE
    asset = source.add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe(name)
    expected = context.suites.add(
        gx.ExpectationSuite(name=name, expectations=suite.expectations(thresholds))
    )
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=name, data=batch, suite=expected)
    )
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name=name,
            validation_definitions=[definition],
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(suite.KEYS),
                "include_unexpected_rows": False,
            },
        )
    )
    named = frame.with_columns(pl.col(suite.KEYS).cast(pl.String))
    outcome = checkpoint.run(batch_parameters={"dataframe": named.to_pandas()})
    return [result for run in outcome.run_results.values() for result in run.results]


def _failures(result: ExpectationValidationResult, suite: ModuleType) -> list[Finding]:
    if result.success:
        return []
    config = result.expectation_config
    limit = config.kwargs.get("max_value", config.kwargs.get("min_value"))
    column = config.kwargs["column"]
    if "unexpected_index_list" not in result.result:
        raise RuntimeError(f"{config.meta['name']}: {result.exception_info}")
    return [
        finding(
            config.meta,
            suite.TABLE,
            {key: row[key] for key in suite.KEYS},
            float(row[column]),
            limit,
        )
        for row in result.result["unexpected_index_list"]
    ]
