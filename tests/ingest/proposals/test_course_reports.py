"""Reports and logs of a learning platform's courses become programmes and groups."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.proposals.grouping import grouped
from ingest.proposals.proposal import proposal
from ingest.proposals.seen import Activity, Cohort, Seen
from tests.ingest.proposals.filled import row_of
from tests.ingest.proposals.newcomer import PEOPLE, Newcomer

FIRST = datetime(2025, 11, 17, 10)  # noqa: DTZ001 - as Moodle prints it
DAY = timedelta(days=1)
FINISHED = PEOPLE[:18]


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    """People of whom nothing but an address is listed."""
    own = Newcomer(tmp_path)
    own.hr()
    return own


def course_completion(newcomer: Newcomer, course: str) -> None:
    """Write Moodle's report: all take part, some finish."""
    head = ("ID", "Name", "Email address", "Unit 1", "Unit 1 - Completion date")
    rows = []
    for number, (name, address) in enumerate(PEOPLE):
        times = (f"{at:%d/%m/%y, %H:%M}" for at in (FIRST, FIRST + 2 * DAY))
        begun, ended = times if (name, address) in FINISHED else ("", "")
        state = "Completed" if begun else "Not completed"
        rows.append((number, name, address, state, begun, ended))
    table = ((*head, "Course complete"), *rows)
    newcomer.table(f"completion-{course}.csv", table)


def activity_completion(newcomer: Newcomer, course: str) -> None:
    """Write Moodle's report of a course's activities."""
    rows: list[tuple] = [("", "Email address", "Unit 1", "", "Cold chain", "")]
    for name, address in PEOPLE:
        has_done = (name, address) in FINISHED
        state = "Completed" if has_done else "Not completed"
        at = f"{FIRST:%Y-%m-%d %H:%M:%S}" if has_done else ""
        rows.append((name, address, state, at, state, at))
    newcomer.table(f"progress.{course}.csv", rows)


def log(newcomer: Newcomer, course: str, until: datetime = FIRST + DAY) -> None:
    """Write Moodle's log of a course, the newest line first."""
    head = ("Time", "User full name", "Affected user", "Event context", "Component")
    head += ("Event name", "Description", "Origin", "IP address")
    viewed = "The user with id '7' viewed the"
    rows = [
        (
            f"Course: {course}",
            "System",
            "Course viewed",
            f"{viewed} course with id '4'.",
        ),
        *(
            (
                f"Page: {title}",
                "Page",
                "Course module viewed",
                f"{viewed} 'page' activity with course module id '{number}'.",
            )
            for number, title in enumerate(("Unit 1", "Cold chain"), start=31)
        ),
    ]
    lines = [
        (f"{until:%d/%m/%y, %H:%M:%S}", PEOPLE[0][0], "-", *row, "web", "203.0.113.9")
        for row in rows
    ]
    newcomer.table("logs_20260402-1010.csv", (head, *lines))


def test_a_report_of_activities_alone_makes_a_programme_with_its_people(
    newcomer: Newcomer,
):
    activity_completion(newcomer, "Food hygiene")
    newcomer.init()
    rows = newcomer.rows()
    assert [r.cells["programme_name"] for r in rows["programmes"]] == ["Food hygiene"]
    content = {r.cells["activity_name"]: r.cells for r in rows["content"]}
    assert {c["programme_id"] for c in content.values()} == {"Food hygiene"}
    assert content["Food hygiene"]["role"] == "The course itself"
    assert content["Unit 1"]["role"] == "Unit to work through"
    (group,) = rows["groups"]
    assert group.cells["cohort_name"] == "Food hygiene (Moodle)"
    assert group.cells["programme_id"] == "Food hygiene"
    assert group.cells["starts_at"] == "2025-11-17"
    members = "select count(distinct actor_key) from raw.enrolments"
    where = "where cohort_id = 'Food hygiene (Moodle)' and source = 'moodle'"
    assert newcomer.raw(f"{members} {where}") == [(len(PEOPLE),)]


def test_a_course_named_in_a_list_of_people_is_that_programme(newcomer: Newcomer):
    newcomer.hr(["Programme"], ["Food hygiene"], ["Food hygiene"])
    course_completion(newcomer, "Food hygiene")
    newcomer.init()
    rows = newcomer.rows()
    assert [r.cells["programme_name"] for r in rows["programmes"]] == ["Food hygiene"]
    assert rows["groups"] == []  # the list enrols the same people


