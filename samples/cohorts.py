"""Cohorts and their planned sessions: mode, dates, size, host unit, platform.

A live or blended cohort has a host unit, which uses Teams (in Europe) or Zoom (outside
Europe). Its sessions keep their local time over clock changes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from samples.catalogue import MODES, Programme, business_units, programmes
from samples.people import People
from samples.plan import DAY, Plan

SPLIT = {  # share of a programme's enrolments in the first of its two modes
    ("sync", "hybrid"): 0.5,
    ("sync", "async"): 0.42,
    ("async", "hybrid"): 0.6,
}
WAVE_SIZE, MOST_WAVES = 70, 24
MOVED_SHARE, CANCELLED_SHARE, RESTART_SHARE = 0.04, 0.02, 0.02
LATE_SHARE, LATE_SECONDS = 0.05, 600
WEEKS_BETWEEN = 2
HYBRID_LEAD_DAYS = 7


@dataclass(frozen=True)
class Session:
    """One planned session; `actual_*` is what happened. Moments are UTC seconds."""

    ordinal: int
    original_start: datetime
    local_start: datetime
    starts: int
    ends: int
    actual_starts: int
    actual_ends: int
    status: str
    restart_at: int | None

    @property
    def is_moved(self) -> bool:
        """Whether it took place at another time than its series has."""
        return self.local_start != self.original_start

    @property
    def is_held(self) -> bool:
        """Whether it was not cancelled."""
        return self.status == "CONFIRMED"


@dataclass(frozen=True)
class Cohort:
    """One offering of a programme in one mode; `starts` is local midnight, as UTC."""

    cohort_id: str
    programme: int
    mode: int
    size: int
    start_date: date
    starts: int
    ends: int
    host_unit: int
    platform: str
    meeting_id: str
    title: str
    facilitator: int
    sessions: tuple[Session, ...]

    @property
    def is_live(self) -> bool:
        """Whether it has sessions."""
        return bool(self.sessions)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that it is planned in."""
        return ZoneInfo(business_units()[self.host_unit].time_zone)

    @property
    def held(self) -> tuple[Session, ...]:
        """The sessions that were not cancelled."""
        return tuple(session for session in self.sessions if session.is_held)


def programme_sizes(plan: Plan) -> list[int]:
    """Return how many enrolments each programme has; they add up to the plan's."""
    rng = plan.stream("programme sizes")
    kinds = [programme.category for programme in programmes()]
    spread = np.exp(rng.normal(0, 0.2, len(kinds)))
    weight = np.zeros(len(kinds))
    for slug in dict.fromkeys(kind.slug for kind in kinds):
        is_own = np.array([kind.slug == slug for kind in kinds])
        share = next(k.enrolment_share for k in kinds if k.slug == slug)
        weight[is_own] = share * spread[is_own] / spread[is_own].sum()
    return largest_remainders(weight, plan.enrolments)


def largest_remainders(weight: np.ndarray, total: int) -> list[int]:
    """Round parts of a total so that they add up to it (largest remainder method)."""
    exact = weight / weight.sum() * total
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole.tolist()


def plan_cohorts(plan: Plan, people: People) -> list[Cohort]:
    """Plan all cohorts, in order of programme and start."""
    rng = plan.stream("cohorts")
    found: list[Cohort] = []
    meeting_ids = _meeting_ids(rng)
    for number, (programme, size) in enumerate(
        zip(programmes(), programme_sizes(plan), strict=True)
    ):
        drafts = sorted(_drafts(plan, programme, size, rng))
        for ordinal, (start, mode, cohort_size) in enumerate(drafts, start=1):
            found.append(
                _cohort(
                    plan,
                    people,
                    number,
                    ordinal,
                    (start, mode, cohort_size),
                    next(meeting_ids),
                    rng,
                )
            )
    return found


def _drafts(
    plan: Plan, programme: Programme, size: int, rng: np.random.Generator
) -> list[tuple[date, str, int]]:
    """Return start, mode and size of each cohort of a programme."""
    share = SPLIT.get(programme.modes, 1.0)
    first = round(size * share) if len(programme.modes) == 2 else size
    counts = dict(zip(programme.modes, (first, size - first), strict=False))
    drafts = []
    for position, (mode, count) in enumerate(counts.items()):
        begins, length = 0.0, 1.0
        if programme.arrangement == "change":
            begins, length = 0.5 * position, 0.5
        sizes = _cohort_sizes(programme, mode, count, rng)
        for at, cohort_size in enumerate(sizes):
            through = begins + length * (at + rng.random()) / len(sizes)
            drafts.append((_working_day(plan, through), mode, cohort_size))
    return drafts


