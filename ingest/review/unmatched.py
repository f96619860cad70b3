"""The people behind accounts that are on no list, each once, with what is at stake."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from ingest.identity import vault
from ingest.identity.matching import Roster, UnmatchedAccount, normalised, resolve
from ingest.identity.pseudonyms import ERASED
from ingest.identity.resolution import read
from ingest.review.group_titles import group_titles
from ingest.review.people import LEFT_OUT, Organisation
from ingest.storage import warehouse
from tandem.core.files import Home
from tandem.core.settings import Settings

Span = tuple[datetime, datetime]
MOST_ACCOUNTS = 900  # of one row: their keys have to fit into a cell

CONNECTIONS = """
with closed as (
    select
        actor_key,
        technical_session_id,
        coalesce(
            interval_started_at,
            occurred_at - to_microseconds(cast(duration_seconds * 1e6 as bigint))
        ) as joined_at,
        occurred_at as left_at
    from raw.statements semi join raw.loads using (load_id)
    where
        technical_session_id is not null and actor_key is not null
        and actor_kind = 'agent'
        and regexp_matches(verb_id, '/(leave|left|attended)$')
)
select actor_key, technical_session_id, joined_at, max(left_at)
from closed where joined_at < left_at
group by all order by all
"""
CLAIMS = """
select actor_key, technical_session_id, max(value)
from raw.session_claims semi join raw.loads using (load_id)
where actor_key is not null and claim = 'duration_seconds'
group by all order by all
"""
# Time on a platform: a later statement about an activity repeats its time so far.
RECORDS = """
with by_object as (
    select
        actor_key, object_id,
        count(*) as record_count,
        list(distinct technical_session_id) as sessions,
        min(cast(occurred_at as date)) as first_on,
        max(cast(occurred_at as date)) as last_on,
        max(duration_seconds) filter (technical_session_id is null) as seconds
    from raw.statements semi join raw.loads using (load_id)
    where actor_key is not null and actor_kind = 'agent'
    group by all
)
select
    actor_key, sum(record_count), flatten(list(sessions)), min(first_on), max(last_on),
    coalesce(sum(seconds), 0)
from by_object group by actor_key order by actor_key
"""
MEETINGS = """
select technical_session_id, max(coalesce(join_key, title_key))
from raw.technical_sessions semi join raw.loads using (load_id)
group by technical_session_id
"""
SESSION_DAYS = """
select technical_session_id, min(cast(starts_at as date))
from raw.technical_sessions semi join raw.loads using (load_id)
group by technical_session_id
"""


@dataclass(frozen=True)
class Unmatched:
    """Somebody who is on no list.

    Attributes:
        name: as shown, "" where the source printed none.
        account: address or account name; "" where only a name was shown.
        accounts: keys, sorted.
        sessions: technical sessions in which an account occurs.
        minutes: connected to sessions, and recorded by learning platforms.
        record_count: statements.
        days: the first and the last, None where none is known.
        cohorts: of the sessions, sorted.
    """

    name: str
    account: str
    accounts: tuple[str, ...]
    sessions: frozenset[str]
    minutes: float
    record_count: int
    days: tuple[date, date] | None
    cohorts: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Everything that candidates are chosen from.

    Attributes:
        unmatched: sorted by minutes, the most first.
        organisation: the people who are known.
        roster: cohorts and who is in them, with learner keys.
        spans: when each account was connected to which session.
        titles: of groups, by id; a group without one is missing.
    """

    unmatched: list[Unmatched]
    organisation: Organisation
    roster: Roster
    spans: dict[str, dict[str, list[Span]]]
    titles: dict[str, str]

    def spans_of(self, accounts: Iterable[str]) -> dict[str, list[Span]]:
        """Return the connections of some accounts by session."""
        merged: dict[str, list[Span]] = defaultdict(list)
        for account in accounts:
            for session, some in self.spans.get(account, {}).items():
                merged[session] += some
        return merged


def look(home: Home, settings: Settings) -> Found:
    """Read who is unmatched now; nothing is changed. The caller holds the lock.

    Erased people have no account, and whoever objected is in no list.

    Raises:
        KeyProblem: the key is missing, or is another one.
        WarehouseProblem: there is no vault, or another layout.
    """
    secret = vault.secret_of(home)
    with warehouse.opened(home) as connection:
        accounts, roster = read(home, connection, secret)
        with vault.opened(home) as people:
            organisation = Organisation.read(people, connection, secret)
            names = _names(people)
            groups = _groups(people)
        left_out = organisation.left_out
        left_out |= {k for (k,) in connection.sql(LEFT_OUT).fetchall()} | groups
        may_use_names = bool(settings.section("identity").get("match_names_in_cohort"))
        linked = resolve(accounts, roster, may_use_names=may_use_names).links
        open_ones = [
            one
            for one in accounts
            if one.actor_key not in linked
            and one.actor_key not in left_out
            and one.actor_key != ERASED
        ]
        spans = _spans(connection)
        unmatched = _people(connection, open_ones, names, roster, spans)
        titles = group_titles(connection)
    return Found(unmatched, organisation, roster, spans, titles)


