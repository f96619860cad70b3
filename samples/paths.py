"""Learning paths: their steps as the organisation lists them, and what follows.

Every fourth programme lists no path, so that its units are its steps. In every second
path each step needs the one before it.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from samples.activities import Activity
from samples.catalogue import MODES, programmes
from samples.evidence import Truth, truth_by_mode
from samples.simulation import Simulation

STEP_ROLES = ("unit", "pre_work", "follow_up")
DAYS_MS, AWAY_MS = 30 * 86_400_000, 30 * 60_000


@dataclass(frozen=True)
class Step:
    """One step: programme and activity by index, its place from 1, what it needs.

    `place` is 0 where the order is not known, `needs` -1 where it needs nothing.
    """

    programme: int
    activity: int
    place: int
    needs: int
    has_conditions: bool


def steps_of(activities: list[Activity]) -> list[Step]:
    """Return the steps of all programmes."""
    number = {p.programme_id: n for n, p in enumerate(programmes())}
    own: dict[int, list[int]] = {}
    for at, activity in enumerate(activities):
        if activity.role in STEP_ROLES:
            own.setdefault(number[activity.programme_id], []).append(at)
    found = []
    for programme, members in own.items():
        is_listed, has_conditions = programme % 4 != 3, programme % 2 == 0
        for place, activity in enumerate(members, start=1):
            if is_listed or activities[activity].role == "unit":
                needs = members[place - 2] if has_conditions and place > 1 else -1
                place_or_none = place if is_listed else 0
                found.append(
                    Step(programme, activity, place_or_none, needs, has_conditions)
                )
    return found


def path_rows(activities: list[Activity]) -> list[dict[str, object]]:
    """Return the rows of the organisation's table of path nodes."""
    return [
        {
            "programme_id": programmes()[step.programme].programme_id,
            "activity_id": activities[step.activity].iri,
            "position": 10 * step.place,
            "is_required": "yes",
            "requires_activity_id": (
                activities[step.needs].iri if step.needs >= 0 else ""
            ),
        }
        for step in steps_of(activities)
        if step.place
    ]


def truth_of_paths(
    made: Simulation, visits: pl.DataFrame, is_started: np.ndarray, until: np.ndarray
) -> dict[str, Truth]:
    """Return the truth about progress, conditions, and coming back to a path.

    Args:
        made: the sample.
        visits: as of `visits_in_sessions`.
        is_started: whether each enrolment is in the base of progress.
        until: the moment (ms) up to which its steps count.
    """
    steps = pl.DataFrame([vars(step) for step in steps_of(made.activities)])
    done = (
        visits.filter(pl.col("completed").is_not_null())
        .group_by("enrolment", "activity")
        .agg(done=pl.col("completed").min())
    )
    groups = made.enrolments
    enrolments = pl.DataFrame(
        {
            "enrolment": np.arange(len(groups.mode)),
            "programme": groups.programme,
            "is_started": is_started & (groups.mode != MODES.index("sync")),
            "counted_until": until,
        }
    )
    required = enrolments.join(steps, on="programme").join(
        done, on=["enrolment", "activity"], how="left"
    )
    reported = required.filter(pl.col("done").is_not_null())["programme"].unique()
    base = required.filter("is_started", pl.col("programme").is_in(reported.implode()))
    in_time = (base["done"] <= base["counted_until"]).fill_null(False).to_numpy()
    mode = groups.mode[base["enrolment"].to_numpy()]
    finished = required.group_by("enrolment").agg(
        finished=pl.when(pl.col("done").null_count() == 0).then(pl.col("done").max())
    )
    opened = (
        visits.filter(pl.col("opened").is_not_null())
        .join(steps, on="activity")
        .join(finished, on="enrolment")
        .join(
            done.rename({"activity": "needs", "done": "needed"}),
            on=["enrolment", "needs"],
            how="left",
        )
        .sort("enrolment", "opened")
    )
    return {
        "path_progress_30d": truth_by_mode(mode, np.ones(len(mode)), in_time),
        "prerequisite_block_rate": _blocked(made, opened),
        "resume_continuity": _resumed(made, opened),
    }


def _blocked(made: Simulation, opened: pl.DataFrame) -> Truth:
    tried = opened.filter("has_conditions")
    is_open = (pl.col("needs") < 0) | (pl.col("needed") <= pl.col("opened"))
    locked = tried.select(~is_open.fill_null(False)).to_series().to_numpy()
    mode = made.enrolments.mode[tried["enrolment"].to_numpy()]
    return truth_by_mode(mode, np.ones(len(mode)), locked)


def _resumed(made: Simulation, opened: pl.DataFrame) -> Truth:
    before = pl.col("place").shift(1).over("enrolment")
    returns = (
        opened.filter(pl.col("place") > 0)
        .with_columns(left=before)
        .filter(pl.struct("enrolment", "session").is_first_distinct())
        .filter(
            pl.col("left").is_not_null(),
            pl.col("session_first") - pl.col("session_left") >= AWAY_MS,
            pl.col("finished").is_null() | (pl.col("finished") > pl.col("opened")),
        )
    )
    goes_on = (returns["place"] - returns["left"]).is_between(0, 1).to_numpy()
    mode = made.enrolments.mode[returns["enrolment"].to_numpy()]
    return truth_by_mode(mode, np.ones(len(mode)), goes_on)