def test_a_report_of_completions_is_the_rule_of_completion(newcomer: Newcomer):
    course_completion(newcomer, "Food hygiene")
    newcomer.init()
    cells = row_of(newcomer.rows(), "programmes", "Food hygiene").cells
    assert cells["completion_class"] == "A certificate or the platform's completion"
    assert cells["default_delivery_mode"] == "Self-paced"


def test_a_log_names_in_full_what_a_report_names_in_short(newcomer: Newcomer):
    activity_completion(newcomer, "FH101")
    log(newcomer, "Food hygiene")
    newcomer.init()
    rows = newcomer.rows()
    assert [r.cells["programme_name"] for r in rows["programmes"]] == ["Food hygiene"]
    assert {r.cells["programme_id"] for r in rows["content"]} == {"Food hygiene"}
    assert [r.cells["cohort_name"] for r in rows["groups"]] == ["FH101 (Moodle)"]


def test_as_suggested_the_completions_of_a_course_are_measured(
    newcomer: Newcomer, parsed_project: None
):
    course_completion(newcomer, "Food hygiene")
    log(newcomer, "Food hygiene", FIRST + 120 * DAY)
    newcomer.init()
    newcomer.publish_as_suggested()
    shown = newcomer.published(
        "select value, denominator from pub.kpi_cells where cube = 'all'"
        " and kpi_id = 'completion_rate' and trailing_quarters = 4"
    )
    assert shown == [(len(FINISHED) / len(PEOPLE), len(PEOPLE))]


def course(identity: str, connector: str, people: range, title: str = "") -> Activity:
    return Activity(
        identity,
        "course",
        title or identity,
        frozenset({"completed"}),
        frozenset(people),
        (),
        FIRST,
        FIRST,
        None,
        connectors=frozenset({connector}),
    )


def part(around: str, title: str) -> Activity:
    own = f"{around}/{title}"
    none: frozenset = frozenset()
    return Activity(own, "lesson", title, none, none, (around,), FIRST, FIRST, None)


def programmes(*activities: Activity, cohorts: tuple[Cohort, ...] = ()) -> set[str]:
    given = Seen(
        programmes={},
        cohorts={one.cohort_id: one for one in cohorts},
        activities={one.activity_id: one for one in activities},
        meetings=[],
        around={},
        days_of_use={},
    )
    assert proposal(given, "UTC")
    return {one.name for one in grouped(given).programmes.values()}


def test_two_courses_of_one_kind_of_file_stay_two():
    both = [course("FH101", "mapped", range(9)), course("Hygiene", "mapped", range(9))]
    parts = [part(c.activity_id, t) for c in both for t in ("Unit 1", "Unit 2")]
    assert programmes(*both, *parts) == {"FH101", "Hygiene"}


@pytest.mark.parametrize(
    ("titles", "people", "count"),
    [
        (("Unit 1", "Unit 2"), range(50, 59), 1),  # both titles, other accounts
        (("Unit 1", "Unit 9"), range(50, 59), 2),  # one title, other people
        (("Unit 1", "Unit 9"), range(4, 13), 1),  # one title, five of nine people
        (("Unit 1", "Unit 9"), range(5, 14), 2),  # one title, four of nine people
        (("Unit 8", "Unit 9"), range(9), 2),  # the same people
    ],
)
def test_a_course_of_two_kinds_of_files_is_known_by_its_parts(
    titles: tuple[str, ...], people: range, count: int
):
    short = course("FH101", "mapped", range(9))
    full = course("course/4", "moodle_log", people, "Food hygiene")
    parts = [part("FH101", title) for title in ("Unit 1", "Unit 2")]
    parts += [part("course/4", title) for title in titles]
    assert len(programmes(short, full, *parts)) == count


@pytest.mark.parametrize(("listed", "is_left_out"), [(7, False), (8, True), (9, True)])
def test_whom_a_roster_lists_already_is_no_group_of_a_course(
    listed: int, is_left_out: bool
):
    hygiene = course("Hygiene", "mapped", range(10))
    own = Cohort("Hygiene (Moodle)", "", "Hygiene (Moodle)", is_course_list=True)
    own.people = frozenset(range(10))
    wave = Cohort("Hygiene 1", "", "Hygiene 1", people=frozenset(range(listed)))
    given = Seen(
        programmes={},
        cohorts={one.cohort_id: one for one in (own, wave)},
        activities={"Hygiene": hygiene},
        meetings=[],
        around={},
        days_of_use={},
    )
    assert (own.cohort_id not in grouped(given).cohorts) == is_left_out
