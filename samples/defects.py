"""Defects of real exports, planted in known shares.

Defects for which a reader may reject a statement (no time zone, a negative duration)
are planted on statements that no figure depends on. Those that a reader must handle (no
registration, http and https verbs, a voided completion) are planted on any.
"""

import numpy as np
import polars as pl

from samples.enrolments import Enrolments
from samples.events import CODE, KINDS
from samples.plan import DAY, Plan

VOIDED, DUPLICATED, HTTPS, UNREGISTERED = 0.01, 0.005, 0.02, 0.005
NO_ZONE, NEGATIVE, NO_MAXIMUM, NO_LANGUAGE, OFFLINE = 0.001, 0.001, 0.01, 0.05, 0.12
VOIDABLE = ("launched", "terminated", "video_paused", "video_terminated")
ENDINGS = ("terminated", "video_terminated")
RESULTS = ("passed", "failed")
VISIT_KINDS = KINDS[4:15]
ADL_VERBS = tuple(k for k in KINDS if k not in ("unregistered", *KINDS[11:13]))


def add_defects(plan: Plan, enrolments: Enrolments, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the flags of the defects and `stored` (ms) to events; none is dropped."""
    rng = plan.stream("dirt")
    size = rows.height

    def flagged(share: float, kinds: tuple[str, ...]) -> np.ndarray:
        codes = [CODE[kind] for kind in kinds]
        return np.isin(kind, codes) & (rng.random(size) < share)

    kind, at = rows["kind"].to_numpy(), rows["at"].to_numpy()
    no_zone = flagged(NO_ZONE, ENDINGS)
    is_only = _is_only(enrolments)[np.maximum(rows["enrolment"].to_numpy(), 0)]
    unregistered = flagged(UNREGISTERED, VISIT_KINDS)
    unregistered |= flagged(UNREGISTERED, ("programme_completed",)) & is_only
    voidable = np.isin(kind, [CODE[name] for name in VOIDABLE]).mean() or 1.0
    delay = np.where(
        flagged(OFFLINE, VISIT_KINDS),
        rng.uniform(0, 2 * DAY, size),
        rng.gamma(2, 2, size),
    )
    stored = np.minimum(at + 1 + (delay * 1_000).astype(np.int64), plan.cut_off * 1_000)
    return rows.with_columns(
        is_https=pl.Series(flagged(HTTPS, ADL_VERBS)),
        has_no_registration=pl.Series(unregistered),
        has_no_zone=pl.Series(no_zone),
        is_negative=pl.Series(flagged(NEGATIVE, ENDINGS) & ~no_zone),
        has_no_maximum=pl.Series(flagged(NO_MAXIMUM, RESULTS)),
        has_no_language=pl.Series(flagged(NO_LANGUAGE, KINDS)),
        is_voided=pl.Series(
            flagged(VOIDED / voidable, VOIDABLE) | (kind == CODE["mistaken_completion"])
        ),
        is_repeated=pl.Series(flagged(DUPLICATED, KINDS)),
        stored=pl.Series(stored),
    )


def _is_only(enrolments: Enrolments) -> np.ndarray:
    """Return whether each enrolment is the person's only one in the programme."""
    pair = enrolments.person * 1_000 + enrolments.programme
    _values, inverse, counts = np.unique(pair, return_inverse=True, return_counts=True)
    return counts[inverse] == 1


def voidings(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the voiding statements: the id of the voided one, and when (ms)."""
    rng = plan.stream("voidings")
    target = rows.filter("is_voided")
    wait = rng.uniform(600, 20 * DAY, target.height) * 1_000
    moment = target["stored"].to_numpy() + wait.astype(np.int64)
    moment = np.minimum(moment, plan.cut_off * 1_000)
    return pl.DataFrame({"target": target["id"], "at": moment, "stored": moment})
