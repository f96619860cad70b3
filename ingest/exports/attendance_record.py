"""The attendance record of a cohort, with names: one row per live session and person.

For a regulator, or whoever else may ask an organisation who was taught what, when, how
and by whom. Names come from the vault and go nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ingest.exports.left_out import RESTRICTED
from ingest.identity.current_links import CURRENT_LINKS
from ingest.identity.people import reading
from tandem.core.errors import TandemError, WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.near import nearest
from tandem.core.seeds import seed_rows

Row = dict[str, Any]
HEADINGS = (
    "programme",
    "cohort",
    "session",
    "date",
    "starts",
    "ends",
    "time zone",
    "place",
    "mode",
    "led by",
    "session hours",
    "name",
    "e-mail or account",
    "presence",
    "hours present",
    "first joined",
    "last left",
)
PRESENCE = {
    "attended": "present",
    "partial": "partly present",
    "walk_in": "present, not on the list",
    "no_show": "absent",
    "excused": "absent, excused",
    "unknown": "not known: no report says who was there",
}
COHORT = """
select
    coalesce(cohorts.cohort_name, cohorts.cohort_id),
    coalesce(programmes.programme_name, cohorts.programme_id),
    cohorts.time_zone
from marts.dim_cohorts as cohorts
left join marts.dim_programmes as programmes using (programme_id)
where cohorts.cohort_id = $cohort
"""
COHORTS = """
select cohort_id, cohort_name from marts.dim_cohorts
"""
ATTENDANCES = """
select
    attendances.session_id,
    attendances.learner_key,
    attendances.delivery_mode,
    attendances.attendance_status,
    attendances.session_seconds,
    attendances.attended_seconds,
    coalesce(attendances.session_started_at, sessions.planned_start_at) as starts_at,
    coalesce(attendances.session_ended_at, sessions.planned_end_at) as ends_at,
    attendances.first_joined_at,
    attendances.last_left_at,
    attendances.learner_key in (select actor_key from restricted) as is_restricted
from marts.fct_session_attendances as attendances
inner join marts.dim_sessions as sessions using (session_id)
where attendances.cohort_id = $cohort and attendances.attendance_status <> 'excluded'
order by starts_at nulls last, attendances.session_id, attendances.learner_key
"""
# People sign a list in a room; which one, no source says.
PLACES = """
with reports as (
    select
        session_id,
        source,
        source in (select source from raw.loads where variant = 'sign-in-sheet')
            as is_signed
    from intermediate.int_live_runs
    where list_contains($sessions, session_id)
)
select
    session_id,
    concat_ws(
        ' and ',
        case when bool_or(is_signed) then 'in a room' end,
        'online (' || string_agg(distinct source, ', ' order by source)
            filter (not is_signed) || ')'
    )
from reports
group by session_id
"""
TEACHERS = """
select session_id, learner_key
from intermediate.int_session_teachers
where
    list_contains($sessions, session_id)
    and learner_key not in (select actor_key from restricted)
order by session_id, learner_key
"""
ACCOUNTS = f"""
select learner_key, actor_key from ({CURRENT_LINKS})
where list_contains($learners, learner_key)
"""
NAMES = """
select actor_key, min(name) from names
where not is_group and list_contains($keys, actor_key)
group by actor_key
"""
# An e-mail address where there is one, else the name of an account.
ADDRESSES = """
select
    actor_key,
    coalesce(
        min(split_part(identifier, ':', 2)) filter (where kind = 'mbox'),
        min(case when kind = 'account' then identifier ->> '$.name' end)
    )
