"""The roster as OneRoster 1.1 in CSV, a bulk export of the HR system.

A course is a programme, a class a cohort; `identifier` is the learning platform's user
id. In a bulk export, status and dateLastModified are empty.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from samples.activities import programme_iri
from samples.catalogue import business_units, programmes
from samples.cohorts import Cohort
from samples.enrolments import IST, Enrolments
from samples.outcomes import Outcomes
from samples.people import People
from samples.plan import Plan

ZONE = timezone(timedelta(seconds=IST))
FILES = ("academicSessions", "orgs", "courses", "classes", "users", "enrollments")
HEADERS = {
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,"
    "endDate,parentSourcedId,schoolYear",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,"
    "courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,"
    "classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,"
    "subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,"
    "username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
    "agentSourcedIds,grades,password",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,"
    "schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
}
Rows = Iterable[Sequence[object]]


def write(
    plan: Plan,
    folder: Path,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    outcomes: Outcomes,
) -> None:
    """Write the roster's folder."""
    folder.mkdir(parents=True)
    tables: dict[str, Rows] = {
        "academicSessions": _terms(plan),
        "orgs": _orgs(),
        "courses": (
            (p.programme_id, "", "", "", p.name, p.programme_id, "", "ORG-0", "", "")
            for p in programmes()
        ),
        "classes": _classes(plan, cohorts),
        "users": _users(people),
        "enrollments": _enrollments(plan, people, cohorts, enrolments, outcomes),
    }
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", HEADERS[name].split(","), rows)
    _write(folder / "manifest.csv", ("propertyName", "value"), _manifest())


def _write(path: Path, header: Sequence[str], rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)


def _manifest() -> Rows:
    yield "manifest.version", "1.0"
    yield "oneroster.version", "1.1"
    absent = ("categories", "classResources", "courseResources", "demographics")
    absent += ("lineItems", "resources", "results")
    for name in sorted(FILES + absent):
        yield f"file.{name}", "bulk" if name in FILES else "absent"
    yield "source.systemName", "Example People"
    yield "source.systemCode", "example-people"


def _terms(plan: Plan) -> Rows:
    for start, end in zip(plan.quarter_starts, plan.quarter_starts[1:], strict=False):
        last = end - timedelta(days=1)
        name = f"Q-{start:%Y-%m}"
        yield name, "", "", name, "gradingPeriod", start, last, "", last.year


def _orgs() -> Rows:
    yield "ORG-0", "", "", "Example Group", "district", "EX", ""
    for number, unit in enumerate(business_units(), start=1):
        yield (
            f"ORG-{number}",
            "",
            "",
            unit.legal_entity,
            "local",
            f"EX{number}",
            "ORG-0",
        )
        yield f"DEP-{number}", "", "", unit.name, "department", "", f"ORG-{number}"


def _classes(plan: Plan, cohorts: list[Cohort]) -> Rows:
    for cohort in cohorts:
        programme = programmes()[cohort.programme]
        term = max(
            (d for d in plan.quarter_starts[:-1] if d <= cohort.start_date),
            default=plan.quarter_starts[0],
        )
        yield (
            cohort.cohort_id,
            "",
            "",
            cohort.title,
            "",
            programme.programme_id,
            cohort.cohort_id,
            "scheduled",
            programme_iri(programme),
            f"ORG-{cohort.host_unit + 1}",
            f"Q-{term:%Y-%m}",
            "",
            "",
            "",
        )


def _users(people: People) -> Rows:
    frame = people.frame
    for number, person in enumerate(frame.iter_rows(named=True)):
        is_learner = number < people.learner_count
        yield (
            person["source_id"],
            "",
            "",
            "true",
            f"DEP-{people.unit[number] + 1}",
            "student" if is_learner else "teacher",
            person["email"].split("@")[0],
            "",
            person["given"],
            person["family"],
            "",
            person["lms_id"],
            person["email"],
            "",
            "",
            "",
            "",
            "",
        )


def _enrollments(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    outcomes: Outcomes,
) -> Rows:
    source_id = people.frame["source_id"].to_list()
    withdrawn = outcomes.withdrawn_at
    for row, (at, person) in enumerate(
        zip(enrolments.cohort.tolist(), enrolments.person.tolist(), strict=True)
    ):
        leaves = 0 <= withdrawn[row] <= plan.cut_off
        ends = local_day(int(withdrawn[row])) if leaves else ""
        begins = local_day(int(enrolments.enrolled_at[row]))
        membership = _membership(cohorts[at], source_id[person])
        yield f"E{row + 1:07}", "", "", *membership, "student", "false", begins, ends
    for number, cohort in enumerate(cohorts):
        if cohort.is_live:
            membership = _membership(cohort, source_id[cohort.facilitator])
            begins = cohort.start_date
            yield (
                f"F{number + 1:07}",
                "",
                "",
                *membership,
                "teacher",
                "true",
                begins,
                "",
            )


def _membership(cohort: Cohort, source_id: str) -> tuple[str, str, str]:
    return cohort.cohort_id, f"ORG-{cohort.host_unit + 1}", source_id


def local_day(moment: int) -> date:
    """Return the day of a moment (UTC seconds) in the organisation's zone."""
    return datetime.fromtimestamp(moment, UTC).astimezone(ZONE).date()
