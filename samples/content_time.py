"""The time of learning that each event of content adds, and on what it was spent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from samples import content_evidence
from samples.devices import KINDS, draw_devices
from samples.events import CODE
from samples.evidence import Truth, truth_by_mode
from samples.learning_sessions import (
    IDLE_MS,
    WITH_DURATION,
    codes,
    recorded_events,
)
from samples.organisation_files import languages_on_record
from samples.plan import Plan
from samples.simulation import Simulation

HOUR_MS = 3_600_000
COMMUTE_HOURS = ((7, 10), (17, 21), (-7, -3))  # of the day it ends on; also the eve


@dataclass(frozen=True)
class Addition:
    """The time (ms) that one event adds; `is_named`: device and language are known.

    A failed launch ends a pause before it, and has neither.
    """

    enrolment: int
    activity: int
    at: int
    added: int
    is_named: bool
    has_language: bool


def truth_of_content_time(
    plan: Plan, made: Simulation, visits: pl.DataFrame
) -> dict[str, Truth]:
    """Return the truth about time by kind of device, time of day and language.

    Args:
        plan: the sample.
        made: what was drawn.
        visits: as of `visits_in_sessions`, with whatever else is learning activity.
    """
    added = list(_additions(plan, made, visits))
    return _of_devices(plan, made, added) | _of_languages(plan, made, added)


def _additions(
    plan: Plan, made: Simulation, visits: pl.DataFrame
) -> Iterator[Addition]:
    """Yield what each event adds to its learning session.

    It adds the time since the activity before it, or only its own where that ended long
    before; an event with a duration covers what was reported in between. A visit lasts
    no longer than its end claims; what exceeds it is taken from the last events.
    """
    limits = {
        row[:3]: row[3:]
        for row in visits.filter(pl.col("visit") >= 0)
        .select("enrolment", "activity", "visit", "first", "last", "surplus")
        .iter_rows()
    }
    earlier = dict.fromkeys(limits, 0)
    learner, until = -1, 0
    for enrolment, activity, visit, starts, at, is_named, lacks in _events_in_order(
        plan, made, visits
    ).iter_rows():
        if enrolment != learner or starts > until + IDLE_MS:
            learner, until = enrolment, starts
        kept = max(at - until, 0)
        until = max(until, at)
        key = (enrolment, activity, visit)
        if key in limits:
            first, last, surplus = limits[key]
            content = min(kept, at - first)
            if surplus:
                kept -= max(content - max(last - first - surplus - earlier[key], 0), 0)
            earlier[key] += content
        if kept > 0 and activity >= 0:
            yield Addition(enrolment, activity, at, kept, is_named, not lacks)


def _events_in_order(
    plan: Plan, made: Simulation, visits: pl.DataFrame
) -> pl.DataFrame:
    """Return all events, by learner in the order in which their time began.

    Of activity beside content, such as a search, the activity is -1.
    """
    keys = ["enrolment", "activity", "visit"]
    kind, at = pl.col("kind"), pl.col("at")
    claimed = pl.when(kind.is_in(codes(WITH_DURATION))).then("seconds").otherwise(0)
    begun = at - claimed * 1_000
    opened = pl.when(kind.is_in(codes(("initialized", "video_initialized")))).then(at)
    launched = pl.when(kind == CODE["launched"]).then(at)
    least = pl.coalesce(each.min().over(keys) for each in (opened, launched, begun))
    recorded = recorded_events(plan, made).select(
        *keys,
        starts=pl.min_horizontal(pl.max_horizontal(begun, least), at),
        at="at",
        is_named=pl.lit(value=True),
        lacks="has_no_language",
    )
    beside = visits.filter(pl.col("visit") < 0).select(
        "enrolment",
        activity=pl.when(pl.col("opened").is_not_null()).then("activity").otherwise(-1),
        visit="visit",
        starts="last",
        at="last",
        is_named=pl.lit(value=False),
        lacks=pl.lit(value=True),
    )
    return pl.concat([recorded, beside], how="vertical_relaxed").sort(
        "enrolment", "starts", "at", maintain_order=True
    )


def _of_devices(
    plan: Plan, made: Simulation, added: list[Addition]
) -> dict[str, Truth]:
    groups = made.enrolments
    device = draw_devices(plan, len(groups.mode))
    zones = [ZoneInfo(name) for name in made.people.frame["time_zone"]]
    spent, commuted = np.zeros(len(device)), np.zeros(len(device))
    for one in added:
        row = one.enrolment
        if not one.is_named or device[row] < 0:
            continue
        zone = zones[int(groups.person[row])]
        local = datetime.fromtimestamp(one.at / 1_000, UTC).astimezone(zone)
        ends = (local.hour * 3_600 + local.minute * 60 + local.second) * 1_000
        ends += one.at % 1_000
        spent[row] += one.added
        for first, until in COMMUTE_HOURS:
            inside = min(ends, until * HOUR_MS) - max(ends - one.added, first * HOUR_MS)
            commuted[row] += max(inside, 0)
    is_known = (device >= 0) & (device != KINDS.index("unknown"))
    on_phone = device == KINDS.index("phone")
    hours = spent / HOUR_MS
    return {
        "phone_minutes_share": truth_by_mode(
            groups.mode, is_known * hours, on_phone * hours
        ),
        "commute_time_share": truth_by_mode(groups.mode, hours, commuted / HOUR_MS),
    }


def _of_languages(
    plan: Plan, made: Simulation, added: list[Addition]
) -> dict[str, Truth]:
    """Return time in the preferred language, and on translations of a person.

    An event is in its own language where the content exists in it, else in that of the
    original.
    """
    versions: dict[str, dict[str, str]] = {}
    for row in content_evidence.evidence(plan, made).tables["content"]:
        own = versions.setdefault(str(row["activity_id"]), {})
        own[str(row["language"])] = str(row["translation_kind"])
    spoken = made.people.frame["language"].to_list()
    preferred = languages_on_record(plan, made.people)
    person = made.enrolments.person
    size = len(person)
    known, served, translated, by_people = (np.zeros(size) for _ in range(4))
    for one in added:
        own = versions.get(made.activities[one.activity].iri, {})
        if not own:
            continue
        who = int(person[one.enrolment])
        said = spoken[who] if one.has_language else ""
        language = said if said in own else content_evidence.ORIGINAL
        hours = one.added / HOUR_MS
        if preferred[who]:
            known[one.enrolment] += hours
            served[one.enrolment] += hours * (language == preferred[who])
        if own[language] != "original":
            translated[one.enrolment] += hours
            by_people[one.enrolment] += hours * (own[language] != "machine")
    mode = made.enrolments.mode
    return {
        "served_in_preferred": truth_by_mode(mode, known, served),
        "human_translation_share": truth_by_mode(mode, translated, by_people),
    }
