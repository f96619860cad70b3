"""Propose what belongs together: courses, groups, meetings and content by programme.

Evidence in this order: what a platform or roster itself says, equal titles, shared
people with similar titles, shared people alone. What has none of it stays open.
"""

from ingest.proposals.alike import programme_like
from ingest.proposals.course_programmes import place_courses, said_of
from ingest.proposals.groups import Groups, Programme
from ingest.proposals.groups_without_programme import place_without_programme
from ingest.proposals.meeting_groups import place_by_people, place_by_title
from ingest.proposals.seen import Activity, Seen
from ingest.proposals.titles import base_title, words_of


def grouped(seen: Seen) -> Groups:
    """Return the proposed groups."""
    groups = Groups(cohorts=dict(seen.cohorts))
    for identity, names in seen.programmes.items():
        name, *others = names or (identity,)
        programme = Programme(identity, name, "", other_names=tuple(others))
        groups.programmes[identity] = programme
    others = _add_written(seen, groups)
    for cohort in seen.cohorts.values():
        if not cohort.programme_id:
            continue
        identity = others.get(cohort.programme_id, cohort.programme_id)
        programme = groups.programmes.setdefault(
            identity, Programme(identity, base_title(cohort.name), "Groups of it")
        )
        groups.place(cohort.cohort_id, programme, "The roster says so")
    place_courses(seen, groups)
    place_by_people(seen, groups)
    place_without_programme(groups, seen)
    place_by_title(seen, groups)
    _place_content(seen, groups)
    for programme in groups.programmes.values():
        programme.reason = _contents(programme, groups)
    return groups


def _add_written(seen: Seen, groups: Groups) -> dict[str, str]:
    """Add the programmes that a list of people names and no other file describes.

    Return the programmes that have such a name and another id: groups of the list go
    there, which takes their members along. Who is in no group cannot go there.
    """
    known = {words_of(n): i for i, one in groups.programmes.items() for n in one.names}
    others = {}
    for identity, people in seen.written.items():
        same = known.get(words_of(identity))
        if identity not in groups.programmes and same:
            others[identity] = same
        if identity not in groups.programmes and (people or not same):
            groups.programmes[identity] = Programme(identity, identity, "")
        if people:
            groups.programmes[identity].people |= people
    return others


def _place_content(seen: Seen, groups: Groups) -> None:
    by_tail = {c.casefold(): c for c in seen.cohorts if c in groups.cohorts}
    for around in {*seen.around, *seen.activities}:
        parts = [part.casefold() for part in around.split("/")]
        if parts[-1] in by_tail and around not in groups.activity_programme:
            groups.activity_cohort[around] = by_tail[parts[-1]]
    for activity in seen.activities.values():
        known = groups.activity_programme.get(activity.activity_id)
        found = known or said_of(activity, seen, groups)
        found = found or _programme_around(activity, groups)
        if found is None and activity.name:
            found = programme_like(activity.name, activity.people, groups.programmes)
        if found is None:
            continue
        groups.activity_programme[activity.activity_id] = found
        if known is None:
            groups.programmes[found[0]].items.append(activity)


def _programme_around(activity: Activity, groups: Groups) -> tuple[str, str] | None:
    named = groups.activity_cohort
    cohorts = [named[one] for one in activity.around if one in named]
    for around in activity.around:
        if around in groups.activity_programme:
            identity = groups.activity_programme[around][0]
            return identity, "The platform says that it is part of this course"
    if cohorts:
        programme = groups.cohorts[cohorts[0]].programme_id
        return programme, "The platform says that a group of it used this"
    address = activity.activity_id
    while "/" in address.removeprefix("https://").removeprefix("http://"):
        address = address.rsplit("/", 1)[0]
        if address in groups.activity_programme:
            return groups.activity_programme[address][0], "Its address is in the course"
        if address in groups.activity_cohort:
            cohort = groups.cohorts[groups.activity_cohort[address]]
            return cohort.programme_id, "Its address is in a group of it"
    return None


def _contents(programme: Programme, groups: Groups) -> str:
    own = {cohort.cohort_id for cohort in programme.cohorts}
    met = sum(group in own for group, _why in groups.meeting_group.values())
    parts = [
        _count(len(programme.courses), "course"),
        _count(len(programme.cohorts), "group"),
        _count(met, "meeting series"),
        _count(len(programme.items), "item of content", "items of content"),
    ]
    words = ", ".join(filter(None, parts)) or "nothing used yet"
    return words[0].upper() + words[1:]


def _count(number: int, one: str, many: str = "") -> str:
    plural = many or (one if one.endswith("s") else f"{one}s")
    return f"{number} {one if number == 1 else plural}" if number else ""
