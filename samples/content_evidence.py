"""What the organisation knows of its content: languages, translations, captions."""

from datetime import date, timedelta

import numpy as np

from samples.activities import programme_activities, programme_iri
from samples.catalogue import Programme, business_units, programmes
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.organisation_files import languages_on_record
from samples.plan import Plan
from samples.simulation import Simulation
from samples.table_rows import Row

# Items of every programme beside its units: name, format, minutes.
ITEMS = (("guide", "page", 20), ("film", "video", 12), ("interview", "video", 6))
ORIGINAL = "en"
TRANSLATED_SHARE, OUTDATED_SHARE, CAPTIONED_SHARE, UNCAPTIONED_SHARE = (
    0.6,
    0.3,
    0.7,
    0.2,
)
KINDS = ("human", "machine", "reviewed")
UPDATED = date(2025, 3, 1)
DAYS_BEHIND = (30, 31)  # the longest that is up to date, and the shortest that is not


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Return the list of content, and how well it suits the languages of learners."""
    rng = plan.stream("content")
    spoken = sorted({code for unit in business_units() for code, _w in unit.languages})
    rows: list[Row] = []
    # available, captioned and judged minutes, translations, current translations
    sums = np.zeros((len(programmes()), len(spoken), 5))
    for at, programme in enumerate(programmes()):
        for iri, content_format, minutes in _items(programme):
            is_video = content_format == "video"
            for number, language in enumerate(spoken):
                is_own = language == ORIGINAL
                exists = is_own or rng.random() < TRANSLATED_SHARE
                is_behind = rng.random() < OUTDATED_SHARE
                captions = rng.choice(
                    ["yes", "no", ""],
                    p=[
                        CAPTIONED_SHARE,
                        UNCAPTIONED_SHARE,
                        1 - CAPTIONED_SHARE - UNCAPTIONED_SHARE,
                    ],
                )
                kind = "original" if is_own else str(rng.choice(KINDS))
                is_judged = is_video and not (exists and captions == "")
                sums[at, number, 2] += minutes * is_judged
                if not exists:
                    continue
                sums[at, number, 0] += minutes
                sums[at, number, 1] += minutes * (is_video and captions == "yes")
                sums[at, number, 3] += not is_own
                sums[at, number, 4] += not is_own and not is_behind
                behind = 0 if is_own else DAYS_BEHIND[is_behind]
                rows.append(
                    {
                        "activity_id": iri,
                        "programme_id": programme.programme_id,
                        "language": language,
                        "translation_kind": kind,
                        "content_format": content_format,
                        "minutes": minutes,
                        "updated_at": str(UPDATED - timedelta(days=behind)),
                        "has_captions": captions if is_video else "",
                        "has_transcript": "yes" if is_video else "",
                    }
                )
    return Evidence(
        tables={"content": rows}, kpis=_suitability(plan, made, spoken, sums)
    )


def _items(programme: Programme) -> list[tuple[str, str, int]]:
    """Return the items of a programme: their activity, format and minutes."""
    units = [
        activity
        for activity in programme_activities()
        if activity.programme_id == programme.programme_id
        and activity.role in ("unit", "pre_work", "follow_up")
    ]
    return [
        *((f"{programme_iri(programme)}/{name}", *about) for name, *about in ITEMS),
        *((a.iri, "video" if a.is_video else "page", a.minutes) for a in units),
    ]


def _suitability(
    plan: Plan, made: Simulation, spoken: list[str], sums: np.ndarray
) -> dict[str, Truth]:
    """Return the KPIs of everybody whose language is known and who is not waived."""
    known = np.array(
        [
            spoken.index(one) if one else -1
            for one in languages_on_record(plan, made.people)
        ]
    )
    language = known[made.enrolments.person]
    base = (language >= 0) & (made.outcomes.waived_at < 0)
    found = sums[made.enrolments.programme, language] * base[:, None]
    minutes = [sum(item[2] for item in _items(one)) for one in programmes()]
    whole = base * np.array(minutes)[made.enrolments.programme]
    mode = made.enrolments.mode
    return {
        "language_availability": truth_by_mode(mode, whole, found[:, 0]),
        "caption_coverage": truth_by_mode(mode, found[:, 2], found[:, 1]),
        "translation_currency": truth_by_mode(mode, found[:, 3], found[:, 4]),
    }
