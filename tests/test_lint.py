"""Python and SQL follow the style that `make lint` checks."""

import subprocess
import sys

import pytest

from tandem.core.files import project_root

COMMANDS = {
    "python": ["ruff", "check", "."],
    "python_format": ["ruff", "format", "--check", "."],
    "sql": ["sqlfluff", "lint", "--processes", "2", "models", "tests/models"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_linter_has_nothing_to_say(name: str):
    done = subprocess.run(
        [sys.executable, "-m", *COMMANDS[name]],
        cwd=project_root(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
