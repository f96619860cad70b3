"""See that the OpenID Connect provider of the browser tests is here, or say what to do.

It is the package oidc-provider, and runs on Node.js.
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "dashboards"
PART = FOLDER / "node_modules" / "oidc-provider"
ADVICE = (
    "The browser test of signing in needs Node.js 18 or newer with npm. "
    "Debian and Ubuntu: apt-get install nodejs npm. Then: make test"
)


def install() -> None:
    """Install the provider at the versions of the lock file.

    Raises:
        CalledProcessError: npm could not; it has said why.
    """
    npm = [
        "npm",
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    subprocess.run(npm, check=True, cwd=FOLDER)


def main() -> int:
    """Install where it may be; return an exit status."""
    if PART.is_dir():
        return 0
    if not (shutil.which("node") and shutil.which("npm")):
        sys.stderr.write(ADVICE + "\n")
        return 1
    try:
        install()
    except (subprocess.CalledProcessError, OSError) as error:
        sys.stderr.write(f"The OpenID Connect provider is not installed: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
