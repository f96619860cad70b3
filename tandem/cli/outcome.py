"""What `tandem run` and `tandem demo` say at the end: the headline and what next."""

import os
import shutil
import sys
from pathlib import Path

from tandem.cli.nobody_enrolled import said_of
from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.progress import say

# Commands and what each is for; {tandem} is how this Tandem is called.
AFTER_DEMO = {
    "{tandem} status": "what is late, refused or unmatched, and what to do",
    "{tandem} sql": "ask questions of your own in SQL",
    "{tandem} inspect FILE": "see whether Tandem reads an export of yours",
}
AFTER_RUN = {
    "{tandem} status": "what is late, refused or unmatched, and what to do",
    "{tandem} freeze {quarter}": "keep the figures of the quarter for its review",
    "{tandem} pilot propose": "which pilot would answer what is still open",
}


def say_outcome(
    home: Home, next_steps: dict[str, str], *, is_served: bool = False
) -> None:
    """Print the first page's sentence, where the dashboard is, and what to try next.

    Args:
        home: of what was just published.
        next_steps: command to what it is for.
        is_served: whether the dashboard follows, which says its address itself.
    """
    words, quarter = _headline(home)
    tandem = program()
    say("")
    say(words)
    if nobody := said_of(home):
        say(f"{nobody}.")
    if not is_served:
        say(f"The dashboard: {tandem} dashboard opens it on http://localhost:8501")
    say("To try next:")
    filled = {
        command.replace("{tandem}", tandem).replace("{quarter}", quarter): purpose
        for command, purpose in next_steps.items()
    }
    width = max(map(len, filled))
    for command, purpose in filled.items():
        say(f"  {command:{width}}  {purpose}")


def program() -> str:
    """Return how this Tandem is called from here."""
    own = Path(sys.executable).with_name("tandem")
    found = shutil.which("tandem")
    if not own.exists() or (found and Path(found).resolve() == own.resolve()):
        return "tandem"
    return os.path.relpath(own)


def _headline(home: Home) -> tuple[str, str]:
    """Return the sentence, and the label of the quarter that it is about."""
    from dashboards import formats
    from dashboards.components.opening import opening_words
    from dashboards.components.page_context import PageContext
    from dashboards.queries import catalogue, current_snapshot, kpis
    from dashboards.queries import snapshot as snapshots
    from dashboards.selection import Selection
    from tandem.core.settings import Settings

    try:
        snapshot = current_snapshot(home)
        quarter = snapshots.quarter_to_show(snapshot) if snapshot else None
        if snapshot is None or quarter is None:
            return "Published, but no quarter has figures yet.", "QUARTER"
        about = snapshots.snapshot_info(snapshot)
        settings = Settings.load(home)
        formats.set_organisation(settings.locale, about.currency or settings.currency)
        context = PageContext(
            snapshot,
            about,
            quarter,
            Selection(),
            kpis.published_cuts(snapshot),
            catalogue.categories(snapshot),
        )
        return f"Published. {opening_words(context)}", quarter.label
    except TandemError as error:
        return f"Published. {error.one_line()}", "QUARTER"
