"""Links and guests that one reviewed workbook decides: applied and undone together.

A batch is a load of its own. Undoing it removes that load and its rows, so that raw is
as if it had never been applied, whatever was decided before or after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ingest.identity.linking import COUNT_LINKS, INSERT_LINKS, INSERT_LOAD, MANUAL
from ingest.storage import warehouse
from tandem.core.errors import WrongUse
from tandem.core.files import Home

PREFIX = "links-"
GUEST = "guest"  # the reason in raw.exclusions
INSERT_GUESTS = f"""
insert into raw.exclusions by name
select
    $load as load_id, 'identity' as source, unnest($accounts) as actor_key,
    '{GUEST}' as reason
"""
REMOVALS = (
    "delete from raw.identity_links where load_id = $load",
    "delete from raw.exclusions where load_id = $load",
    "delete from raw.loads where load_id = $load",
)
BATCHES = f"""
select
    loads.load_id,
    loads.committed_at,
    (
        select count(*) from raw.identity_links
        where identity_links.load_id = loads.load_id
    ) as link_count,
    (
        select count(*) from raw.exclusions where exclusions.load_id = loads.load_id
    ) as guest_count
from raw.loads where starts_with(load_id, '{PREFIX}')
order by committed_at, load_id
"""


@dataclass(frozen=True)
class Batch:
    """What was applied together: its name, when (UTC), and how many accounts."""

    name: str
    applied_at: datetime
    link_count: int
    guest_count: int


def apply_batch(
    home: Home,
    links: Iterable[tuple[str, str]],
    guests: Iterable[str],
    at: datetime,
) -> Batch:
    """Link accounts to people and mark guests; the marts follow with the next build.

    The caller holds the lock.

    Args:
        home: of the warehouse.
        links: key of an account, and key of the person whose it is.
        guests: keys of accounts of people outside the organisation.
        at: now, UTC without a zone.
    """
    links, guests = sorted(set(links)), sorted(set(guests))
    with warehouse.opened(home) as connection:
        known = {batch.name for batch in _batches(connection)}
        name = f"{PREFIX}{at:%Y%m%d-%H%M%S}"
        count = 1
        while name in known:
            count += 1
            name = f"{PREFIX}{at:%Y%m%d-%H%M%S}-{count}"
        by_person: dict[str, list[str]] = {}
        for account, person in links:
            if account != person:
                by_person.setdefault(person, []).append(account)
        connection.begin()
        try:
            connection.execute(INSERT_LOAD, {"load": name, "at": at})
            for person, accounts in sorted(by_person.items()):
                row = {"load": name, "accounts": accounts, "learner": person}
                row |= {"rule": MANUAL, "at": at, "is_revoked": False}
                connection.execute(INSERT_LINKS, row)
            if guests:
                row = {"load": name, "accounts": guests}
                connection.execute(INSERT_GUESTS, row)
            connection.execute(COUNT_LINKS, {"load": name})
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
        return next(batch for batch in _batches(connection) if batch.name == name)


def batches(home: Home) -> list[Batch]:
    """Return the batches that are applied, the oldest first."""
    with warehouse.opened(home) as connection:
        return _batches(connection)


def undo_batch(home: Home, name: str) -> Batch:
    """Remove a batch; return what it held. The caller holds the lock.

    Raises:
        WrongUse: no such batch is applied.
    """
    with warehouse.opened(home) as connection:
        known = {batch.name: batch for batch in _batches(connection)}
        if name not in known:
            raise WrongUse(
                "no such batch is applied",
                name,
                f"choose from: {', '.join(known) or 'none was applied'}",
            )
        connection.begin()
        try:
            for removal in REMOVALS:
                connection.execute(removal, {"load": name})
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return known[name]


def _batches(connection: duckdb.DuckDBPyConnection) -> list[Batch]:
    return [Batch(*row) for row in connection.sql(BATCHES).fetchall()]
