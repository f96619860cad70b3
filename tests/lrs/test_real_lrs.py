"""Two real LRSs, filled by a real client: what is in raw equals what was sent."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from ingest.landing.delivery import ReadOptions
from ingest.pull.lrs.run import Pulled, ingest_lrs
from tandem.core.files import Home, project_root
from tandem.core.settings import Settings

Json = dict[str, Any]
Ask = Callable[[str], list[tuple]]

pytestmark = pytest.mark.lrs

IDS = "select statement_id from raw.statements order by all"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
PULL = "from tandem.cli.main import main; main()"


def invented(count: int, seed: int, days_ago: int = 200) -> list[Json]:
    """Return statements whose times are in no order, some of long ago."""
    chance = random.Random(seed)
    now = datetime.now(UTC)
    verbs = ("initialized", "progressed", "completed", "passed")

    def one() -> Json:
        person = chance.randrange(40)
        verb = chance.choice(verbs)
        then = now - timedelta(seconds=chance.randrange(days_ago * 86_400))
        return {
            "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "actor": {
                "objectType": "Agent",
                "account": {"homePage": "https://lms.example", "name": f"p{person}"},
            },
            "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
            "object": {"id": f"https://lms.example/course/{chance.randrange(9)}"},
            "timestamp": then.isoformat(timespec="milliseconds"),
        }

    return [one() for _number in range(count)]


def voiding(target: Json, seed: int) -> Json:
    whole = invented(1, seed)[0]
    reference = {"objectType": "StatementRef", "id": target["id"]}
    return whole | {"verb": {"id": VOIDED}, "object": reference}


def batches(statements: list[Json], size: int = 100) -> list[list[Json]]:
    return [statements[n : n + size] for n in range(0, len(statements), size)]


def pulled(home: Home, *endpoints: str) -> list[Pulled]:
    return ingest_lrs(list(endpoints), home, Settings.load(home), ReadOptions())


def ids(*lists: list[Json]) -> set[str]:
    return {one["id"] for some in lists for one in some}


def landed(ask: Ask) -> set[str]:
    return {statement_id for (statement_id,) in ask(IDS)}


def killed_in_the_middle(home: Home, endpoint: str, after_loads: int) -> None:
    """Start a pull as a process of its own and kill it between two loads."""
    environment = os.environ | {"TANDEM_HOME": str(home.root)}
    command = [sys.executable, "-c", PULL, "ingest", "--lrs", endpoint]
    process = subprocess.Popen(command, env=environment)
    end = time.monotonic() + 60
    while loads(home) < after_loads:
        assert process.poll() is None, "it was done before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def loads(home: Home) -> int:
    """Return how many loads are committed; the lock keeps the pull out meanwhile."""
    with home.writing():
        if not home.warehouse.exists():
            return 0
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            return connection.sql("select count(*) from raw.loads").fetchall()[0][0]


def model_statements(home: Home) -> None:
    """Run the models up to the current statements: a whole build takes longer."""
    root = str(project_root())
    where = ["--project-dir", root, "--profiles-dir", root]
    where += ["--target-path", str(home.dbt_target), "--vars"]
    command = [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "--quiet",
        "build",
        "--full-refresh",
    ]
    what = ["--select", "+stg_xapi__statements", "--resource-type", "seed"]
    subprocess.run(
        [
            *command,
            *what,
            *["--resource-type", "model", *where],
            json.dumps(Settings.load(home).vars),
        ],
        env=os.environ | {"TANDEM_HOME": str(home.root)},
        check=True,
    )


def settings(home: Home, endpoint: str, name: str, **more: object) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    lines = [f"[lrs.{name}]", f'url = "{endpoint}"']
    lines += ['username_env = "TANDEM_LRS_USERNAME"']
    lines += ['password_env = "TANDEM_LRS_PASSWORD"']
    lines += [f"{key} = {value}" for key, value in more.items()]
    with home.settings.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


@pytest.mark.usefixtures("credentials")
def test_learning_locker_late_voided_killed_and_repeated(learning_locker, home, ask):
    early = invented(2_400, seed=1)
    gone = [voiding(early[n], seed=100 + n) for n in range(0, 50, 5)]
    learning_locker.fill([*batches(early), gone])
    voided_before = ids([early[n] for n in range(0, 50, 5)])
    settings(home, learning_locker.endpoint, "ll", page_size=40, statements_a_load=200)

    killed_in_the_middle(home, "ll", after_loads=3)
    partly = landed(ask)
    assert 0 < len(partly) < 2_000
    (resumed,) = pulled(home, "ll")

    assert resumed.error is None
    assert resumed.read_count < 2_400, "the pull resumed from its cursor"
    assert landed(ask) == ids(early, gone) - voided_before

    late = invented(300, seed=2, days_ago=400)
    more_gone = [voiding(early[n], seed=200 + n) for n in range(60, 70)]
    learning_locker.fill([*batches(late), more_gone])
    (again,) = pulled(home, learning_locker.endpoint)

    assert again.error is None
    assert landed(ask) == ids(early, gone, late, more_gone) - voided_before
    assert again.landed_count == 310
    assert "in full" not in " ".join(again.notes)
    (nothing,) = pulled(home, "ll")
    assert (nothing.landed_count, nothing.rejected_count) == (0, 0)

    model_statements(home)
    gone_later = ids([early[n] for n in range(60, 70)])
    current = ids(early, late) - voided_before - gone_later
    found = ask("select statement_id from staging.stg_xapi__statements")
    assert {statement_id for (statement_id,) in found} == current


@pytest.mark.usefixtures("credentials")
def test_ralph_filters_event_time_and_still_nothing_is_lost(ralph, home, ask):
    early = invented(2_000, seed=3)
    ralph.fill(batches(early, 250))
    settings(home, ralph.endpoint, "ralph", page_size=100, statements_a_load=500)

    killed_in_the_middle(home, "ralph", after_loads=2)
    (resumed,) = pulled(home, "ralph")
    assert resumed.error is None
    assert landed(ask) == ids(early)

    late = invented(400, seed=4, days_ago=400)  # stored now, long after they happened
    ralph.fill(batches(late, 200))
    (again,) = pulled(home, "ralph")

    assert landed(ask) == ids(early, late)
    assert any("filters the time of the event" in note for note in again.notes)


@pytest.mark.usefixtures("credentials")
def test_two_lrss_side_by_side_keep_cursors_of_their_own(
    learning_locker, ralph, home, ask
):
    here, there = invented(30, seed=5), invented(20, seed=6)
    learning_locker.fill([here])
    ralph.fill([there])
    settings(home, learning_locker.endpoint, "ll")
    settings(home, ralph.endpoint, "ralph")

    reports = pulled(home, "ll", "ralph")

    assert [report.landed_count for report in reports] == [30, 20]
    cursors = ask("select source, count(distinct cursor) from raw.loads group by all")
    assert sorted(cursors) == [("ll", 1), ("ralph", 1)]
    assert landed(ask) == ids(here, there)
