"""What decisions about unmatched people change: sessions, minutes, attendance."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb

from ingest.identity.people import reading
from ingest.review.candidates import sessions_at_once, two_places
from ingest.review.decisions import Decision
from ingest.review.unmatched import Found, Span, minutes_of
from tandem.core.files import Home

RATED = ("attended", "partial", "no_show")
MARTS = """
select count(*) from duckdb_tables()
where schema_name = 'marts' and table_name = 'fct_session_attendances'
"""
ATTENDANCES = """
select
    session_id, learner_key, cohort_id, enrolment_id, attendance_status, is_expected,
    is_matched, attended_seconds is not null, attendance_threshold * session_seconds
from marts.fct_session_attendances
"""
INTERVALS = """
select session_id, learner_key, joined_at, left_at
from intermediate.int_attendance_intervals_merged
where list_contains($keys, learner_key)
"""
# Enrolments in programmes where the account left statements on a platform.
ENROLMENTS = """
select distinct statements.learner_key, enrolments.learner_key, enrolments.enrolment_id
from intermediate.int_statements_bound_to_programmes as statements
inner join marts.fct_enrolments as enrolments
    on statements.programme_id = enrolments.programme_id
where
    list_contains($accounts, statements.learner_key)
    and list_contains($people, enrolments.learner_key)
