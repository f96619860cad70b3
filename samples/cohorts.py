"""Cohorts and their planned sessions: which mode, when, how many seats, which room.

A live or blended cohort has a host unit, whose legal entity uses Zoom (outside Europe)
or Teams (in Europe); its sessions keep their local time over clock changes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from samples.catalogue import MODES, Programme, business_units, programmes
from samples.people import People
from samples.plan import DAY, Plan

SPLIT = {  # of a programme's enrolments, to its first and second mode
    ("sync", "hybrid"): 0.5,
    ("sync", "async"): 0.42,
    ("async", "hybrid"): 0.6,
}
WAVE_SIZE, MOST_WAVES = 70, 24
MOVED_SHARE, CANCELLED_SHARE, RESTART_SHARE = 0.04, 0.02, 0.02
WEEKS_BETWEEN = 2
HYBRID_LEAD_DAYS = 7


@dataclass(frozen=True)
class Session:
    """One planned session; moments are UTC seconds, `actual_*` what really happened."""

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
        """Whether it took place at another time than the series says."""
        return self.local_start != self.original_start

    @property
    def is_held(self) -> bool:
        """Whether it was not called off."""
        return self.status == "CONFIRMED"


@dataclass(frozen=True)
class Cohort:
    """One offering of a programme in one mode; `starts` is local midnight, UTC."""

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
        """Whether it meets at all."""
        return bool(self.sessions)

    @property
    def zone(self) -> ZoneInfo:
        """The zone that it is planned in."""
        return ZoneInfo(business_units()[self.host_unit].time_zone)

    @property
    def held(self) -> tuple[Session, ...]:
        """Sessions that were not called off."""
        return tuple(session for session in self.sessions if session.is_held)


def programme_sizes(plan: Plan) -> list[int]:
    """Share the enrolments out to programmes, exactly."""
    chance = plan.stream("programme sizes")
    kinds = [programme.category for programme in programmes()]
    spread = np.exp(chance.normal(0, 0.2, len(kinds)))
    weight = np.zeros(len(kinds))
    for slug in dict.fromkeys(kind.slug for kind in kinds):
        mine = np.array([kind.slug == slug for kind in kinds])
        share = next(k.enrolment_share for k in kinds if k.slug == slug)
        weight[mine] = share * spread[mine] / spread[mine].sum()
    return largest_remainders(weight, plan.enrolments)


def largest_remainders(weight: np.ndarray, total: int) -> list[int]:
    """Round shares of a total so that they still add up to it."""
    exact = weight / weight.sum() * total
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole.tolist()


def cohorts(plan: Plan, people: People) -> list[Cohort]:
    """Plan all cohorts, in order of programme and start."""
    chance = plan.stream("cohorts")
    found: list[Cohort] = []
    meeting_ids = _meeting_ids(chance)
    for number, (programme, size) in enumerate(
        zip(programmes(), programme_sizes(plan), strict=True)
    ):
        drafts = sorted(_drafts(plan, programme, size, chance))
        for ordinal, (start, mode, seats) in enumerate(drafts, start=1):
            found.append(
                _cohort(
                    plan,
                    people,
                    number,
                    ordinal,
                    (start, mode, seats),
                    next(meeting_ids),
                    chance,
                )
            )
    return found


def _drafts(
    plan: Plan, programme: Programme, size: int, chance: np.random.Generator
) -> list[tuple[date, str, int]]:
    """Return start, mode and seats of each cohort of a programme."""
    share = SPLIT.get(programme.modes, 1.0)
    first = round(size * share) if len(programme.modes) == 2 else size
    counts = dict(zip(programme.modes, (first, size - first), strict=False))
    drafts = []
    for place, (mode, count) in enumerate(counts.items()):
        begins, length = 0.0, 1.0
        if programme.arrangement == "change":
            begins, length = 0.5 * place, 0.5
        seats = _seats(programme, mode, count, chance)
        for at, some in enumerate(seats):
            through = begins + length * (at + chance.random()) / len(seats)
            drafts.append((_weekday(plan, through), mode, some))
    return drafts


def _seats(
    programme: Programme, mode: str, count: int, chance: np.random.Generator
) -> list[int]:
    """Cut a mode's enrolments into cohorts, lognormal around the usual size."""
    if mode == "async":
        number = min(MOST_WAVES, max(2, round(count / WAVE_SIZE)))
    else:
        number = max(2, round(count / programme.category.live_cohort_size))
    number = min(number, max(1, count // 2))
    weight = np.exp(chance.normal(0, 0.3, number))
    return [seats for seats in largest_remainders(weight, count) if seats]


def _weekday(plan: Plan, through: float) -> date:
    """Return the working day at a share of the time that cohorts start in."""
    span = plan.cut_off - 4 * DAY - plan.first_day
    day = datetime.fromtimestamp(plan.first_day + through * span, UTC).date()
    return day - timedelta(days=max(0, day.weekday() - 4))


def _meeting_ids(chance: np.random.Generator):  # noqa: ANN202 - iterator of str
    """Yield eleven-digit numbers as Zoom gives them, none twice."""
    seen: set[int] = set()
    while True:
        number = int(chance.integers(81_000_000_000, 89_999_999_999))
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
    chance: np.random.Generator,
) -> Cohort:
    start, mode, seats = draft
    programme, units = programmes()[number], business_units()
    shares = np.array([unit.share for unit in units])
    host = int(chance.choice(len(units), p=shares / shares.sum()))
    zone = ZoneInfo(units[host].time_zone)
    facilitators = people.frame.height - people.learner_count
    facilitator = people.learner_count + int(chance.integers(facilitators))
    starts = int(datetime.combine(start, time.min, zone).timestamp())
    sessions = _sessions(programme, mode, start, zone, chance)
    platform = "teams" if units[host].region == "Europe" else "zoom"
    return Cohort(
        cohort_id=f"{programme.programme_id}-{ordinal:02}",
        programme=number,
        mode=MODES.index(mode),
        size=seats,
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
    chance: np.random.Generator,
) -> tuple[Session, ...]:
    count = programme.category.session_counts[mode]
    hour = int(chance.integers(9, 16))
    lead = HYBRID_LEAD_DAYS if mode == "hybrid" else 0
    minutes = programme.category.session_minutes
    fates = chance.random((max(count, 1), 4))
    return tuple(
        _session(
            n,
            datetime.combine(
                start + timedelta(days=lead + 7 * WEEKS_BETWEEN * n), time(hour, 0)
            ),
            zone,
            minutes,
            fates[n],
        )
        for n in range(count)
    )


def _session(
    ordinal: int, original: datetime, zone: ZoneInfo, minutes: int, fate: np.ndarray
) -> Session:
    """Return one session; a first or only one is never called off."""
    moved = original
    if fate[0] < MOVED_SHARE:
        moved += timedelta(days=3 if original.weekday() == 4 else 1)  # Friday: Monday
    is_cancelled = ordinal > 0 and fate[1] < 2 * CANCELLED_SHARE
    begins = int(moved.replace(tzinfo=zone).timestamp())
    ends = begins + minutes * 60
    closes_early = 300 if fate[2] < 0.2 else 0
    return Session(
        ordinal=ordinal,
        original_start=original,
        local_start=moved,
        starts=begins,
        ends=ends,
        actual_starts=begins + int(fate[2] * 240) - 240,
        actual_ends=ends - closes_early + int(fate[3] * 90),
        status="CANCELLED" if is_cancelled else "CONFIRMED",
        restart_at=(begins + ends) // 2 if fate[3] < RESTART_SHARE else None,
    )