from identifiers
where kind in ('mbox', 'account') and list_contains($keys, actor_key)
group by actor_key
"""


@dataclass(frozen=True)
class AttendanceRecord:
    """A table with HEADINGS.

    Attributes:
        programme: its name.
        cohort: its name.
        rows: cells as texts and numbers; None where something is not known.
        sessions: how many are in it.
        people: how many are in it.
        left_out: people under restriction, of whom there is no row.
    """

    programme: str
    cohort: str
    rows: list[list[str | float | None]] = field(repr=False)
    sessions: int
    people: int
    left_out: int


def attendance_record(home: Home, cohort_id: str) -> AttendanceRecord:
    """Return the record of a cohort from the last build, with names from the vault.

    Raises:
        WarehouseProblem: nothing is landed or built.
        WrongUse: there is no such cohort.
        TandemError: no live session of it is known.
    """
    with reading(home.warehouse) as connection:
        try:
            found = connection.execute(COHORT, {"cohort": cohort_id}).fetchall()
            connection.execute(RESTRICTED)
            given = {"cohort": cohort_id}
            table = connection.sql(ATTENDANCES, params=given).to_arrow_table()
        except duckdb.CatalogException as error:
            raise WarehouseProblem(
                "nothing is built yet", str(home.warehouse), "run tandem run"
            ) from error
        if not found:
            raise _no_cohort(connection, cohort_id)
        rows: list[Row] = table.to_pylist()
        if not rows:
            raise TandemError(
                "no live session of it is known", cohort_id, "land its reports first"
            )
        sessions = sorted({row["session_id"] for row in rows})
        given = {"sessions": sessions}
        places = dict(connection.execute(PLACES, given).fetchall())
        taught = connection.execute(TEACHERS, given).fetchall()
        kept = [row for row in rows if not row["is_restricted"]]
        learners = {row["learner_key"] for row in kept} | {key for _s, key in taught}
        accounts = _accounts(connection, learners)
    people = _People.read(home, accounts)
    cohort, programme, zone = found[0]
    led: dict[str, list[str]] = {}
    for session_id, key in taught:
        led.setdefault(session_id, []).append(people.name(key) or "name not known")
    lines = [
        [programme, cohort, *_line(row, ZoneInfo(zone), places, led, people)]
        for row in kept
    ]
    restricted = {row["learner_key"] for row in rows if row["is_restricted"]}
    return AttendanceRecord(
        programme,
        cohort,
        lines,
        len({row["session_id"] for row in kept}),
        len({row["learner_key"] for row in kept}),
        len(restricted),
    )


def _no_cohort(connection: duckdb.DuckDBPyConnection, cohort_id: str) -> WrongUse:
    known = dict(connection.sql(COHORTS).fetchall())
    alike = nearest(cohort_id, known)
    return WrongUse(
        "there is no such cohort",
        cohort_id,
        f"give the identifier of one: {alike}" if alike else "none is built yet",
    )


def _line(
    row: Row,
    zone: ZoneInfo,
    places: dict[str, str],
    led: dict[str, list[str]],
    people: "_People",
) -> list[str | float | None]:
    """Return the cells of one row from the session on."""
    starts, ends = row["starts_at"], row["ends_at"]
    modes = {one["delivery_mode"]: one["label"] for one in seed_rows("delivery_modes")}
    session, key = row["session_id"], row["learner_key"]
    return [
        session,
        _local(starts, zone, "%Y-%m-%d"),
        _local(starts, zone, "%H:%M"),
        _local(ends, zone, "%H:%M"),
        str(zone),
        places.get(session),
        modes.get(row["delivery_mode"], row["delivery_mode"]),
        "; ".join(sorted(led.get(session, []))) or None,
        _hours(row["session_seconds"]),
        people.name(key) or "name not known",
        people.address(key),
        PRESENCE[row["attendance_status"]],
        _hours(row["attended_seconds"]),
        _local(row["first_joined_at"], zone, "%H:%M:%S"),
        _local(row["last_left_at"], zone, "%H:%M:%S"),
    ]


def _local(at: datetime | None, zone: ZoneInfo, form: str) -> str | None:
    if at is None:
        return None
    return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).strftime(form)


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 3600, 2)


def _accounts(
    connection: duckdb.DuckDBPyConnection, learners: Iterable[str]
) -> dict[str, list[str]]:
    """Return every account of each learner; the learner's own key comes first."""
    found = {key: [key] for key in learners}
    given = {"learners": sorted(found)}
    for learner, account in connection.execute(ACCOUNTS, given).fetchall():
        found[learner].append(account)
    return found


@dataclass(frozen=True)
class _People:
    """Names and addresses of accounts, from the vault."""

    accounts: dict[str, list[str]]
    names: dict[str, str]
    addresses: dict[str, str]

    @classmethod
    def read(cls, home: Home, accounts: dict[str, list[str]]) -> "_People":
        given = {"keys": sorted({key for keys in accounts.values() for key in keys})}
        with reading(home.vault) as vault:
            names = dict(vault.execute(NAMES, given).fetchall())
            addresses = dict(vault.execute(ADDRESSES, given).fetchall())
        return cls(accounts, names, addresses)

    def name(self, learner: str) -> str | None:
        return self._first(self.names, learner)

    def address(self, learner: str) -> str | None:
        return self._first(self.addresses, learner)

    def _first(self, known: dict[str, str], learner: str) -> str | None:
        keys = self.accounts.get(learner, [])
        return next((known[key] for key in keys if key in known), None)
