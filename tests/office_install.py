"""See that LibreOffice draws presentations for the tests, or say what to install."""

import os
import shutil
import subprocess
import sys

PROGRAMS = {"soffice": "libreoffice-impress", "pdftoppm": "poppler-utils"}
FONTS = "fonts-noto-core"
ADVICE = (
    "The tests of the review pack's slides need LibreOffice and Poppler. "
    "Debian and Ubuntu: apt-get install {packages}"
)


def missing() -> list[str]:
    """Return the packages whose programs are not here."""
    return [name for program, name in PROGRAMS.items() if not shutil.which(program)]


def main() -> int:
    """Install them where it may be; return an exit status."""
    packages = [*missing(), FONTS]
    if missing() and shutil.which("apt-get") and os.geteuid() == 0:
        apt = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        for way in (["apt-get", "update", "-qq"], [*apt, *packages]):
            subprocess.run(way, check=False, stdout=subprocess.DEVNULL)
    if missing():
        sys.stderr.write(ADVICE.format(packages=" ".join(packages)) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
