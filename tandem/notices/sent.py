"""access.sqlite: which recipient was told what, so that nothing is said twice.

A recipient is kept by the name in tandem.toml, with role and channel; no address is.
"""

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tandem.core.access_log import KEPT, log_access
from tandem.core.errors import TandemError
from tandem.notices.notice import Notice
from tandem.notices.policy import Recipient

ACCESS_KIND = "notice"
SCHEMA = """
create table if not exists sent_notices (
    recipient text not null,
    notice_key text not null,
    topic text not null,
    kind text not null,
    role text not null,
    channel text not null,
    sent_at text not null,
    primary key (recipient, notice_key)
)
"""


class NotLogged(TandemError):
    """access.sqlite cannot be written, so nothing is sent."""


class SentNotices:
    """What was sent. Made ready before anything is sent, so that all of it is kept.

    Args:
        path: access.sqlite.
        is_dry_run: read only, and create nothing.

    Raises:
        NotLogged: the file cannot be written.
    """

    def __init__(self, path: Path, *, is_dry_run: bool = False) -> None:
        self._path, self._is_dry_run = path, is_dry_run
        if is_dry_run:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute(SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise self._not_logged() from error

    def keys(self, recipient: Recipient) -> set[str]:
        """Return the keys of what a recipient was told."""
        if not self._path.exists():
            return set()
        query = "select notice_key from sent_notices where recipient = ?"
        try:
            with closing(
                sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
            ) as connection:
                found = connection.execute(query, (recipient.name,)).fetchall()
        except sqlite3.Error as error:
            if "no such table" in str(error):
                return set()
            raise self._not_logged() from error
        return {key for (key,) in found}

    def note(
        self,
        recipient: Recipient,
        notices: Iterable[Notice],
        snapshot_id: str,
        at: datetime,
    ) -> None:
        """Write down that a recipient was told, for later runs and for oversight.

        Raises:
            NotLogged: the file cannot be written.
        """
        moment = at.astimezone(UTC).isoformat(timespec="seconds")
        told = list(notices)
        rows = [
            (
                recipient.name,
                notice.key,
                notice.topic,
                notice.kind,
                recipient.role,
                recipient.channel,
                moment,
            )
            for notice in told
        ]
        kinds = ", ".join(sorted({notice.kind for notice in told}))
        what = (
            f"{recipient.name} by {recipient.channel}: {kinds}, snapshot {snapshot_id}"
        )
        try:
            with closing(sqlite3.connect(self._path)) as connection, connection:
                connection.executemany(
                    "insert or replace into sent_notices values (?, ?, ?, ?, ?, ?, ?)",
                    rows,
                )
            log_access(self._path, recipient.role, ACCESS_KIND, what, at)
        except (sqlite3.Error, OSError) as error:
            raise self._not_logged() from error

    def forget(
        self, topics: Collection[str], kinds: Collection[str], at: datetime
    ) -> None:
        """Forget what no longer holds, so that it is said when it holds again.

        Args:
            topics: of all notices that hold now.
            kinds: that were looked for.
            at: now; what is older than a year is forgotten, too.
        """
        if self._is_dry_run:
            return
        oldest = (at.astimezone(UTC) - KEPT).isoformat(timespec="seconds")
        try:
            with closing(sqlite3.connect(self._path)) as connection, connection:
                connection.execute(
                    "delete from sent_notices where sent_at < ?", (oldest,)
                )
                kept = connection.execute(
                    "select distinct topic, kind from sent_notices"
                ).fetchall()
                gone = [
                    (topic,)
                    for topic, kind in kept
                    if kind in kinds and topic not in topics
                ]
                connection.executemany("delete from sent_notices where topic = ?", gone)
        except sqlite3.Error as error:
            raise self._not_logged() from error

    def _not_logged(self) -> NotLogged:
        return NotLogged(
            "what is sent cannot be written down", str(self._path), "allow writing it"
        )
