"""All SQL follows the style that `make lint` checks."""

import subprocess
import sys

from tandem.core.files import project_root


def test_models_and_tests_pass_the_sql_linter():
    command = [sys.executable, "-m", "sqlfluff", "lint", "models", "tests/models"]
    done = subprocess.run(
        command, cwd=project_root(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
