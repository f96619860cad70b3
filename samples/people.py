"""Invented people, their accounts, and what the organisation knows about them."""

import unicodedata
from dataclasses import dataclass

import numpy as np
import polars as pl

from samples.catalogue import business_units, names
from samples.plan import Plan

SEGMENTS = ("Frontline", "Individual contributor", "People manager", "Senior leader")
SEGMENT_SHARES = (0.34, 0.42, 0.19, 0.05)
TENURE = ("under 1 year", "1 to 3 years", "3 to 10 years", "over 10 years")
TENURE_SHARES = (0.22, 0.28, 0.33, 0.17)
PRIOR = ("low", "middle", "high")
PRIOR_SHARES = (0.3, 0.4, 0.3)
ENROLMENTS_PER_PERSON = 4.3
LEARNERS_PER_FACILITATOR = 220
CONTRACTOR_SHARE = 0.05
LETTERS = str.maketrans("łŁßøØıđĐ", "lLsoOidD")


@dataclass(frozen=True)
class People:
    """Learners first, facilitators after them.

    `frame` has a row per person; the arrays hold the same facts as codes, which index
    the tuples above.
    """

    frame: pl.DataFrame
    learner_count: int
    unit: np.ndarray
    segment: np.ndarray
    tenure: np.ndarray
    prior: np.ndarray
    offset_seconds: np.ndarray


def draw_people(plan: Plan) -> People:
    """Draw the people. Ids and addresses are unique, names need not be."""
    rng = plan.stream("people")
    learners = max(120, round(plan.enrolments / ENROLMENTS_PER_PERSON))
    count = learners + max(14, learners // LEARNERS_PER_FACILITATOR)
    units = business_units()
    shares = np.array([unit.share for unit in units])
    unit = rng.choice(len(units), count, p=shares / shares.sum())
    segment = rng.choice(len(SEGMENTS), count, p=SEGMENT_SHARES)
    tenure = rng.choice(len(TENURE), count, p=TENURE_SHARES)
    prior = rng.choice(len(PRIOR), count, p=PRIOR_SHARES)
    given, family = _names(unit, rng)
    is_contractor = rng.random(count) < CONTRACTOR_SHARE
    is_contractor[learners:] = False
    frame = pl.DataFrame(
        {
            "given": given,
            "family": family,
            "email": _emails(given, family, is_contractor),
            "lms_id": [f"u{number:06}" for number in range(1, count + 1)],
            "source_id": [f"P{number * 7 + 100_003}" for number in range(count)],
            "segment": [SEGMENTS[code] for code in segment],
            "language": _languages(unit, rng),
            "tenure_band": [TENURE[code] for code in tenure],
            "prior_completion_band": [PRIOR[code] for code in prior],
            "is_contractor": is_contractor,
            **_places(unit),
        }
    )
    offsets = np.array([unit.offset_seconds for unit in units])[unit]
    return People(frame, learners, unit, segment, tenure, prior, offsets)


def _places(unit: np.ndarray) -> dict[str, list[str]]:
    units = business_units()
    return {
        "business_unit": [units[code].name for code in unit],
        "region": [units[code].region for code in unit],
        "time_zone": [units[code].time_zone for code in unit],
    }


def _names(unit: np.ndarray, rng: np.random.Generator) -> tuple[list, list]:
    pools = [names()[u.culture] for u in business_units()]
    first = rng.integers(0, 30, len(unit))
    last = rng.integers(0, 30, len(unit))
    given = [
        pools[u][0][n % len(pools[u][0])] for u, n in zip(unit, first, strict=True)
    ]
    family = [
        pools[u][1][n % len(pools[u][1])] for u, n in zip(unit, last, strict=True)
    ]
    return given, family


def _languages(unit: np.ndarray, rng: np.random.Generator) -> list[str]:
    tables = []
    for business_unit in business_units():
        codes, weights = zip(*business_unit.languages, strict=True)
        tables.append((codes, np.cumsum(weights) / sum(weights)))
    draws = rng.random(len(unit))
    return [
        tables[u][0][int(np.searchsorted(tables[u][1], draw, side="right"))]
        for u, draw in zip(unit, draws, strict=True)
    ]


def _emails(
    given: list[str], family: list[str], is_contractor: np.ndarray
) -> list[str]:
    seen: dict[str, int] = {}
    emails = []
    for first, last, is_external in zip(given, family, is_contractor, strict=True):
        domain = "partner.example.net" if is_external else "example.org"
        name = f"{to_ascii(first)}.{to_ascii(last)}"
        seen[name] = seen.get(name, 0) + 1
        ordinal = seen[name] if seen[name] > 1 else ""
        emails.append(f"{name}{ordinal}@{domain}")
    return emails


def to_ascii(text: str) -> str:
    """Return a name as it is written in an address: ASCII, lower case."""
    split = unicodedata.normalize("NFKD", text.translate(LETTERS))
    kept = (c for c in split if c.isascii() and (c.isalnum() or c == "-"))
    return "".join(kept).lower()
