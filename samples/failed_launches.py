"""Launches that fail shortly before a visit."""

import polars as pl

from samples.enrolments import uuids
from samples.learning_statements import activity_object, statement_of
from samples.paths import steps_of
from samples.plan import Plan
from samples.simulation import Simulation
from samples.statements import ADL

FAILED_LAUNCH_SHARE, ABANDONED_SHARE = 0.03, 0.5
BEFORE_MS, AFTER_MS = 123_000, 60_000
ABANDONED = "https://w3id.org/xapi/adl/verbs/abandoned"


def failed_launches(
    plan: Plan, made: Simulation, visits: pl.DataFrame
) -> tuple[pl.DataFrame, list[str]]:
    """Return launches two minutes before a visit that never ran, and their statements.

    Half of them are of the first step of the path. Of half of them the platform says a
    minute later that they were abandoned.
    """
    rng = plan.stream("failed launches")
    enrolled = pl.Series(made.enrolments.enrolled_at * 1_000)
    own = visits.filter(
        pl.col("launched").is_not_null(),
        pl.col("launched") - BEFORE_MS > enrolled.gather(visits["enrolment"]),
    )
    picked = own.filter(pl.Series(rng.random(own.height) < FAILED_LAUNCH_SHARE))
    first = {s.programme: s.activity for s in steps_of(made.activities) if s.place == 1}
    programme = made.enrolments.programme[picked["enrolment"].to_numpy()].tolist()
    is_live = made.enrolments.mode[picked["enrolment"].to_numpy()] == 0
    again = (rng.random(picked.height) < ABANDONED_SHARE) & ~is_live
    own_activity = picked["activity"].to_list()
    failed = picked.select(
        "enrolment",
        activity=pl.Series(
            [
                first.get(p, own_activity[n]) if again[n] else own_activity[n]
                for n, p in enumerate(programme)
            ],
            dtype=pl.Int64,
        ),
        at=pl.col("launched") - BEFORE_MS,
        abandoned=pl.Series(rng.random(picked.height) < ABANDONED_SHARE),
    )
    ids = uuids(rng, 3 * failed.height)
    statements = []
    for n, row in enumerate(failed.iter_rows(named=True)):
        launch, end, session = ids[3 * n : 3 * n + 3]
        thing = activity_object(made.activities[row["activity"]])
        about = (made, row["enrolment"])
        statements.append(
            statement_of(
                *about,
                row["at"],
                ADL + "launched",
                thing,
                statement_id=launch,
                session=session,
            )
        )
        if row["abandoned"]:
            statements.append(
                statement_of(
                    *about,
                    row["at"] + AFTER_MS,
                    ABANDONED,
                    thing,
                    statement_id=end,
                    session=session,
                    result={"duration": "PT0S"},
                )
            )
    return failed, statements


def launches_as_visits(failed: pl.DataFrame) -> pl.DataFrame:
    """Return failed launches as visits of a moment."""
    moments = dict.fromkeys(("begin", "first", "last", "opened"), pl.col("at"))
    return failed.select(
        "enrolment", "activity", visit=pl.lit(-1), surplus=pl.lit(0), **moments
    )
