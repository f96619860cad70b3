"""After a restore: erase again who was erased since the backup was made.

A vault keeps keyed hashes of everybody who was erased, and no name. The vault of the
home that was lost, or of a later backup, so says who must not be in a restored one.
"""

from pathlib import Path

import duckdb

from tandem.core.errors import WrongUse
from tandem.core.files import Home

VAULT = "vault.duckdb"
PLACES = (VAULT, f"home/{VAULT}")  # of a home, and of a backup
KEYS = "select actor_key from identifiers union select actor_key from names order by 1"
MARKS = "select tombstone, erased_at from tombstones"
FINGERPRINT = "select key_fingerprint from layout"


def later_vault(path: Path) -> Path:
    """Return the vault of a home, of a backup, or the file itself.

    Raises:
        WrongUse: there is none.
    """
    if path.is_file():
        return path
    found = next((path / name for name in PLACES if (path / name).is_file()), None)
    if found is None:
        raise WrongUse(
            "no vault is there",
            str(path),
            f"name a home, a backup or a file {VAULT}",
        )
    return found


def erase_again(home: Home, later: Path, audit: tuple[str, str]) -> int:
    """Erase who was erased later, and keep them from landing again.

    Args:
        home: as it was restored, with the key that fits.
        later: a vault of the same key, as it was after the erasures.
        audit: role and reason, for the journal.

    Returns:
        How many people were erased again.

    Raises:
        WrongUse: the vault belongs to another key.
        KeyProblem: the key is missing or does not fit.
    """
    from ingest.identity import erasure, vault
    from ingest.identity.secret import tombstone
    from tandem.cli.commands.erase import Outcome, remove

    with home.writing():
        secret = vault.unlock(home)
        marks = _marks(later, home)
        with vault.opened(home) as connection:
            known = {mark for mark, _at in connection.sql(MARKS).fetchall()}
        since = {mark: at for mark, at in marks.items() if mark not in known}
        count = 0
        for key in _keys(home):
            is_erased = tombstone(secret, ("key", key)) in since
            if is_erased and key in _keys(home):  # else with another account of theirs
                planned = erasure.plan(home, key, secret)
                remove(planned, audit, Outcome(is_dry_run=False))
                count += 1
        with vault.opened(home) as connection, vault.transaction(connection):
            for mark, at in since.items():
                connection.execute(
                    "insert or ignore into tombstones values (?, ?)", [mark, at]
                )
    return count


def _keys(home: Home) -> list[str]:
    with duckdb.connect(str(home.vault), read_only=True) as connection:
        return [key for (key,) in connection.sql(KEYS).fetchall()]


def _marks(later: Path, home: Home) -> dict[str, object]:
    """Return the tombstones of a vault, and when each was set."""
    with duckdb.connect(str(later), read_only=True) as connection:
        fingerprint = connection.sql(FINGERPRINT).fetchall()
        marks = connection.sql(MARKS).fetchall()
    with duckdb.connect(str(home.vault), read_only=True) as connection:
        own = connection.sql(FINGERPRINT).fetchall()
    if fingerprint != own:
        raise WrongUse(
            "it belongs to another pseudonym key", str(later), "name one of this home"
        )
    return dict(marks)
