"""How right the suggestions of `tandem init` are, and whether they give a first page.

The invented organisation is written without its own tables, under its own titles or
others; `tandem init` suggests, and the tables that were kept back are the answers:

    python -m bench.first_week [--titles english] [--seeds 3 11] [--plain]
        [--no-roster] [--run]

Prints a JSON object for each seed: how many suggestions of each kind were made and
right, how many cells are left to fill, visible cells with an address in them, and with
--run the snapshot that the workbook as suggested leads to.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.answers import (
    KINDS,
    cohorts_of_keys,
    count,
    count_programme,
    table,
    value,
)
from bench.without_roster import judged_without_roster
from ingest.connectors.programmes.format.filled_sheets import rows_of
from ingest.landing.delivery import ReadOptions
from ingest.mapping.workbook import close_workbook
from ingest.proposals.workbook_file import cells_to_fill
from ingest.run import ingest
from ingest.storage.programme_ids import activity_of, group_of, keys_of_meeting
from ingest.storage.programme_sheets import Rows
from tandem.cli import pipeline
from tandem.cli.first_week import FirstWeek
from tandem.core.files import Home
from tandem.core.settings import Settings

ADDRESS = re.compile(r"\w+://|urn:|[0-9a-f]{16,}|title-[0-9a-f]{8}")
SAID = {"name": "Example Group", "tz": "Asia/Kolkata", "month": "April", "k": None}


def measured(
    root: Path,
    titles: str,
    enrolments: int,
    seed: int,
    *,
    is_plain: bool,
    is_run: bool,
    has_roster: bool = True,
) -> dict[str, Any]:
    """Return the figures of one organisation; its files go below `root`."""
    folder, answers = root / "files", root / "answers"
    more = ["plain"] if is_plain else []
    arguments = [folder, answers, titles, enrolments, seed, *more]
    command = [sys.executable, "-m", "bench.titled_sample", *map(str, arguments)]
    subprocess.run(command, check=True)
    judge = judged
    if not has_roster:
        shutil.rmtree(folder / "roster")
        judge = judged_without_roster
    home = Home(root / "home")
    started = time.perf_counter()
    week = FirstWeek(folder, home, None, None)
    week.settle(SAID, [], None)
    settings = Settings.load(home)
    refused = [r.error for r in week.land(settings) if r.error]
    week.propose(settings)
    seconds = time.perf_counter() - started
    rows = rows_of(week.target)
    close_workbook()
    figures: dict[str, Any] = {
        "titles": titles,
        "seed": seed,
        "roster": has_roster,
        "seconds": round(seconds),
        "refused": refused,
        "suggestions": judge(rows, answers / "organisation"),
        "cells_to_fill": cells_to_fill(rows),
        "visible_addresses": len(addresses(rows)),
    }
    if is_run:
        (report,) = ingest([week.target], home, settings, ReadOptions())
        figures["workbook_error"] = report.error
        figures["snapshot"] = pipeline.refresh(home, settings)
    return figures


def judged(rows: Rows, answers: Path) -> dict[str, dict[str, int]]:
    """Return how many suggestions of each kind are right, wrong, or were not made."""
    programmes = table(answers, "programmes", "programme_id")
    cohorts = table(answers, "cohorts", "cohort_id")
    activities = table(answers, "activities", "activity_id")
    named = {r.cells["programme_name"]: r.identity for r in rows["programmes"]}
    groups = {r.cells["cohort_name"]: group_of(r.identity)[0] for r in rows["groups"]}
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for row in rows["groups"]:
        known = cohorts.get(group_of(row.identity)[0])
        if known is None:
            counts["grouping"]["wrong"] += 1  # a group that there is not
            continue
        got = named.get(row.cells["programme_id"], "")
        count(counts["grouping"], got, known["programme_id"])
        got = value("groups", "delivery_mode", row.cells["delivery_mode"])
        count(counts["mode"], got, known["delivery_mode"])
    for row in rows["programmes"]:
        count_programme(counts, row, programmes[row.identity])
    cohort_of = cohorts_of_keys(answers)
    for row in rows["meetings"]:
        keys = keys_of_meeting(row.identity)
        right = next((cohort_of[key] for key in keys if key in cohort_of), "")
        if right or row.cells["cohort_id"]:
            got = groups.get(row.cells["cohort_id"], "")
            count(counts["grouping"], got, right)
    for row in rows["content"]:
        activity = activity_of(row.identity)[0]
        if activity in activities:
            got = named.get(row.cells["programme_id"], "")
            count(counts["grouping"], got, activities[activity]["programme_id"])
    return {kind: dict(found) for kind, found in counts.items()}


def addresses(rows: Rows) -> list[str]:
    """Return the visible cells that hold an address or a hash."""
    visible = (
        value
        for some in rows.values()
        for row in some
        for value in (*row.cells.values(), *row.reasons.values())
    )
    return [value for value in visible if ADDRESS.search(value)]


def main() -> None:
    """Measure each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", default="sample")
    parser.add_argument("--seeds", type=int, nargs="+", default=[3])
    parser.add_argument("--enrolments", type=int, default=3_000)
    parser.add_argument("--plain", action="store_true", help="groups without titles")
    parser.add_argument("--no-roster", action="store_true", help="no list of groups")
    parser.add_argument("--run", action="store_true", help="land, build and publish")
    said = parser.parse_args()
    for seed in said.seeds:
        with tempfile.TemporaryDirectory(prefix="tandem-") as folder:
            figures = measured(
                Path(folder),
                said.titles,
                said.enrolments,
                seed,
                is_plain=said.plain,
                is_run=said.run,
                has_roster=not said.no_roster,
            )
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
