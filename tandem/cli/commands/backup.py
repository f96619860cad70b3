"""`tandem backup` and `tandem restore`: a copy of everything but the key."""

from pathlib import Path
from typing import Annotated

import typer

from tandem.core.counted import counted
from tandem.core.errors import KeyProblem, WrongUse
from tandem.core.files import Home
from tandem.core.progress import say


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(backup)
    app.command()(restore)


def backup(
    folder: Annotated[
        Path, typer.Argument(help="A new or empty folder, best on another disk.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Replace an earlier backup.")
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Write the pseudonym key into this new file too; keep it elsewhere.",
        ),
    ] = None,
) -> None:
    """Copy all files of Tandem, with hashes; the pseudonym key is not among them.

    Example: `tandem backup /mnt/backup/2026-09-30`

    Example: `tandem backup /mnt/backup/2026-09-30 --key /media/safe/tandem.key`
    """
    from tandem.cli.home_backup import back_up

    home = Home.from_environment()
    if key is not None:
        _check_key_file(key.resolve(), folder.resolve(), home)
    made = back_up(home, folder, may_replace=force)
    say(
        f"{folder}: {counted(made.files, 'file')}, "
        f"{made.byte_count / 1e6:,.1f} MB, with hashes."
    )
    if key is not None:
        _write_key(home, key)
        say(f"{key}: the pseudonym key. Keep it apart from the backup.")
        return
    say(
        "The pseudonym key is not in it. Without the key nothing lands and nobody can "
        "be erased, so keep a copy of it elsewhere: add --key FILE."
    )


def restore(
    folder: Annotated[Path, typer.Argument(help="What `tandem backup` wrote.")],
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="A file with the pseudonym key, to be put where Tandem looks for it.",
        ),
    ] = None,
    erasures: Annotated[
        Path | None,
        typer.Option(
            "--erasures",
            metavar="PATH",
            help="The lost home, its vault.duckdb or a later backup: who was erased "
            "there since this backup is erased again.",
        ),
    ] = None,
) -> None:
    """Make TANDEM_HOME from a backup; what is there is never overwritten.

    Example: `tandem restore /mnt/backup/2026-09-30 --key /media/safe/tandem.key`
    """
    from ingest.identity.secret import install_secret
    from tandem.cli.home_backup import restore as make_again
    from tandem.cli.repeated_erasures import erase_again, later_vault

    home = Home.from_environment()
    later = later_vault(erasures) if erasures is not None else None
    made = make_again(folder, home)
    say(f"{home.root}: {counted(made.files, 'file')} as of {made.made_at}, checked.")
    if key is not None:
        say(f"{install_secret(key)}: the pseudonym key.")
    if made.key_fingerprint is not None:
        _say_key(home)
    if later is None:
        say(
            f"IMPORTANT: people who were erased after {made.made_at} are in this home "
            "again. Erase each of them before anything else: tandem erase PERSON. "
            "Where the lost home or a later backup still has its vault, restore into "
            "a new folder with --erasures PATH, which does so for all."
        )
    else:
        count = erase_again(home, later, ("operator", "erased before the restore"))
        people = counted(count, "person", "people")
        say(f"{people} who had been erased since then: erased again.")
    say(
        "Repeat restrictions and links of people made after that time. Then tandem run."
    )


def _say_key(home: Home) -> None:
    """Say whether the key that is here fits the vault."""
    from ingest.identity.vault import secret_of

    try:
        secret_of(home)
    except KeyProblem as error:
        say(f"The key does not fit yet: {error.one_line()}")
        return
    say("The pseudonym key fits the vault.")


def _check_key_file(key: Path, folder: Path, home: Home) -> None:
    if key.exists():
        raise WrongUse("it exists", str(key), "name a new file")
    if key.is_relative_to(folder) or key.is_relative_to(home.root):
        raise WrongUse(
            "who has a vault and its key has the names",
            str(key),
            "keep the key apart from both",
        )


def _write_key(home: Home, key: Path) -> None:
    from ingest.identity.secret import write_secret
    from ingest.identity.vault import secret_of

    write_secret(key, secret_of(home).decode())
