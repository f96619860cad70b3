"""In which order `tandem --help` lists the commands, and under which heading.

The order is that of work: a new user goes through it from top to bottom.
"""

import typer
from typer.core import TyperGroup

PANELS: dict[str, tuple[str, ...]] = {
    "Set up": ("demo", "init", "sample", "template"),
    "Land": ("inspect", "map", "validate", "ingest", "pull", "replay"),
    "Build and judge": (
        *("run", "build", "compare", "check", "publish", "freeze", "relabel", "pilot"),
    ),
    "Look and present": (
        *("dashboard", "sql", "explain", "reconcile", "diff"),
        *("review", "notify", "export"),
    ),
    "People and privacy": ("identity", "person", "erase", "retain"),
    "Upkeep": ("status", "doctor", "backup", "restore"),
}
ORDER = [name for names in PANELS.values() for name in names]


class InOrderOfWork(TyperGroup):
    """The commands as PANELS lists them; any other comes last."""

    def list_commands(self, ctx: typer.Context) -> list[str]:
        """Return the names of the commands in that order."""
        known = [name for name in ORDER if name in self.commands]
        return [*known, *(name for name in self.commands if name not in ORDER)]


def grouped(app: typer.Typer) -> None:
    """Put each registered command and family of commands under its heading."""
    headings = {name: panel for panel, names in PANELS.items() for name in names}
    for command in app.registered_commands:
        name = command.name or command.callback.__name__.replace("_", "-")
        command.rich_help_panel = headings.get(name)
    for family in app.registered_groups:
        family.rich_help_panel = headings.get(family.name)
