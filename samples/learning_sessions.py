"""What was drawn of self-paced work: visits with begin and end, and their sessions.

A learning session is what follows one another within a quarter of an hour. Moments are
UTC milliseconds.
"""

import polars as pl

from samples.defects import add_defects
from samples.events import CODE, KINDS
from samples.plan import Plan
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


def learning_sessions(visits: pl.DataFrame, is_unit: pl.Series) -> pl.DataFrame:
    """Return one row per learning session.

    Args:
        visits: as of `recorded_visits`.
        is_unit: whether each activity is a unit, by index.

    Returns:
        enrolment, first, last, length (ms), has_completed (whether an opened unit was
        completed, null without one), next (when the next one begins, null for none).
    """
    before = pl.col("last").cum_max().shift(1).over("enrolment")
    parted = visits.sort("enrolment", "begin", "visit").with_columns(
        is_unit=is_unit.gather(visits.sort("enrolment", "begin", "visit")["activity"]),
        opens=(pl.col("begin") > before + IDLE_MS).fill_null(True),
    )
    numbered = parted.with_columns(
        session=pl.col("opens").cum_sum().over("enrolment")
    ).with_columns(until=pl.col("last").max().over("enrolment", "session") + IDLE_MS)
    is_open = pl.col("is_unit") & pl.col("opened").is_not_null()
    sessions = numbered.group_by("enrolment", "session", maintain_order=True).agg(
        first=pl.col("first").min(),
        last=pl.col("last").max(),
        length=pl.col("last").max() - pl.col("begin").min() - pl.col("surplus").sum(),
        has_completed=pl.when(is_open.any()).then(
            (is_open & (pl.col("completed") <= pl.col("until"))).fill_null(False).any()
        ),
    )
    return sessions.with_columns(next=pl.col("first").shift(-1).over("enrolment"))