def minutes_of(spans: Iterable[Span]) -> float:
    """Return the minutes that connections cover, each moment once."""
    total, until = timedelta(), datetime.min  # noqa: DTZ901 - as the warehouse's times
    for start, end in sorted(spans):
        total += max(end - max(start, until), timedelta())
        until = max(until, end)
    return total.total_seconds() / 60


def _names(people: duckdb.DuckDBPyConnection) -> dict[str, str]:
    found = people.sql("select actor_key, min(name) from names group by all").fetchall()
    return dict(found)


def _groups(people: duckdb.DuckDBPyConnection) -> set[str]:
    query = "select actor_key from identifiers group by all having bool_and(is_group)"
    return {key for (key,) in people.sql(query).fetchall()}


def _spans(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, list[Span]]]:
    found: dict[str, dict[str, list[Span]]] = {}
    for key, session, start, end in connection.sql(CONNECTIONS).fetchall():
        found.setdefault(key, {}).setdefault(session, []).append((start, end))
    return found


def _people(
    connection: duckdb.DuckDBPyConnection,
    accounts: list[UnmatchedAccount],
    names: dict[str, str],
    roster: Roster,
    spans: dict[str, dict[str, list[Span]]],
) -> list[Unmatched]:
    meetings = dict(connection.sql(MEETINGS).fetchall())
    claims: dict[str, dict[str, float]] = {}
    for key, session, seconds in connection.sql(CLAIMS).fetchall():
        claims.setdefault(key, {})[session] = seconds or 0
    records = {key: rest for key, *rest in connection.sql(RECORDS).fetchall()}
    held = dict(connection.sql(SESSION_DAYS).fetchall())
    together: dict[tuple[str, ...], dict[str, UnmatchedAccount]] = defaultdict(dict)
    for one in accounts:
        together[_group_of(one, roster, meetings)].setdefault(one.actor_key, one)
    found = []
    for group in together.values():
        keys = sorted(group)
        for start in range(0, len(keys), MOST_ACCOUNTS):
            some = keys[start : start + MOST_ACCOUNTS]
            found.append(_one(some, group, names, roster, spans, claims, records, held))
    return sorted(
        found, key=lambda u: (-u.minutes, -u.record_count, u.name, u.accounts)
    )


def _group_of(
    account: UnmatchedAccount, roster: Roster, meetings: dict[str, str | None]
) -> tuple[str, ...]:
    """Return what an account has in common with others of the same person.

    A display name is one person inside a cohort, or inside a meeting where the cohort
    is not known; nowhere else do equal names mean equal people.
    """
    session = account.session_id
    if session is None or not account.shown.strip():
        return ("account", account.actor_key)
    cohorts = sorted(roster.cohorts_of_session.get(session, ()))
    context = cohorts or ["meeting", meetings.get(session) or session]
    return ("name", normalised(account.shown), *context)


def _one(
    keys: list[str],
    group: dict[str, UnmatchedAccount],
    names: dict[str, str],
    roster: Roster,
    spans: dict[str, dict[str, list[Span]]],
    claims: dict[str, dict[str, float]],
    records: dict[str, list],
    held: dict[str, date | None],
) -> Unmatched:
    first = group[keys[0]]
    is_display = first.session_id is not None
    shown = first.shown.removeprefix("mailto:").strip()
    sessions = {s for key in keys for s in records.get(key, [0, []])[1] if s}
    sessions |= {group[key].session_id for key in keys} - {None}
    connected: list[Span] = []
    seconds, days, count = 0.0, [], 0
    for key in keys:
        by_session = spans.get(key, {})
        connected += [span for some in by_session.values() for span in some]
        claimed = claims.get(key, {})
        seconds += sum(v for s, v in claimed.items() if s not in by_session)
        if key in records:
            number, _sessions, first_on, last_on, of_platform = records[key]
            seconds, count = seconds + of_platform, count + number
            days += [day for day in (first_on, last_on) if day]
    days += [held[s] for s in sessions if held.get(s)] if not days else []
    cohorts = {c for s in sessions for c in roster.cohorts_of_session.get(s, ())}
    return Unmatched(
        shown if is_display else names.get(keys[0], ""),
        "" if is_display else shown,
        tuple(keys),
        frozenset(sessions),
        minutes_of(connected) + seconds / 60,
        int(count),
        (min(days), max(days)) if days else None,
        tuple(sorted(cohorts)),
    )