"""


@dataclass(frozen=True)
class Effect:
    """What one decision changes.

    Attributes:
        decision: whose.
        account_count: accounts that it is about.
        session_count: sessions in which they were connected.
        minutes: that they were connected, each moment once.
        enrolment_count: enrolments of the person that get evidence; None unknown.
        careful: about being in two places at once, "" where nobody was.
    """

    decision: Decision
    account_count: int
    session_count: int
    minutes: int
    enrolment_count: int | None
    careful: str


@dataclass(frozen=True)
class CohortChange:
    """Attendance of a cohort before and after: people and sessions that count.

    Attributes:
        cohort_id: of which.
        title: by which people know it; its id where it has none.
        attended: attendances before and after.
        rated: base of the rate before and after.
        unmatched: people unmatched in its sessions before and after.
    """

    cohort_id: str
    title: str
    attended: tuple[int, int]
    rated: tuple[int, int]
    unmatched: tuple[int, int]


@dataclass(frozen=True)
class Preview:
    """What all decisions of a workbook change together.

    Attributes:
        effects: one for each decision.
        cohorts: whose attendance or unmatched people change, by id.
        enrolment_count: enrolments that get evidence, each once.
        is_built: False where no marts are there, so that attendance is not known.
    """

    effects: list[Effect]
    cohorts: list[CohortChange]
    enrolment_count: int
    is_built: bool


def preview(home: Home, decisions: list[Decision], found: Found) -> Preview:
    """Return what decisions change; nothing is written. The caller holds the lock."""
    own = _OwnSpans(decisions, found)
    with reading(home.warehouse) as connection:
        is_built = connection.sql(MARTS).fetchall() != [(0,)]
        marts = _Marts(connection, decisions, found.titles) if is_built else None
    effects = [
        Effect(
            one,
            len(one.accounts),
            len(own.sessions[one.row]),
            round(minutes_of(own.all(one.row))),
            len(marts.enrolments[one.row]) if marts else None,
            own.warning(one),
        )
        for one in decisions
    ]
    every = set().union(*marts.enrolments.values()) if marts else set()
    return Preview(effects, marts.cohorts if marts else [], len(every), is_built)


class _OwnSpans:
    """When the accounts of each decision, and those of each person, were connected."""

    def __init__(self, decisions: list[Decision], found: Found) -> None:
        self.spans = {d.row: found.spans_of(d.accounts) for d in decisions}
        known = {account: one for one in found.unmatched for account in one.accounts}
        self.sessions = {
            d.row: {s for a in d.accounts for s in _sessions_of(a, known, found)}
            for d in decisions
        }
        self._people = found.organisation.people
        self._found = found
        self._by_person: dict[str, list[int]] = defaultdict(list)
        for one in decisions:
            if one.learner_key:
                self._by_person[one.learner_key].append(one.row)

    def all(self, row: int) -> list[Span]:
        return [span for some in self.spans[row].values() for span in some]

    def warning(self, one: Decision) -> str:
        """Say where the accounts were connected when the person was, elsewhere.

        Elsewhere are the person's own accounts, and those of other decisions for the
        same person.
        """
        if one.learner_key is None:
            return ""
        others: dict[str, list[Span]] = defaultdict(list)
        accounts = self._people[one.learner_key].accounts
        for session, some in self._found.spans_of(accounts).items():
            others[session] += some
        for row in self._by_person[one.learner_key]:
            if row != one.row:
                for session, some in self.spans[row].items():
                    others[session] += some
        both = sessions_at_once(self.spans[one.row], others)
        return two_places(both) if both else ""


def _sessions_of(account: str, known: dict, found: Found) -> set[str]:
    one = known[account]
    if len(one.accounts) == 1:
        return set(one.sessions)
    return set(found.spans.get(account, ()))


class _Marts:
    """The attendances that decisions reach, before and after."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        decisions: list[Decision],
        titles: dict[str, str],
    ) -> None:
        self._titles = titles
        self._owner = {a: d.learner_key for d in decisions for a in d.accounts}
        self._row = {a: d.row for d in decisions for a in d.accounts}
        self.enrolments: dict[int, set[str]] = {d.row: set() for d in decisions}
        people = sorted({p for p in self._owner.values() if p})
        keys = sorted({*self._owner, *people})
        self._spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
        rows = connection.execute(INTERVALS, {"keys": keys}).fetchall()
        for session, learner, start, end in rows:
            self._spans[session, learner].append((start, end))
        attendances = connection.sql(ATTENDANCES).fetchall()
        self._by_place = {(row[0], row[1]): row for row in attendances}
        self.cohorts = list(self._changes(attendances))
        given = {"accounts": sorted(self._owner), "people": people}
        for account, person, enrolment in connection.execute(
            ENROLMENTS, given
        ).fetchall():
            if self._owner[account] == person:
                self.enrolments[self._row[account]].add(enrolment)

    def _changes(self, attendances: list[tuple]) -> Iterator[CohortChange]:
        cohort_of = {}
        moved: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for session, learner, cohort, *_rest in attendances:
            if learner in self._owner:
                moved[session, self._owner[learner]].append(learner)
                cohort_of[session] = cohort
        after: dict[tuple[str, str], tuple[str, bool] | None] = {}
        for (session, person), accounts in moved.items():
            after |= dict.fromkeys(((session, a) for a in accounts), None)
            if person is None:
                continue
            after[session, person] = self._status(session, person, accounts)
        touched = set(cohort_of.values())
        counts: dict[str, _Counts] = defaultdict(_Counts)
        for row in attendances:
            session, learner, cohort = row[:3]
            if cohort not in touched:
                continue
            counts[cohort].add(0, row[4], row[6])
            if (session, learner) not in after:
                counts[cohort].add(1, row[4], row[6])
        for (session, _learner), status in after.items():
            if status is not None:
                counts[cohort_of[session]].add(1, *status)
        for cohort, count in sorted(counts.items()):
            title = self._titles.get(cohort, cohort)
            yield CohortChange(
                cohort,
                title,
                tuple(count.attended),
                tuple(count.rated),
                tuple(count.unknown),
            )

    def _status(
        self, session: str, person: str, accounts: list[str]
    ) -> tuple[str, bool]:
        """Return a person's status in a session with some accounts, as models do."""
        before = self._by_place.get((session, person))
        others = [self._by_place[session, account] for account in accounts]
        enrolment = before[3] if before else None
        if enrolment:
            for account in accounts:
                self.enrolments[self._row[account]].add(enrolment)
        if before and before[4] == "excluded":
            return "excluded", before[6]
        if before is None or not before[5]:
            return "walk_in", True
        if not any(
            row[7] for row in ([before] if before[4] in RATED[:2] else []) + others
        ):
            return "unknown", True
        spans = [s for key in (person, *accounts) for s in self._spans[session, key]]
        is_long_enough = minutes_of(spans) * 60 >= others[0][8]
        return ("attended" if is_long_enough else "partial"), True


@dataclass
class _Counts:
    """Attendances of a cohort before (0) and after (1)."""

    attended: list[int] = field(default_factory=lambda: [0, 0])
    rated: list[int] = field(default_factory=lambda: [0, 0])
    unknown: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, when: int, status: str, is_matched: bool) -> None:
        self.attended[when] += status == "attended"
        self.rated[when] += status in RATED
        self.unknown[when] += not is_matched
