"""What a run says: a line per stage on a pipe, the headline, and what to try next."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from socket import socket

import pytest

from tandem.core.files import Home, project_root
from tandem.core.progress import narrated, step
from tests.dashboards.published import SITUATIONS, make_published

RUN = """
import sys
from tandem.cli import pipeline
from tandem.cli.main import main
from tandem.core.progress import step

def refresh(home, settings, **_named):
    with step("Building the marts"):
        pass

pipeline.refresh = refresh
sys.argv = ["tandem", "run"]
main()
"""
START_SECONDS = 120
ENDED = ("", "Stopping...", "Aborted!")  # what Streamlit says to Ctrl-C


def test_a_step_says_when_it_starts_and_ends_on_a_pipe(
    capsys: pytest.CaptureFixture[str],
):
    with narrated(), step("Landing", total=2) as advance:
        advance(1)
        assert capsys.readouterr().err == "Landing ...\n"
    assert capsys.readouterr().err == "Landing: done after 0 s\n"


def test_a_step_that_fails_does_not_say_that_it_is_done(
    capsys: pytest.CaptureFixture[str],
):
    with pytest.raises(ZeroDivisionError), narrated(), step("Landing"):
        _ = 1 / 0
    assert capsys.readouterr().err == "Landing ...\n"


def test_a_step_inside_another_is_a_part_of_it(capsys: pytest.CaptureFixture[str]):
    with narrated(), step("Hiding small groups"):
        for _part in range(3):
            with step("Hiding small groups", total=2) as advance:
                advance(1)
    with narrated(), step("Writing"):
        pass
    assert capsys.readouterr().err.splitlines() == [
        "Hiding small groups ...",
        "Hiding small groups: done after 0 s",
        "Writing ...",
        "Writing: done after 0 s",
    ]


def test_other_commands_stay_silent_on_a_pipe(capsys: pytest.CaptureFixture[str]):
    with step("Landing"):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_run_ends_with_the_headline_and_three_things_to_try(home: Home):
    make_published(home, next(iter(SITUATIONS.values())))
    said = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=project_root(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == ""
    begun, ended, empty, headline, where, *rest = said.stderr.splitlines()
    assert (begun, empty) == ("Building the marts ...", "")
    assert re.fullmatch(r"Building the marts: done after \d+ s", ended)
    assert re.match(r"Published\. \d+ of 100 \w+", headline)
    assert "tandem dashboard" in where
    assert rest[0] == "To try next:"
    assert [bool(re.match(r"  \S*tandem \w+", line)) for line in rest[1:]] == [True] * 3


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_served(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def heed_interrupts() -> None:
    """Heed Ctrl-C even where the tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("is_published", [True, False])
def test_the_dashboard_says_one_address_and_what_it_shows(
    home: Home, is_published: bool
):
    if is_published:
        make_published(home, next(iter(SITUATIONS.values())))
    port = free_port()
    command = [sys.executable, "-m", "tandem.cli.main", "dashboard"]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=project_root(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )
    try:
        until = time.monotonic() + START_SECONDS
        while not is_served(port) and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does
    (line, *more) = process.communicate(timeout=60)[0].splitlines()
    assert [one for one in more if one.strip() not in ENDED] == []
    assert line.startswith(f"http://localhost:{port} shows ")
    assert ("nothing yet" in line) is not is_published
