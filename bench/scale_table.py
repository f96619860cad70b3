"""The table of `bench.scale` in docs/benchmarks.md: both sizes, growth, limits."""

import json
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tandem.core.files import project_root
from tandem.core.memory import memory_of_machine

SCALES = ("1m", "10m")
BEGIN, END = "<!-- begin: bench.scale -->", "<!-- end: bench.scale -->"
NOT_MEASURED = "not measured"
GIB = 2**30
STAGES = (
    "ingest",
    "build",
    "compare",
    "check",
    "publish",
    "nothing new",
    "refresh: ingest",
    "refresh: build",
    "refresh: compare",
    "refresh: publish",
)
NAMES = {
    "build": "build in full",
    "nothing new": "build, nothing new",
    "refresh: ingest": "+1 %: ingest",
    "refresh: build": "+1 %: build",
    "refresh: compare": "+1 %: compare",
    "refresh: publish": "+1 %: publish",
}
MOST_GROWTH, MOST_PEAK_GIB, MOST_BYTES = 11, 4, 0.4
Figures = dict[str, Any]


@dataclass(frozen=True)
class Ratio:
    """One figure with a limit: how it follows from what was measured at one size.

    `most` is the limit by size; a size without one is only shown.
    """

    name: str
    value: Callable[[Figures], float]
    most: dict[str, float]


def _of_full_build(stage: str, part: str) -> Callable[[Figures], float]:
    """Return what gives a part of one stage over that of a build in full."""
    return lambda f: f[stage][part] / f["build"][part]


RATIOS = (
    Ratio(
        "nothing new, CPU seconds over those of a build in full",
        _of_full_build("nothing new", "cpu_seconds"),
        {"1m": 0.04, "10m": 0.04},
    ),
    Ratio(
        "+1 %: model SQL over that of a build in full",
        _of_full_build("refresh: build", "model_sql"),
        {"1m": 0.15, "10m": 0.15},
    ),
    Ratio(
        "+1 %: build, CPU seconds over those of a build in full",
        _of_full_build("refresh: build", "cpu_seconds"),
        {"1m": 0.40, "10m": 0.20},
    ),
    Ratio(
        "+1 %: build, wall seconds over those of a build in full",
        _of_full_build("refresh: build", "seconds"),
        {"1m": 0.40, "10m": 0.20},
    ),
    Ratio(
        "raw and marts over the NDJSON's bytes",
        lambda f: (
            (f["sizes"]["raw"] + f["sizes"]["marts"]) / f["arrivals"]["first_bytes"]
        ),
        {"1m": MOST_BYTES, "10m": MOST_BYTES},
    ),
    Ratio(
        "the whole warehouse over the NDJSON's bytes",
        lambda f: f["sizes"]["file"] / f["arrivals"]["first_bytes"],
        {},
    ),
    Ratio(
        "reader during a publish: failed queries",
        lambda f: f["readers"]["failures"],
        {"1m": 0, "10m": 0},
    ),
    Ratio(
        "reader during a publish: slowest query over the median",
        lambda f: f["readers"]["worst"] / f["readers"]["median"],
        {"1m": 2, "10m": 2},
    ),
)


def kept_file(scale: str) -> Path:
    """Return the file in which the figures of one size are kept."""
    return project_root() / "build" / "bench" / f"scale-{scale}.json"


def circumstances() -> Figures:
    """Return the machine and the versions of what does the work."""
    memory = (memory_of_machine() or 0) / GIB
    packages = ("duckdb", "dbt-core", "dbt-duckdb", "polars", "streamlit")
    return {
        "machine": f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB",
        "versions": ", ".join(
            [f"Python {platform.python_version()}"]
            + [f"{name} {version(name)}" for name in packages]
        ),
    }


