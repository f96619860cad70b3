"""Two real LRSs on loopback, a real client that fills them, and one that misbehaves."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from tandem.core.files import Home

Json = dict[str, Any]

SERVERS = Path(__file__).parent / "servers"
RALPH = SERVERS / ".venv-ralph" / "bin"
BEGIN_SECONDS = 60
USER, PASSWORD = "ralph", "a-password-that-no-log-may-hold"


@dataclass(frozen=True)
class Lrs:
    """A running LRS."""

    endpoint: str

    def fill(self, batches: list[list[Json]]) -> None:
        """Send statements by the real client, a request a batch."""
        lines = [line for batch in batches for line in [*map(json.dumps, batch), ""]]
        client = ["node", "fill.cjs", self.endpoint, USER, PASSWORD, "100000"]
        subprocess.run(
            client, cwd=SERVERS, input="\n".join(lines), text=True, check=True
        )

    def held(self) -> dict[str, Json]:
        """Return what the LRS says that it holds, in the plainest way to ask."""
        found: dict[str, Json] = {}
        url = f"{self.endpoint}/statements?limit=100"
        with httpx.Client(auth=(USER, PASSWORD), timeout=60) as http:
            while url:
                headers = {"X-Experience-API-Version": "1.0.3"}
                answer = http.get(url, headers=headers).raise_for_status().json()
                found |= {one["id"]: one for one in answer["statements"]}
                more = answer.get("more")
                url = str(httpx.URL(url).join(more)) if more else ""
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], folder: Path, **changed: str) -> Iterator[None]:
    """Run a server until it answers, then until the block ends."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | changed,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{changed['PORT']}/"
        end = time.monotonic() + BEGIN_SECONDS
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"no LRS: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=2)
    except httpx.TransportError:
        return False
    return True


def needs(part: Path) -> None:
    if not part.exists() or shutil.which("node") is None:
        pytest.fail(
            "the LRSs for tests are not installed: .venv/bin/python "
            "tests/lrs_install.py"
        )


@pytest.fixture
def learning_locker(tmp_path: Path) -> Iterator[Lrs]:
    """Learning Locker's statements service, in memory, empty."""
    package = SERVERS / "node_modules" / "xapi-statements"
    needs(package)
    port, folder = str(free_port()), tmp_path / "learning_locker"
    folder.mkdir()
    command = ["node", "-r", str(SERVERS / "loopback.cjs")]
    command.append(str(package / "dist" / "server.js"))
    with running(
        command,
        folder,
        PORT=port,
        EXPRESS_PORT=port,
        AUTH_REPO="test",
        EVENTS_REPO="test",
        MODELS_REPO="memory",
        STORAGE_REPO="local",
        SERVICE_AWAIT_UPDATES="true",
        LOG_LEVEL="error",
    ):
        yield Lrs(f"http://127.0.0.1:{port}/xAPI")


@pytest.fixture
def ralph(tmp_path: Path) -> Iterator[Lrs]:
    """Ralph over a file, empty."""
    needs(RALPH / "uvicorn")
    port, folder = str(free_port()), tmp_path / "ralph"
    (folder / "app").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "data" / "fs_lrs.jsonl").touch()
    settings = {
        "PORT": port,
        "RALPH_APP_DIR": str(folder / "app"),
        "RALPH_AUTH_FILE": str(folder / "app" / "auth.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "data"),
    }
    agent = ["-s", "all", "-M", "mailto:lrs@example.org", "-N", "test", "-w"]
    subprocess.run(
        [str(RALPH / "ralph"), "auth", "-u", USER, "-p", PASSWORD, *agent],
        cwd=folder,
        env=os.environ | settings,
        check=True,
        capture_output=True,
    )
    command = [str(RALPH / "uvicorn"), "--app-dir", str(SERVERS), "ralph_app:app"]
    command += ["--host", "127.0.0.1", "--port", port, "--log-level", "warning"]
    with running(command, folder, **settings):
        yield Lrs(f"http://127.0.0.1:{port}/xAPI")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_LRS_USERNAME", USER)
    monkeypatch.setenv("TANDEM_LRS_PASSWORD", PASSWORD)


@pytest.fixture
def ask(home: Home) -> Callable[[str], list[tuple]]:
    """Ask the warehouse."""

    def answer(query: str) -> list[tuple]:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            return connection.sql(query).fetchall()

    return answer
