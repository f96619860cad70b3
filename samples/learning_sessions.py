"""What was drawn of self-paced work: visits with begin and end, and their sessions.

A learning session is what follows one another within a quarter of an hour. Moments are
UTC milliseconds.
"""

import polars as pl

from samples.defects import add_defects
from samples.events import CODE, KINDS
from samples.plan import Plan
from samples.polls import draw_polls
from samples.simulation import Simulation

IDLE_MS = 15 * 60_000
OPENINGS = ("launched", "initialized", "video_initialized")
COMPLETIONS = ("completed", "video_completed")
WITH_DURATION = (
    *("completed", "passed", "failed", "terminated"),
    *("video_completed", "video_terminated"),
)


def codes(kinds: tuple[str, ...]) -> list[int]:
    """Return the codes of kinds of events."""
    return [CODE[kind] for kind in kinds]


def recorded_events(plan: Plan, made: Simulation) -> pl.DataFrame:
    """Return the events of visits that the platform recorded and that still hold.

    Voided ones are left out, and those whose negative duration is refused.
    """
    rows = add_defects(plan, made.enrolments, made.events)
    return rows.filter(
        pl.col("kind").is_in(codes(KINDS[4:15])),
        ~pl.col("is_voided"),
        ~pl.col("is_negative"),
    )


def recorded_visits(events: pl.DataFrame) -> pl.DataFrame:
    """Return one row per visit: when it began and ended, and what was recorded of it.

    `surplus` is the time between launch and content that does not count, because the
    content says how long it ran.
    """
    kind = pl.col("kind")
    claimed = pl.when(kind.is_in(codes(WITH_DURATION))).then(pl.col("seconds"))
    is_whole = pl.col("has_no_registration").n_unique() == 1
    launched, ended = CODE["launched"], CODE["terminated"]
    runs = pl.col("at").filter(kind == CODE["initialized"]).min()
    return (
        events.group_by("enrolment", "activity", "visit")
        .agg(
            begin=(pl.col("at") - claimed.fill_null(0) * 1_000).min(),
            first=pl.col("at").min(),
            last=pl.col("at").max(),
            opened=pl.col("at").filter(kind.is_in(codes(OPENINGS))).min(),
            launched=pl.col("at").filter(kind == launched).min(),
            initialized=runs,
            completed=pl.col("at").filter(kind.is_in(codes(COMPLETIONS))).min(),
            surplus=pl.when(is_whole & (kind == ended).any())
            .then(runs - pl.col("at").filter(kind == launched).min())
            .fill_null(0),
        )
        .sort("enrolment", "begin", "visit")
    )


def visits_in_sessions(visits: pl.DataFrame) -> pl.DataFrame:
    """Return the visits with the learning session that each is in.

    Args:
        visits: as of `recorded_visits`.

    Returns:
        The columns of visits, and session, session_first (its first event), until (up
        to when a completion belongs to it), session_left (when the one before ended).
        A visit that begins while another one lasts has no surplus, because the other
        one counts; where the next one begins in its surplus, the rest alone is one.
    """
    before = pl.col("last").cum_max().shift(1).over("enrolment")
    following = pl.col("begin").shift(-1).over("enrolment") - pl.col("begin")
    ordered = visits.sort("enrolment", "begin", "visit").with_columns(
        surplus=pl.when((pl.col("begin") < before).fill_null(False))
        .then(0)
        .when((following < pl.col("surplus")).fill_null(False))
        .then(pl.col("surplus") - following)
        .otherwise("surplus")
    )
    opens = (pl.col("begin") > before + IDLE_MS).fill_null(True)
    numbered = ordered.with_columns(opens=opens, before=before).with_columns(
        session=pl.col("opens").cum_sum().over("enrolment")
    )
    within = ("enrolment", "session")
    return numbered.with_columns(
        session_first=pl.col("first").min().over(within),
        session_left=pl.col("before").first().over(within),
        until=pl.col("last").max().over(within) + IDLE_MS,
    )


def poll_answers(plan: Plan, made: Simulation) -> pl.DataFrame:
    """Return the answers to polls in live sessions as visits without a length."""
    answers = draw_polls(plan, made.cohorts, made.held, made.connections)
    groups = made.enrolments
    pairs = zip(groups.cohort.tolist(), groups.person.tolist(), strict=True)
    rows = {pair: row for row, pair in enumerate(pairs)}
    cohorts = [made.held[session][0] for session in answers.session.tolist()]
    found = [
        (rows[cohort, person], at * 1_000)
        for cohort, person, at in zip(
            cohorts, answers.person.tolist(), answers.at.tolist(), strict=True
        )
        if (cohort, person) in rows
    ]
    schema = {"enrolment": pl.Int64, "begin": pl.Int64}
    moments = dict.fromkeys(("first", "last"), pl.col("begin"))
    whole = dict.fromkeys(("activity", "surplus"), pl.lit(0, dtype=pl.Int64))
    return pl.DataFrame(found, schema=schema, orient="row").with_columns(
        visit=pl.lit(-1, dtype=pl.Int64), **moments, **whole
    )


def learning_sessions(visits: pl.DataFrame, is_unit: pl.Series) -> pl.DataFrame:
    """Return one row per learning session.

    Args:
        visits: as of `visits_in_sessions`.
        is_unit: whether each activity is a unit, by index.

    Returns:
        enrolment, first, last, length (ms), has_completed (whether an opened unit was
        completed, null without one), next (when the next one begins, null for none).
    """
    done = pl.col("completed").min().over("enrolment", "activity")
    units = visits.with_columns(
        is_unit=is_unit.gather(visits["activity"]), done=done
    ).with_columns(
        is_open=pl.col("is_unit")
        & pl.col("opened").is_not_null()
        & (pl.col("done") >= pl.col("session_first")).fill_null(True)
    )
    in_time = (pl.col("done") <= pl.col("until")).fill_null(False)
    sessions = units.group_by("enrolment", "session", maintain_order=True).agg(
        first=pl.col("first").min(),
        last=pl.col("last").max(),
        length=pl.col("last").max() - pl.col("begin").min() - pl.col("surplus").sum(),
        has_completed=pl.when(pl.col("is_open").any()).then(
            (pl.col("is_open") & in_time).any()
        ),
    )
    return sessions.with_columns(next=pl.col("first").shift(-1).over("enrolment"))