def _cohort_sizes(
    programme: Programme, mode: str, count: int, rng: np.random.Generator
) -> list[int]:
    """Divide a mode's enrolments into cohorts, lognormal around the usual size."""
    if mode == "async":
        number = min(MOST_WAVES, max(2, round(count / WAVE_SIZE)))
    else:
        number = max(2, round(count / programme.category.live_cohort_size))
    number = min(number, max(1, count // 2))
    weight = np.exp(rng.normal(0, 0.3, number))
    return [size for size in largest_remainders(weight, count) if size]


def _working_day(plan: Plan, through: float) -> date:
    """Return the working day at a share of the period in which cohorts start."""
    span = plan.cut_off - 4 * DAY - plan.first_day
    day = datetime.fromtimestamp(plan.first_day + through * span, UTC).date()
    return day - timedelta(days=max(0, day.weekday() - 4))


def _meeting_ids(rng: np.random.Generator):  # noqa: ANN202 - iterator of str
    """Yield eleven-digit meeting numbers like Zoom's, each only once."""
    seen: set[int] = set()
    while True:
        number = int(rng.integers(81_000_000_000, 89_999_999_999))
        if number not in seen:
            seen.add(number)
            yield str(number)


def _cohort(
    plan: Plan,
    people: People,
    number: int,
    ordinal: int,
    draft: tuple[date, str, int],
    meeting_id: str,
    rng: np.random.Generator,
) -> Cohort:
    start, mode, size = draft
    programme, units = programmes()[number], business_units()
    shares = np.array([unit.share for unit in units])
    host = int(rng.choice(len(units), p=shares / shares.sum()))
    zone = ZoneInfo(units[host].time_zone)
    facilitators = people.frame.height - people.learner_count
    facilitator = people.learner_count + int(rng.integers(facilitators))
    starts = int(datetime.combine(start, time.min, zone).timestamp())
    sessions = _sessions(programme, mode, start, zone, rng)
    platform = "teams" if units[host].region == "Europe" else "zoom"
    return Cohort(
        cohort_id=f"{programme.programme_id}-{ordinal:02}",
        programme=number,
        mode=MODES.index(mode),
        size=size,
        start_date=start,
        starts=starts,
        ends=starts + programme.category.horizon_days * DAY,
        host_unit=host,
        platform=platform if sessions else "",
        meeting_id=meeting_id,
        title=f"{programme.name} - group {ordinal}",
        facilitator=facilitator,
        sessions=sessions,
    )


def _sessions(
    programme: Programme,
    mode: str,
    start: date,
    zone: ZoneInfo,
    rng: np.random.Generator,
) -> tuple[Session, ...]:
    count = programme.category.session_counts[mode]
    hour = int(rng.integers(9, 16))
    lead = HYBRID_LEAD_DAYS if mode == "hybrid" else 0
    minutes = programme.category.session_minutes
    draws = rng.random((max(count, 1), 4))
    return tuple(
        _session(
            n,
            datetime.combine(
                start + timedelta(days=lead + 7 * WEEKS_BETWEEN * n), time(hour, 0)
            ),
            zone,
            minutes,
            draws[n],
        )
        for n in range(count)
    )


def _session(
    ordinal: int, original: datetime, zone: ZoneInfo, minutes: int, draws: np.ndarray
) -> Session:
    """Return one session; the first one is never cancelled."""
    moved = original
    if draws[0] < MOVED_SHARE:
        moved += timedelta(
            days=3 if original.weekday() == 4 else 1
        )  # from Friday to Monday
    is_cancelled = ordinal > 0 and draws[1] < 2 * CANCELLED_SHARE
    begins = int(moved.replace(tzinfo=zone).timestamp())
    ends = begins + minutes * 60
    closes_early = 300 if draws[2] < 0.2 else 0
    opens_late = LATE_SECONDS if draws[2] >= 1 - LATE_SHARE else 0
    return Session(
        ordinal=ordinal,
        original_start=original,
        local_start=moved,
        starts=begins,
        ends=ends,
        actual_starts=begins + int(draws[2] * 240) - 240 + opens_late,
        actual_ends=ends - closes_early + int(draws[3] * 90),
        status="CANCELLED" if is_cancelled else "CONFIRMED",
        restart_at=(begins + ends) // 2 if draws[3] < RESTART_SHARE else None,
    )
