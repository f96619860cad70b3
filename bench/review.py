"""A whole review pack against an empty deck, each in a process of its own.

(a) `tandem review` of a frozen quarter in all four formats; (b) a process that writes a
presentation of one empty slide and prints an empty page with Chromium. Interleaved,
medians. Run by `make bench` on TANDEM_HOME, which needs a frozen quarter.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

from rich.console import Console

from dashboards.frozen_quarters import frozen_quarters
from tandem.core.files import Home, project_root

MOST_SECONDS = 10.0
MOST_RATIO = 2.0  # times the empty deck

EMPTY = """
import sys
from pathlib import Path
from pptx import Presentation
from dashboards.review_pack.document import chromium

folder = Path(sys.argv[1])
deck = Presentation()
deck.slides.add_slide(deck.slide_layouts[6])
deck.save(folder / "empty.pptx")
with chromium() as browser:
    page = browser.new_page()
    page.set_content("<!doctype html><title>Empty</title><p>Nothing.</p>")
    page.pdf(path=folder / "empty.pdf", tagged=True, outline=True)
"""


def seconds(command: list[str], home: Home) -> float:
    """Return how long a command takes; a failure ends the benchmark."""
    before = time.perf_counter()
    subprocess.run(
        command,
        cwd=project_root(),
        env=os.environ
        | {"TANDEM_HOME": str(home.root), "PYTHONPATH": str(project_root())},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - before


def measured(home: Home, quarter: str, rounds: int) -> tuple[list[float], list[float]]:
    """Return the seconds of packs and of empty decks, a pair a round."""
    packs, empty = [], []
    review = [sys.executable, "-m", "tandem.cli.main", "review", quarter, "--out"]
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            packs.append(seconds([*review, folder], home))
        with tempfile.TemporaryDirectory() as folder:
            empty.append(seconds([sys.executable, "-c", EMPTY, folder], home))
    return packs, empty


def main() -> None:
    """Measure, print both medians and the limit, and fail above it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    home, console = Home.from_environment(), Console(highlight=False)
    frozen = [one.quarter for one in frozen_quarters(home) if one.is_on_disk]
    if not frozen:
        console.print(f"review: no quarter is frozen in {home.root}: tandem freeze ...")
        sys.exit(1)
    packs, empty = measured(home, frozen[0], rounds)
    pack, deck = statistics.median(packs), statistics.median(empty)
    limit = max(MOST_SECONDS, MOST_RATIO * deck)
    console.print(
        f"review {frozen[0]}: {pack:.1f} s for four formats, empty deck {deck:.1f} s, "
        f"ratio {pack / deck:.2f}; limit {limit:.1f} s (medians of {rounds})"
    )
    sys.exit(pack > limit)


if __name__ == "__main__":
    main()
