"""What searches, questions to an AI tutor, posts and badges must come to."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime

import numpy as np
import polars as pl

from samples.evidence import Truth, truth_by_mode
from samples.plan import DAY
from samples.simulation import Simulation
from samples.traces import Traces

OPEN_MS, READ_MS, AGAIN_MS, IDLE_MS = 120_000, 20_000, 300_000, 900_000
HOURS = (9, 17)
HOLIDAYS = {
    "": ((1, 1), (12, 25)),
    "Europe": ((5, 1), (11, 11)),
    "South Asia": ((1, 26), (8, 15), (10, 2)),
}
RETURN_ROLES = ("unit", "pre_work", "follow_up", "practice", "final_assessment")


def holiday_rows(years: range) -> list[dict[str, object]]:
    """Return the organisation's days off."""
    return [
        {"region": region, "holiday_on": date(year, month, day).isoformat()}
        for year in years
        for region, days in HOLIDAYS.items()
        for month, day in days
    ]


class Moments:
    """Moments (UTC ms) of enrolments, in order."""

    def __init__(self, pairs: pl.DataFrame) -> None:
        """Take the columns enrolment and at."""
        grouped = pairs.sort("at").group_by("enrolment").agg("at")
        self._own = dict(grouped.rows())

    def between(self, enrolment: int, first: int, last: int) -> list[int]:
        """Return those of an enrolment from first to last, both included."""
        own = self._own.get(enrolment, [])
        return own[bisect_left(own, first) : bisect_right(own, last)]


def truth_of_searches(
    made: Simulation, traces: Traces, visits: pl.DataFrame, acted: pl.DataFrame
) -> dict[str, Truth]:
    """Return the truth about searches, and about what was opened by them.

    Args:
        made: the sample.
        traces: what was planted.
        visits: as of `visits_in_sessions`, with failed launches.
        acted: enrolment and `at` (ms) of everything that learners did.
    """
    opened = visits.filter(pl.col("opened").is_not_null())
    openings = Moments(opened.select("enrolment", at="opened"))
    searched = Moments(_pairs([(s["enrolment"], s["at"]) for s in traces.searches]))
    moments = Moments(acted)
    base, hit = [], []
    for search in traces.searches:
        enrolment, at = search["enrolment"], search["at"]
        found = search.get("opened_at"), search.get("dwell_ms")
        if search["is_own"]:
            found = _found(openings, searched, moments, enrolment, at)
        again = searched.between(enrolment, at + 1, at + AGAIN_MS)
        base.append(found[0] is None or bool(again) or found[1] is not None)
        hit.append(found[0] is not None and not again and (found[1] or 0) >= READ_MS)
    mode = made.enrolments.mode[[s["enrolment"] for s in traces.searches]]
    none = np.array([s["count"] == 0 for s in traces.searches])
    row = opened["enrolment"].to_numpy()
    programme = made.enrolments.programme
    reported = np.unique(programme[[s["enrolment"] for s in traces.searches]])
    direct = [
        bool(searched.between(enrolment, at - OPEN_MS, at))
        for enrolment, at in opened.select("enrolment", "opened").rows()
    ]
    in_base = np.isin(programme[row], reported)
    return {
        "search_success": truth_by_mode(mode, np.array(base), np.array(hit)),
        "zero_result_rate": truth_by_mode(mode, np.ones(len(none)), none),
        "direct_access_share": truth_by_mode(
            made.enrolments.mode[row], in_base, in_base & np.array(direct)
        ),
    }