def text_of(measured: dict[str, Figures]) -> str:
    """Return the table.

    Args:
        measured: what is known of each size; a figure that is missing, or a size, is
            called not measured.
    """
    sizes = [measured.get(scale, {}) for scale in SCALES]
    rows = [("what", *SCALES, "growth", "wanted")]
    rows.append(_counted("enrolments", "enrolments", sizes))
    rows.append(_counted("statements in raw", "statements", sizes))
    for stage in STAGES:
        for part, unit in (("seconds", "wall s"), ("cpu_seconds", "CPU s")):
            rows.append(_time_row(stage, part, unit, sizes))
        rows.append(_peak_row(stage, sizes))
    rows.append(_query_row(sizes))
    for ratio in RATIOS:
        shown = [_ratio(ratio, *pair) for pair in zip(SCALES, sizes, strict=True)]
        rows.append((ratio.name, *shown, "", _wanted(ratio)))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---|---:|---:|---:|---|")
    known = next((found for found in reversed(sizes) if found), None)
    about = f"{known['machine']}. {known['versions']}." if known else ""
    return "\n".join([about, "", *lines])


def _counted(name: str, key: str, sizes: list[Figures]) -> tuple[str, ...]:
    counts = [found.get(key) for found in sizes]
    shown = [NOT_MEASURED if count is None else f"{count:,}" for count in counts]
    return (name, *shown, _growth(counts), "")


def _time_row(
    stage: str, part: str, unit: str, sizes: list[Figures]
) -> tuple[str, ...]:
    values = [found.get(stage, {}).get(part) for found in sizes]
    shown = [NOT_MEASURED if value is None else f"{value:,.1f}" for value in values]
    growth, wanted = _growth(values), ""
    if stage == "build":
        wanted = f"growth at most {MOST_GROWTH}"
        if None not in values:
            growth = _judged(growth, values[1] / values[0] <= MOST_GROWTH)
    return (f"{NAMES.get(stage, stage)}, {unit}", *shown, growth, wanted)


def _peak_row(stage: str, sizes: list[Figures]) -> tuple[str, ...]:
    peaks = [found.get(stage, {}).get("peak_mib") for found in sizes]
    shown = [
        NOT_MEASURED
        if peak is None
        else _judged(f"{peak / 1024:.2f}", peak / 1024 <= MOST_PEAK_GIB)
        for peak in peaks
    ]
    name = f"{NAMES.get(stage, stage)}, peak GiB"
    return (name, *shown, _growth(peaks), f"at most {MOST_PEAK_GIB}")


def _query_row(sizes: list[Figures]) -> tuple[str, ...]:
    values = [found.get("queries", {}).get("p95") for found in sizes]
    shown = [NOT_MEASURED if v is None else f"{1000 * v:.1f}" for v in values]
    growth = _growth(values)
    if None not in values:
        growth = _judged(growth, values[1] / values[0] <= 1.5)
    return ("queries of all pages, p95 in ms", *shown, growth, "growth at most 1.5")


def _growth(values: list[float | None]) -> str:
    small, large = values
    return f"{large / small:.1f}" if small and large else ""


def _ratio(ratio: Ratio, scale: str, found: Figures) -> str:
    try:
        value = ratio.value(found)
    except KeyError:
        return NOT_MEASURED
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    most = ratio.most.get(scale)
    return text if most is None else _judged(text, value <= most)


def _judged(text: str, is_met: bool) -> str:
    return text if is_met else f"**{text}**"


def _wanted(ratio: Ratio) -> str:
    limits = list(dict.fromkeys(ratio.most.values()))
    return "at most " + ", ".join(f"{limit:g}" for limit in limits) if limits else ""


def write(page: Path) -> None:
    """Write the table of what is kept between the marks of a page."""
    measured = {
        scale: json.loads(kept_file(scale).read_text(encoding="utf-8"))
        for scale in SCALES
        if kept_file(scale).exists()
    }
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    made = f"{before}{BEGIN}\n{text_of(measured)}\n{END}{after}"
    page.write_text(made, encoding="utf-8")
