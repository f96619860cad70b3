"""What is finished on a phone, from the launches and completions that were drawn."""

import numpy as np
import polars as pl

from samples.devices import KINDS, draw_devices
from samples.evidence import Evidence, truth_by_mode
from samples.learning_sessions import codes, recorded_events, recorded_visits
from samples.plan import Plan
from samples.simulation import Simulation

DONE = ("completed", "passed", "video_completed")


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return the KPI of openings on a phone: done before the next of the same item."""
    device = draw_devices(plan, len(made.enrolments.mode))
    on_phone = pl.Series(device == KINDS.index("phone"))
    events = recorded_events(plan, made)
    visits = recorded_visits(events)
    opened = visits.filter(
        pl.col("opened").is_not_null(), on_phone.gather(visits["enrolment"])
    ).select("enrolment", "activity", at="opened", opening=pl.col("opened"))
    done = events.filter(pl.col("kind").is_in(codes(DONE)))
    keys = ["enrolment", "activity"]
    finished = (
        done.select(*keys, "at")
        .sort("at")
        .join_asof(opened.sort("at"), on="at", by=keys, check_sortedness=False)
        .filter(pl.col("opening").is_not_null())
        .select(*keys, "opening", is_done=pl.lit(True))
        .unique()
    )
    launches = opened.join(finished, on=[*keys, "opening"], how="left")
    enrolment = launches["enrolment"].to_numpy()
    is_done = launches["is_done"].fill_null(False).to_numpy()
    truth = truth_by_mode(
        made.enrolments.mode[enrolment], np.ones(len(enrolment), dtype=int), is_done
    )
    return Evidence(kpis={"phone_completion_rate": truth})
