"""What `tandem doctor` checks of a home: settings, key, disk, browser, lateness."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tandem.cli.standing import standing_of
from tandem.core.checks import MISSING, RIGHT, UNKNOWN, Check
from tandem.core.errors import KeyProblem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

FREE_BYTES = 2_000_000_000  # a build of some 100,000 enrolments spills about that much


def examine_home(home: Home, now: datetime) -> list[Check]:
    """Return what was checked of a home; `now` is UTC without a zone."""
    settings = _settings(home)
    if isinstance(settings, Check):
        return [settings, _key(home), _disk(home), _browser()]
    found = "they are valid" if home.settings.exists() else "none: the defaults hold"
    return [
        Check("settings", RIGHT, found),
        _key(home),
        _disk(home),
        _browser(),
        *_late(home, settings, now),
    ]


def _settings(home: Home) -> Settings | Check:
    try:
        settings = Settings.load(home)
        _ = settings.vars
    except WrongUse as error:
        return Check(
            "settings", MISSING, f"{error.where}: {error.what}", error.next_step
        )
    return settings


def _key(home: Home) -> Check:
    from ingest.identity.secret import load_secret

    if not home.vault.exists():
        return Check("pseudonym key", RIGHT, "not needed yet: nothing has landed")
    try:
        load_secret(may_make=False)
    except KeyProblem as error:
        return Check("pseudonym key", MISSING, error.what, error.next_step)
    return Check("pseudonym key", RIGHT, "it can be read")


def _disk(home: Home) -> Check:
    there = next(path for path in (home.root, *home.root.parents) if path.exists())
    size = home.warehouse.stat().st_size if home.warehouse.exists() else 0
    return disk_check(shutil.disk_usage(there).free, size)


def disk_check(free: int, warehouse: int) -> Check:
    """Return whether the free bytes are enough for a warehouse of so many bytes."""
    needed = max(FREE_BYTES, 2 * warehouse)
    found = f"{free / 1e9:,.1f} GB are free, {needed / 1e9:,.1f} GB are needed"
    if free >= needed:
        return Check("disk", RIGHT, found)
    return Check("disk", MISSING, found, "free some space, or move TANDEM_HOME")


def _browser() -> Check:
    from playwright.sync_api import sync_playwright

    from dashboards.review_pack.document import INSTALL, executable

    found = executable()
    if found is None:
        with sync_playwright() as playwright:
            found = playwright.chromium.executable_path
    if Path(found).is_file():
        return Check("Chromium for PDF", RIGHT, "it is installed")
    return Check("Chromium for PDF", MISSING, "it is not installed", INSTALL)


def _late(home: Home, settings: Settings, now: datetime) -> Iterator[Check]:
    standing = standing_of(home)
    if standing.in_use:
        yield Check("sources", UNKNOWN, f"not checked: {standing.in_use}")
    limit = settings.vars["late_after_days"]
    for source in standing.sources:
        lag = source.lag_days(now)
        if lag is None or source.is_ended:
            continue
        found = f"the newest record is {lag} days old, {limit} are allowed"
        if source.is_late(limit, now):
            yield Check(source.name, MISSING, found, "deliver or pull it again")
        else:
            yield Check(source.name, RIGHT, found)
