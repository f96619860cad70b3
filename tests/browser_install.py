"""See that there is a Chromium for the browser tests, or say what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "The browser tests need Chromium and none could be installed. "
    "Debian and Ubuntu: apt-get install chromium fonts-noto-core. "
    "Elsewhere: .venv/bin/playwright install --with-deps chromium"
)


def found() -> bool:
    """Return whether a Chromium is here: on PATH, named, or Playwright's own."""
    named = os.environ.get("TANDEM_CHROMIUM")
    if named or any(shutil.which(name) for name in NAMES):
        return True
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def attempts() -> list[list[str]]:
    """Return the ways to install one, those that this user may run."""
    apt = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    packages = ["chromium", "fonts-noto-core"]
    ways = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways += [["apt-get", "update", "-qq"], [*apt, *packages]]
    return [*ways, [sys.executable, "-m", "playwright", "install", "chromium"]]


def main() -> int:
    """Install Chromium where it may be; return an exit status."""
    for way in [[], *attempts()]:
        if way:
            subprocess.run(way, check=False, stdout=subprocess.DEVNULL)
        if found():
            return 0
    sys.stderr.write(ADVICE + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
