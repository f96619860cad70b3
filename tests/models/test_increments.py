"""An increment leaves the same rows as a build in full, to the bit.

A history is a random sequence of batches: new and late statements, other bodies of
known ones, voidings, reports of live sessions, changed rosters and tables of the
organisation, corrected labels, linked, unlinked and restricted people, and an erasure.
After each batch the home is built as `tandem build` does it, and a copy of it in full.
`TANDEM_HISTORIES` sets how many histories are tried; `make campaign` tries more.
"""

import csv
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingest.identity import erasure
from ingest.identity.data_requests import restrict
from ingest.identity.linking import link, unlink
from ingest.identity.resolution import resolve_identities
from ingest.identity.secret import load_secret
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from samples.generate import generate
from samples.plan import Plan
from tandem.cli.corrections import land_corrections
from tandem.cli.modelling import BuildReport, build
from tandem.core import journal
from tandem.core.corrections import COHORT_MODE, COMPLETION_RULE, PROGRAMME_CATEGORY
from tandem.core.files import Home
from tandem.core.settings import Settings
from tests.models.arrivals import as_object, reports_of, statements_of, written
from tests.models.differences import differing_tables

HISTORIES = int(os.environ.get("TANDEM_HISTORIES", "1"))
SCHEMAS = ("staging", "intermediate", "marts")
BATCH = 60  # statements, of some 4,000: far fewer than cause a build in full


