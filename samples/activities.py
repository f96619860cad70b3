"""The learning platform's activities: programmes, cohorts, units, exams, recordings.

Statements refer to their IRIs, and the organisation's activities table declares the
role of each.
"""

from dataclasses import dataclass
from functools import lru_cache

from samples.catalogue import Programme, programmes
from samples.cohorts import Cohort

BASE = "https://learn.example.org"
LIBRARY = ("wellbeing", "travel-policy", "desk-ergonomics", "canteen-menu")
COURSE = "https://w3id.org/xapi/cmi5/activitytype/course"
LESSON = "http://adlnet.gov/expapi/activities/lesson"
VIDEO = "https://w3id.org/xapi/video/activity-type/video"
EXAM = "http://adlnet.gov/expapi/activities/assessment"
BESIDE = {  # what blended cohorts of a pattern have beside sessions and units
    "live_core_reference": (
        "reference",
        "/handbook",
        "handbook",
        "http://adlnet.gov/expapi/activities/file",
    ),
    "micro_community": (
        "community",
        "/forum",
        "forum",
        "http://id.tincanapi.com/activitytype/forum-topic",
    ),
}
GROUP = "http://adlnet.gov/expapi/activities/course"


@dataclass(frozen=True)
class Activity:
    """One activity; the organisation declares its `role` and `phase_no`."""

    iri: str
    programme_id: str
    cohort_id: str
    name: str
    phase_no: int | None
    role: str
    activity_type: str
    minutes: int

    @property
    def is_video(self) -> bool:
        """Whether it is a video."""
        return self.activity_type == VIDEO


def programme_iri(programme: Programme) -> str:
    """Return the IRI of a programme."""
    return f"{BASE}/programmes/{programme.programme_id}"


def cohort_iri(cohort: Cohort) -> str:
    """Return the IRI of a cohort."""
    return f"{BASE}/cohorts/{cohort.cohort_id}"


@lru_cache(maxsize=1)
def programme_activities() -> tuple[Activity, ...]:
    """Return the activities of all programmes, grouped by programme."""
    return tuple(found for p in programmes() for found in _activities_of(p))


def _activities_of(programme: Programme) -> list[Activity]:
    found = [_activity(programme, "", programme.name, None, "programme", COURSE, 0)]
    if programme.has_units:
        minutes = 4 if programme.category.slug == "microlearning" else 18
        for n in range(1, programme.category.unit_count + 1):
            kind = VIDEO if n == 2 else LESSON
            name = f"{programme.name}, part {n}"
            found.append(
                _activity(programme, f"/units/{n}", name, 1, "unit", kind, minutes)
            )
    if programme.has_prework:
        name = f"{programme.name}, preparation"
        found.append(
            _activity(programme, "/preparation", name, 1, "pre_work", LESSON, 25)
        )
        name = f"{programme.name}, follow-up"
        found.append(
            _activity(programme, "/follow-up", name, 3, "follow_up", LESSON, 30)
        )
    beside = BESIDE.get(programme.category.hybrid_pattern)
    if beside and "hybrid" in programme.modes:
        role, path, noun, kind = beside
        name = f"{programme.name}, {noun}"
        found.append(_activity(programme, path, name, None, role, kind, 5))
    if programme.has_exam:
        name = f"{programme.name}, final test"
        role = "final_assessment"
        found.append(_activity(programme, "/final-test", name, None, role, EXAM, 20))
    return found


def _activity(
    programme: Programme,
    path: str,
    name: str,
    phase_no: int | None,
    role: str,
    activity_type: str,
    minutes: int,
) -> Activity:
    iri = programme_iri(programme) + path
    return Activity(
        iri, programme.programme_id, "", name, phase_no, role, activity_type, minutes
    )


def cohort_activities(cohorts: list[Cohort]) -> list[Activity]:
    """Return each cohort as an activity."""
    return [
        Activity(
            iri=cohort_iri(cohort),
            programme_id=programmes()[cohort.programme].programme_id,
            cohort_id=cohort.cohort_id,
            name=cohort.title,
            phase_no=None,
            role="programme",
            activity_type=GROUP,
            minutes=0,
        )
        for cohort in cohorts
    ]


def recordings(cohorts: list[Cohort]) -> dict[int, Activity]:
    """Return the recording of each cohort with preparation, session and follow-up."""
    return {
        at: Activity(
            iri=f"{cohort_iri(cohort)}/recording",
            programme_id=programmes()[cohort.programme].programme_id,
            cohort_id=cohort.cohort_id,
            name=f"{cohort.title}, recording",
            phase_no=2,
            role="recording",
            activity_type=VIDEO,
            minutes=programmes()[cohort.programme].category.session_minutes,
        )
        for at, cohort in enumerate(cohorts)
        if cohort.is_live
        and programmes()[cohort.programme].has_prework
        and cohort.mode == 2
    }
