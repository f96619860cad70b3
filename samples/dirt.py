"""What is wrong with real exports, planted in known shares.

Mistakes that a reader may refuse (no zone, a negative duration) sit on statements that
no figure needs; those that a reader must survive (a missing registration, http and
https verbs, a completion taken back) sit on any.
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
SITTINGS = KINDS[4:15]
ADL_VERBS = tuple(k for k in KINDS if k not in ("unregistered", *KINDS[11:13]))


def soiled(plan: Plan, enrolled: Enrolments, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the flags of dirt and `stored` (ms) to events; nothing is dropped."""
    chance = plan.stream("dirt")
    size = rows.height

    def some(share: float, kinds: tuple[str, ...]) -> np.ndarray:
        codes = [CODE[kind] for kind in kinds]
        return np.isin(kind, codes) & (chance.random(size) < share)

    kind, at = rows["kind"].to_numpy(), rows["at"].to_numpy()
    no_zone = some(NO_ZONE, ENDINGS)
    once = _single(enrolled)[np.maximum(rows["enrolment"].to_numpy(), 0)]
    nameless = some(UNREGISTERED, SITTINGS)
    nameless |= some(UNREGISTERED, ("programme_completed",)) & once
    voidable = np.isin(kind, [CODE[name] for name in VOIDABLE]).mean() or 1.0
    delay = np.where(
        some(OFFLINE, SITTINGS),
        chance.uniform(0, 2 * DAY, size),
        chance.gamma(2, 2, size),
    )
    stored = np.minimum(at + 1 + (delay * 1_000).astype(np.int64), plan.cut_off * 1_000)
    return rows.with_columns(
        is_https=pl.Series(some(HTTPS, ADL_VERBS)),
        has_no_registration=pl.Series(nameless),
        has_no_zone=pl.Series(no_zone),
        is_negative=pl.Series(some(NEGATIVE, ENDINGS) & ~no_zone),
        has_no_maximum=pl.Series(some(NO_MAXIMUM, RESULTS)),
        has_no_language=pl.Series(some(NO_LANGUAGE, KINDS)),
        is_voided=pl.Series(
            some(VOIDED / voidable, VOIDABLE) | (kind == CODE["mistaken_completion"])
        ),
        is_repeated=pl.Series(some(DUPLICATED, KINDS)),
        stored=pl.Series(stored),
    )


def _single(enrolled: Enrolments) -> np.ndarray:
    """Return whether an enrolment is the person's only one in the programme."""
    pair = enrolled.person * 1_000 + enrolled.programme
    _values, inverse, counts = np.unique(pair, return_inverse=True, return_counts=True)
    return counts[inverse] == 1


def voidings(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the statements that take others back: target's id, and when (ms)."""
    chance = plan.stream("voidings")
    target = rows.filter("is_voided")
    wait = chance.uniform(600, 20 * DAY, target.height) * 1_000
    moment = target["stored"].to_numpy() + wait.astype(np.int64)
    moment = np.minimum(moment, plan.cut_off * 1_000)
    return pl.DataFrame({"target": target["id"], "at": moment, "stored": moment})
