"""The units and the cron line of docs/scheduling.md are ones that a scheduler takes."""

import re
import shlex
import shutil
import subprocess
import sys
from getpass import getuser
from pathlib import Path

import pytest

from tandem.cli.panels import ORDER
from tandem.core.files import project_root

UNITS = project_root() / "docs" / "systemd"
INSTALLED = "/opt/tandem/.venv/bin/tandem"
MISSING = "systemd-analyze is missing. Debian and Ubuntu: apt-get install systemd"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as an operator adapts them: a user and a program that exist."""
    for path in UNITS.iterdir():
        text = path.read_text(encoding="utf-8")
        text = text.replace(INSTALLED, sys.executable).replace(
            "User=tandem", f"User={getuser()}"
        )
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    return tmp_path


def verified(units: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    assert program, MISSING
    return subprocess.run(
        [program, "verify", "--man=no", *sorted(map(str, units.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )


def test_systemd_accepts_the_units(units: Path):
    found = verified(units)
    ours = [line for line in found.stderr.splitlines() if "tandem-" in line]
    assert (found.returncode, ours) == (0, [])


def test_systemd_would_refuse_a_wrong_one(units: Path):
    timer = units / "tandem-refresh.timer"
    timer.write_text(timer.read_text().replace("hourly", "every now and then"))
    assert "tandem-refresh.timer" in verified(units).stderr


def commands() -> list[str]:
    page = (project_root() / "docs" / "scheduling.md").read_text(encoding="utf-8")
    unit = (UNITS / "tandem-refresh.service").read_text(encoding="utf-8")
    return re.findall(rf"{INSTALLED} ([^>\n]+)", page + unit)


def test_cron_and_systemd_run_the_same_command():
    assert [shlex.split(command) for command in commands()] == [
        ["run", "--from-inbox"],
        ["run", "--from-inbox"],
    ]
    assert "run" in ORDER


def test_the_cron_line_has_five_fields_and_a_command():
    page = (project_root() / "docs" / "scheduling.md").read_text(encoding="utf-8")
    (line,) = [one for one in page.splitlines() if one.startswith("17 ")]
    assert re.match(r"17 \* \* \* \* \w+=\S+ /\S+/tandem run ", line)
    assert "%" not in line  # cron takes it for the end of the line