def _pairs(pairs: list[tuple[int, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        pairs, schema={"enrolment": pl.Int64, "at": pl.Int64}, orient="row"
    )


def _found(
    openings: Moments, searched: Moments, moments: Moments, enrolment: int, at: int
) -> tuple[int | None, int | None]:
    """Return when the result of a search was opened, and how long it was read (ms)."""
    results = openings.between(enrolment, at, at + OPEN_MS)
    if not results:
        return None, None
    first, until = results[0], results[0] + IDLE_MS
    leaves = [
        *openings.between(enrolment, first + 1, until)[:1],
        *searched.between(enrolment, first + 1, until)[:1],
    ]
    after = moments.between(enrolment, first + 1, until)[-1:]
    ends = [min(leaves)] if leaves else after
    return first, (ends[0] - first if ends else None)


def truth_of_questions(
    made: Simulation, traces: Traces, visits: pl.DataFrame
) -> dict[str, Truth]:
    """Return the truth about questions to the AI tutor."""
    roles = pl.Series([a.role in RETURN_ROLES for a in made.activities])
    parts = visits.filter(
        pl.col("opened").is_not_null(), roles.gather(visits["activity"])
    )
    openings = Moments(parts.select("enrolment", at="opened"))
    questions, groups = traces.questions, made.enrolments
    rows = [q["enrolment"] for q in questions]
    regions = made.people.frame["region"].to_list()
    outside, returned = [], []
    for question in questions:
        enrolment, at = question["enrolment"], question["at"]
        zone = made.cohorts[groups.cohort[enrolment]].zone
        local = datetime.fromtimestamp(at / 1_000, UTC).astimezone(zone)
        region = regions[groups.person[enrolment]]
        off = (*HOLIDAYS[""], *HOLIDAYS.get(region, ()))
        is_off = local.weekday() > 4 or (local.month, local.day) in off
        outside.append(is_off or not HOURS[0] <= local.hour < HOURS[1])
        returned.append(bool(openings.between(enrolment, at + 1, at + DAY * 1_000)))
    mode, one = groups.mode[rows], np.ones(len(rows))
    kpis = {
        "tutor_outside_hours_share": truth_by_mode(mode, one, np.array(outside)),
        "tutor_return_in_24h": truth_by_mode(mode, one, np.array(returned)),
    }
    for kpi_id, name in (
        ("tutor_answered_rate", "is_answered"),
        ("tutor_escalated_rate", "is_escalated"),
    ):
        reported = {q["programme"] for q in questions if q[name]}
        base = np.array(
            [not q["is_own"] or q["programme"] in reported for q in questions]
        )
        said = np.array([q[name] for q in questions])
        kpis[kpi_id] = truth_by_mode(mode, base, base & said)
    return kpis


def truth_of_posts(made: Simulation, traces: Traces) -> dict[str, Truth]:
    """Return the truth about replies to posts."""
    rows = [post["enrolment"] for post in traces.posts]
    hit = [
        post["replied_at"] is not None
        and post["replied_at"] <= post["at"] + 3 * DAY * 1_000
        for post in traces.posts
    ]
    return {
        "post_reply_in_72h": truth_by_mode(
            made.enrolments.mode[rows], np.ones(len(rows)), np.array(hit)
        )
    }


def truth_of_asked(made: Simulation, traces: Traces) -> dict[str, Truth]:
    """Return the truth about questions to people, where answers are reported at all."""
    answered = {q["programme"] for q in traces.asked if q["replied_at"]}
    base = np.array(
        [not q["is_own"] or q["programme"] in answered for q in traces.asked]
    )
    hit = np.array(
        [
            q["replied_at"] is not None and q["replied_at"] <= q["at"] + DAY * 1_000
            for q in traces.asked
        ]
    )
    mode = made.enrolments.mode[[q["enrolment"] for q in traces.asked]]
    return {"question_answered_in_24h": truth_by_mode(mode, base, base & hit)}


def truth_of_reach(
    made: Simulation,
    shown: list[tuple[int, int]],
    is_active: np.ndarray,
    over: np.ndarray,
) -> Truth:
    """Return how many active learners show something in time.

    Args:
        made: the sample.
        shown: enrolment and moment (ms) of what is shown.
        is_active: whether each enrolment is rated and was active in time.
        over: when its time is over (UTC seconds).
    """
    hit = np.zeros(len(over), dtype=bool)
    for enrolment, at in shown:
        hit[enrolment] |= at <= over[enrolment] * 1_000
    programme = made.enrolments.programme
    reported = np.unique(programme[[enrolment for enrolment, _at in shown]])
    base = is_active & np.isin(programme, reported)
    return truth_by_mode(made.enrolments.mode, base, base & hit)
