"""See that the LRSs for the tests of `tandem ingest --lrs` are here, or say what to do.

Learning Locker's statements service and the client run on Node.js, Ralph in a virtual
environment of its own: its dependencies are not Tandem's.
"""

import shutil
import subprocess
import sys
from pathlib import Path

SERVERS = Path(__file__).parent / "lrs" / "servers"
NODE_PARTS = ("xapi-statements", "@xapi/xapi")
RALPH = SERVERS / ".venv-ralph"
RALPH_PARTS = ["ralph-malph[backend-fs,cli,lrs]==5.1.0", "requests"]
ADVICE = (
    "The tests of `tandem ingest --lrs` need Node.js 18 or newer with npm. "
    "Debian and Ubuntu: apt-get install nodejs npm. Then: make test"
)


def missing() -> list[str]:
    """Return what of the servers and the client is not here."""
    modules = SERVERS / "node_modules"
    found = [name for name in NODE_PARTS if not (modules / name).is_dir()]
    return found + ([] if (RALPH / "bin" / "uvicorn").exists() else ["ralph-malph"])


def install() -> None:
    """Install what is missing.

    Raises:
        CalledProcessError: npm, venv or pip could not; it has said why.
    """
    absent = missing()
    if set(absent) & set(NODE_PARTS):
        npm = [
            "npm",
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]
        subprocess.run(npm, check=True, cwd=SERVERS)
    if "ralph-malph" in absent:
        subprocess.run([sys.executable, "-m", "venv", str(RALPH)], check=True)
        pip = [str(RALPH / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *RALPH_PARTS], check=True)


def main() -> int:
    """Install where it may be; return an exit status."""
    if missing() and not (shutil.which("node") and shutil.which("npm")):
        sys.stderr.write(ADVICE + "\n")
        return 1
    try:
        install()
    except (subprocess.CalledProcessError, OSError) as error:
        sys.stderr.write(f"The LRSs for tests could not be installed: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
