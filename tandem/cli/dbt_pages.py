"""dbt's own pages about models, tests and exposures, as one file without a server.

`make dbt-docs` writes them beside the warehouse of TANDEM_HOME, which has to be built.
"""

from pathlib import Path

from tandem.cli.dbt_runner import run_dbt
from tandem.core.files import Home
from tandem.core.settings import Settings


def write_pages(home: Home, settings: Settings) -> Path:
    """Write the pages and return the file, to be opened in a browser.

    Raises:
        BuildFailed: dbt could not describe the warehouse.
    """
    folder = home.dbt_target / "pages"  # what the next build reads stays as it is
    run_dbt(home, settings, ["docs generate", "--static"], target=folder)
    return folder / "static_index.html"


def main() -> None:
    """Write the pages of the home that the environment names."""
    home = Home.from_environment()
    print(write_pages(home, Settings.load(home)))  # noqa: T201 - what the caller opens


if __name__ == "__main__":
    main()
