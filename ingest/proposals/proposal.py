"""Everything that is proposed, as rows of the workbook about programmes."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from ingest.proposals import counts, delivery, finishing
from ingest.proposals.first_days import first_day
from ingest.proposals.grouping import grouped
from ingest.proposals.groups import (
    Groups,
    Programme,
    activity_id,
    name_of,
    unique_names,
)
from ingest.proposals.purpose import Shape, purpose_of
from ingest.proposals.roles import STUDIED, cohort_of, is_shown, items_of, role_of
from ingest.proposals.seen import Activity, Cohort, Meeting, Seen
from ingest.storage.programme_ids import group_id, meeting_id
from ingest.storage.programme_sheets import Row, Rows, programme_sheets
from tandem.core.counted import counted

NOT_NEEDED = "No course or group has this title or these people"
KINDS = {
    "forum-topic": "Forum",
    "assessment": "Test",
    "file": "File",
    "au": "Unit",
}


@dataclass
class _Judged:
    """A programme with what is proposed about it."""

    programme: Programme
    roles: Counter[str]
    modes: dict[str, tuple[str, str]]
    usual: tuple[str, str]
    pattern: tuple[str, str]
    steps: list[delivery.Step]


def proposal(seen: Seen, zone: str) -> Rows:
    """Return the rows of all sheets, with reasons beside what is suggested.

    Args:
        seen: what is landed.
        zone: in which days and times of meetings are written.
    """
    return _Rows(seen, grouped(seen), ZoneInfo(zone)).all()


class _Rows:
    def __init__(self, seen: Seen, groups: Groups, zone: ZoneInfo) -> None:
        self._seen, self._groups, self._zone = seen, groups, zone
        self._met = delivery.met(seen, groups)
        self._judged = {i: self._judge(p) for i, p in groups.programmes.items()}
        named = ((i, p.name) for i, p in groups.programmes.items())
        self._programme_names = unique_names(named)
        listed = sorted(
            groups.cohorts.values(),
            key=lambda c: (c.programme_id, str(c.starts_at or "9999"), c.name),
        )
        self._cohorts = [c for c in listed if c.programme_id]
        self._cohort_names = unique_names((c.cohort_id, c.name) for c in self._cohorts)

    def all(self) -> Rows:
        """Return the rows by sheet."""
        order = {i: n for n, i in enumerate(self._judged)}
        return {
            "programmes": [self._programme(one) for one in self._judged.values()],
            "groups": [self._cohort(cohort.cohort_id) for cohort in self._cohorts],
            "meetings": self._meetings(order),
            "content": self._content(order),
            "steps": [
                self._step(one, step)
                for one in self._judged.values()
                for step in one.steps
            ],
        }

    def _judge(self, programme: Programme) -> _Judged:
        seen, groups = self._seen, self._groups
        by_role = items_of(programme, groups)
        roles = Counter({role: len(items) for role, items in by_role.items()})
        modes = {
            cohort.cohort_id: delivery.mode_of(
                cohort, programme, seen, groups, self._met.get(cohort.cohort_id, 0)
            )
            for cohort in programme.cohorts
        }
        in_order = sorted(programme.cohorts, key=lambda c: str(c.starts_at or "9999"))
        sizes = [(modes[c.cohort_id][0], len(c.people)) for c in in_order]
        usual = delivery.usual_mode(sizes)
        if not programme.cohorts and any(roles[role] for role in STUDIED):
            usual = delivery.SELF_PACED, "Self-paced content, and no group or meeting"
        is_blended = any(mode == delivery.BLENDED for mode, _size in sizes)
        pattern = delivery.pattern_of(programme, groups) if is_blended else ("", "")
        steps = delivery.steps_of(programme, pattern[0], groups) if is_blended else []
        return _Judged(programme, roles, modes, usual, pattern, steps)

    def _programme(self, one: _Judged) -> Row:
        programme = one.programme
        name = self._programme_names[programme.programme_id]
        titles = [i.name for i in programme.items if i.name and i.kind != "course"]
        purpose = purpose_of(programme, titles, self._shape(one))
        met_count = sum(self._met.get(c.cohort_id, 0) for c in programme.cohorts)
        finished = finishing.finished_by(
            programme, one.roles, met_count, one.pattern[0]
        )
        everyone = set().union(*(p.people for p in self._groups.programmes.values()))
        suggested = {
            "programme_name": (name, programme.reason),
            "default_delivery_mode": one.usual,
            "outcome_category": purpose,
            "completion_class": finished,
            "hybrid_pattern": one.pattern,
            "is_mandatory": finishing.mandatory(programme, purpose[0]),
            "horizon_days": finishing.days_to_finish(programme),
            "audience": finishing.audience(programme, name, len(everyone)),
        }
        more = {
            "completion_rule": finishing.RULES.get(finished[0], ""),
            "is_high_stakes": "yes" if purpose[0] == "high_stakes" else "",
            "is_onboarding": finishing.for_new_joiners(programme),
        }
        return _row("programmes", programme.programme_id, suggested, more)

    def _shape(self, one: _Judged) -> Shape:
        programme, groups = one.programme, self._groups
        units = [
            item.minutes
            for role, items in items_of(programme, groups).items()
            for item in items
            if item.minutes and role in STUDIED
        ]
        kinds = {item.kind for item in programme.items}
        around = {c.activity_id for c in programme.courses}
        within = set().union(*(self._seen.around.get(a, frozenset()) for a in around))
        return Shape(
            mode=one.usual[0],
            roles=one.roles,
            unit_minutes=median(units) if units else None,
            days_after_hiring=finishing.days_after_hiring(programme),
            has_due_dates=any(c.due_at for c in programme.cohorts)
            or any(c.due for c in programme.courses),
            has_searches="search-engine" in kinds | within,
            has_badges="badge" in kinds | within,
        )

    def _cohort(self, cohort_id: str) -> Row:
        cohort = self._groups.cohorts[cohort_id]
        one = self._judged[cohort.programme_id]
        reason = self._groups.cohort_reasons.get(cohort_id, "")
        suggested = {
            "programme_id": (self._programme_names[cohort.programme_id], reason),
            "delivery_mode": one.modes.get(cohort_id, ("", "")),
            "starts_at": self._begins(cohort),
            "due_at": (self._day(cohort.due_at), "All of it are due then")
            if cohort.due_at
            else ("", ""),
        }
        more = {
            "cohort_name": self._cohort_names[cohort_id],
            "ends_at": self._day(cohort.ends_at),
        }
        identity = group_id(cohort_id, cohort.roster_programme)
        return _row("groups", identity, suggested, more)

    def _begins(self, cohort: Cohort) -> tuple[str, str]:
        day, reason = first_day(cohort, self._seen, self._groups, self._local)
        return (day.isoformat() if day else "", reason)

    def _meetings(self, order: dict[str, int]) -> list[Row]:
        found = []
        for number, meeting in enumerate(self._seen.meetings):
            cohort_id, reason = self._groups.meeting_group.get(number, ("", NOT_NEEDED))
            programme = (
                self._groups.cohorts[cohort_id].programme_id if cohort_id else ""
            )
            suggested = {"cohort_id": (self._cohort_names.get(cohort_id, ""), reason)}
            more = {
                "title": meeting.title or self._described(meeting),
                "seen": self._seen_of(meeting),
                "phase_no": self._step_of(programme, cohort_id, "live"),
            }
            row = _row("meetings", meeting_id(meeting.keys), suggested, more)
            place = (order.get(programme, len(order)), more["title"])
            found.append((place, number, row))
        return [row for _place, _number, row in sorted(found, key=lambda f: f[:2])]

    def _content(self, order: dict[str, int]) -> list[Row]:
        found = []
        for activity in self._seen.activities.values():
            if not is_shown(activity):
                continue
            none = "", "Nothing says which programme it is part of"
            programme, reason = self._groups.activity_programme.get(
                activity.activity_id, none
            )
            role, why = role_of(activity, self._groups)
            cohort, why_cohort = cohort_of(activity, role, self._groups)
            suggested = {
                "programme_id": (self._programme_names.get(programme, ""), reason),
                "role": (role if programme else "", why if programme else ""),
                "cohort_id": (self._cohort_names.get(cohort, ""), why_cohort),
            }
            more = {
                "activity_name": name_of(activity, self._groups),
                "seen": _seen_activity(activity),
                "phase_no": self._step_of(programme, "", role),
            }
            row = _row("content", activity_id(activity, self._groups), suggested, more)
            place = order.get(programme, len(order)), role != "programme"
            found.append((*place, more["activity_name"], activity.activity_id, row))
        return [entry[-1] for entry in sorted(found, key=lambda f: f[:4])]

    def _step_of(self, programme: str, cohort_id: str, role: str) -> str:
        one = self._judged.get(programme)
        if one is None:
            return ""
        if cohort_id and one.modes.get(cohort_id, ("",))[0] != delivery.BLENDED:
            return ""
        return next((str(s.number) for s in one.steps if role in s.roles), "")

    def _step(self, one: _Judged, step: delivery.Step) -> Row:
        identity = one.programme.programme_id
        suggested = {"delivery_mode": (step.mode, step.reason)}
        more = {
            "programme_id": self._programme_names[identity],
            "phase_no": str(step.number),
            "phase_name": step.name,
            "is_required": "yes" if step.is_required else "no",
        }
        return _row("steps", f"{identity} {step.number}", suggested, more)

    def _day(self, moment: datetime | None) -> str:
        return self._local(moment).date().isoformat() if moment else ""

    def _local(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(self._zone)

    def _described(self, meeting: Meeting) -> str:
        if not meeting.starts:
            return "A meeting without a title"
        first = self._local(meeting.starts[0])
        where = f" on {meeting.platform.title()}" if meeting.platform else ""
        return f"Meetings on {first:%A} at {first:%H:%M}{where}, from {first:%d %b %Y}"

    def _seen_of(self, meeting: Meeting) -> str:
        days = sorted({self._local(at).date() for at in meeting.starts})
        parts = [f"{len(days)} meeting{'s' * (len(days) != 1)}"]
        if days:
            span = f"{days[0]:%d %b %Y}"
            parts.append(span if len(days) == 1 else f"{span} to {days[-1]:%d %b %Y}")
        if meeting.minutes:
            parts.append(f"{meeting.minutes:.0f} minutes")
        if meeting.platform:
            parts.append(meeting.platform.title())
        people = counts.people(len(meeting.people))
        if meeting.hosts:
            people += f" and {counted(len(meeting.hosts), 'host')}"
        parts.append(people)
        return ", ".join(parts)


def _row(
    sheet: str,
    identity: str,
    suggested: dict[str, tuple[str, str]],
    more: dict[str, str],
) -> Row:
    """Return a row in words: values that have labels are replaced by them."""
    fields = {field.name: field for field in programme_sheets()[sheet].fields}
    values = {name: value for name, (value, _why) in suggested.items()} | more
    cells = {n: fields[n].labels.get(v, v) for n, v in values.items()}
    reasons = {name: why for name, (_value, why) in suggested.items()}
    return Row(identity, cells, reasons)


def _seen_activity(activity: Activity) -> str:
    kind = KINDS.get(activity.kind, activity.kind.replace("-", " ").capitalize())
    return f"{kind or 'Content'}, {counts.people(len(activity.people))}"
