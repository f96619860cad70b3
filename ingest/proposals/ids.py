"""The hidden ids of what is proposed."""

from ingest.proposals.groups import COURSE_KINDS, Groups
from ingest.proposals.seen import Activity
from ingest.storage.programme_ids import content_id, group_id, meeting_id

__all__ = ["activity_id", "group_id", "meeting_id"]


def activity_id(activity: Activity, groups: Groups) -> str:
    """Return the id of an activity; a course carries the addresses of its groups."""
    if activity.kind.casefold() not in COURSE_KINDS:
        return activity.activity_id
    found = groups.activity_programme.get(activity.activity_id)
    own = {
        address: cohort
        for address, cohort in groups.activity_cohort.items()
        if found and groups.cohorts[cohort].programme_id == found[0]
    }
    return content_id(activity.activity_id, own)