class History:
    """One home, what has arrived there, and what is still to come."""

    def __init__(self, root: Path, sample: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.root, self.sample = root, sample
        self.home = Home(root / "home")
        self.home.root.mkdir(parents=True)
        shutil.copy(sample / "tandem.toml", self.home.settings)
        self.settings = Settings.load(self.home)
        lines = statements_of(sample)
        self.chance.shuffle(lines)
        # The newest statements come last, so that the time up to which programmes are
        # known moves; one in ten comes late.
        lines.sort(key=lambda line: self._time(line))
        share = len(lines) * 8 // 10
        late = self.chance.sample(range(share), share // 10)
        self.to_come = lines[share:]
        self.late = [lines[number] for number in late]
        first = [line for n, line in enumerate(lines[:share]) if n not in set(late)]
        reports = reports_of(sample)
        self.chance.shuffle(reports)
        live = [p for p in reports if p.parent.name not in ("organisation", "roster")]
        self.reports = live[: len(live) // 4]
        arrived = [path for path in reports if path not in self.reports]
        self.number = 0
        self.people = self._people()
        self.linked: list[str] = []
        self.land([*arrived, *written(root / "first", first, 3)])

    def _time(self, line: str) -> str:
        statement = as_object(line) or {}
        return str(statement.get("timestamp") or statement.get("stored") or "")

    def _people(self) -> list[str]:
        with (self.sample / "organisation" / "people.csv").open(encoding="utf-8") as f:
            return [row["email"] for row in csv.DictReader(f)]

    def land(self, paths: list[Path]) -> None:
        reports = ingest(paths, self.home, self.settings, ReadOptions())
        assert [report.error for report in reports if report.error] == []

    def land_statements(self, lines: list[str]) -> None:
        self.number += 1
        self.land(written(self.root / f"batch-{self.number}", lines, 2))

    def amended(self, name: str, change: Callable[[dict[str, str]], None]) -> None:
        """Land a table of the organisation again, with some of its rows changed."""
        self.number += 1
        folder = self.root / f"amended-{self.number}" / "organisation"
        folder.mkdir(parents=True)
        with (self.sample / "organisation" / name).open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in self.chance.sample(rows, max(1, len(rows) // 20)):
            change(row)
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        self.land([folder / name])

    def person(self) -> str:
        return self.chance.choice(self.people)

    def build(self) -> BuildReport:
        land_corrections(self.home)
        resolve_identities(self.home, self.settings)
        return build(self.home, self.settings, has_data_tests=False)

    def rebuilt(self) -> Path:
        """Return the warehouse of a copy of the home that was built in full."""
        copy = Home(self.root / "copy")
        shutil.rmtree(copy.root, ignore_errors=True)
        shutil.copytree(self.home.root, copy.root)
        build(copy, self.settings, full_refresh=True, has_data_tests=False)
        return copy.warehouse


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def newest(history: History) -> None:
    history.land_statements(history.to_come[:BATCH])
    history.to_come = history.to_come[BATCH:]


def late(history: History) -> None:
    history.land_statements(history.late[:BATCH])
    history.late = history.late[BATCH:]


def live(history: History) -> None:
    history.land(history.reports[:6])
    history.reports = history.reports[6:]


def relabelled(history: History) -> None:
    def change(row: dict[str, str]) -> None:
        row["default_delivery_mode"] = history.chance.choice(
            ["sync", "async", "hybrid"]
        )
        row["horizon_days"] = history.chance.choice(["30", "90", "180"])

    history.amended("programmes.csv", change)


def moved(history: History) -> None:
    """People move to other units and time zones, and some leave."""

    def change(row: dict[str, str]) -> None:
        row["region"] = history.chance.choice(["Asia", "Europe"])
        row["time_zone"] = history.chance.choice(["Asia/Kolkata", "America/New_York"])
        row["left_at"] = history.chance.choice(["", "2026-08-01"])

    history.amended("people.csv", change)


def other_roles(history: History) -> None:
    def change(row: dict[str, str]) -> None:
        row["role"] = history.chance.choice(["unit", "practice", "assessment"])

    history.amended("activities.csv", change)


def other_dates(history: History) -> None:
    def change(row: dict[str, str]) -> None:
        row["due_at"] = "2026-01-31T00:00:00Z"

    history.amended("due_dates.csv", change)


def rerostered(history: History) -> None:
    """Some people are waived, and some cohorts take place at other times."""

    def waived(row: dict[str, str]) -> None:
        row["email"] = history.person()

    def postponed(row: dict[str, str]) -> None:
        row["ends_at"] = ""
        row["time_zone"] = "Asia/Tokyo"

    history.amended("waivers.csv", waived)
    history.amended("cohorts.csv", postponed)


def corrected(history: History) -> None:
    """People correct labels of a programme and of a cohort in the journal."""
    with duckdb.connect(str(history.home.warehouse), read_only=True) as connection:
        programme, cohort = connection.execute(
            "select min(programme_id), min(cohort_id) from marts.dim_cohorts"
            " where not is_derived"
        ).fetchall()[0]
    entries = [
        journal.Entry("analyst", kind, subject, payload, "")
        for kind, subject, payload in (
            (PROGRAMME_CATEGORY, programme, {"outcome_category": "leadership"}),
            (COMPLETION_RULE, programme, {"completion_class": "attendance"}),
            (COHORT_MODE, cohort, {"delivery_mode": "sync"}),
        )
    ]
    journal.append(history.home.journal, entries, datetime.now(UTC))


def linked(history: History) -> None:
    one, other = history.chance.sample(history.people, 2)
    link(history.home, one, other, load_secret(may_make=False), now())
    history.linked.append(one)


def unlinked(history: History) -> None:
    if not history.linked:
        linked(history)
    unlink(history.home, history.linked.pop(), load_secret(may_make=False), now())


def restricted(history: History) -> None:
    secret = load_secret(may_make=False)
    restrict(history.home, history.person(), secret, now(), is_lifted=False)


def erased(history: History) -> None:
    secret = load_secret(may_make=False)
    planned = erasure.plan(history.home, history.person(), secret)
    erasure.begin(planned)
    erasure.erase_from_warehouse(planned)
    erasure.erase_from_vault(planned)


EVENTS = [
    newest,
    late,
    live,
    relabelled,
    moved,
    other_roles,
    other_dates,
    rerostered,
    corrected,
    linked,
    unlinked,
    restricted,
    erased,
]


def shuffled(chance: random.Random) -> list[list[Callable[[History], None]]]:
    """Return batches of events: all of them, in any order, two or three at a time."""
    events = [*EVENTS, newest, late, live, newest]
    chance.shuffle(events)
    # An erasure removes what was built, so that others must be seen without it.
    events.remove(erased)
    batches = [[newest], *(events[n : n + 3] for n in range(0, len(events), 3))]
    return [*batches, [erased, newest], [late]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    generate(folder, Plan(enrolments=200, seed=5))
    return folder


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_increments_equal_a_build_in_full_after_each_batch(
    seed: int, sample: Path, tmp_path: Path, parsed_project: None
):
    history = History(tmp_path, sample, seed)
    history.build()
    scopes: Counter[str] = Counter()
    for batch in shuffled(history.chance):
        for event in batch:
            event(history)
        scopes[history.build().scope] += 1
        names = [event.__name__ for event in batch]
        rebuilt = history.rebuilt()
        assert differing_tables(history.home.warehouse, rebuilt, SCHEMAS) == {}, names
    assert scopes["partial"] >= 6
