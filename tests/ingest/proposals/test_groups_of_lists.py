"""Groups and programmes that a list of people names, and meetings of them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.proposals.grouping import grouped
from ingest.proposals.seen import Activity, Cohort, Meeting, Seen
from ingest.proposals.titles import base_title, without_numbers
from tests.ingest.proposals.filled import row_of, save
from tests.ingest.proposals.newcomer import HOST, WAVE_2, Newcomer

START = datetime(2026, 4, 1)  # noqa: DTZ001 - UTC without a zone, as raw has it


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    """Three meetings of two programmes; a list of people is added by each test."""
    own = Newcomer(tmp_path)
    own.zoom("Safety Basics - Session 1", "852 1848 6288", "2026-03-16")
    own.zoom("Safety Basics - Session 2", "852 1848 6299", "2026-03-23")
    own.zoom("Sales Negotiation Workshop", "911 2223 3344", "2026-03-17", WAVE_2)
    return own


def suggested(newcomer: Newcomer) -> tuple[dict[str, str], dict[str, str]]:
    """Return the programme of each group, and the group of each meeting."""
    rows = newcomer.rows()
    programmes = {row.cells["programme_name"] for row in rows["programmes"]}
    groups = {r.cells["cohort_name"]: r.cells["programme_id"] for r in rows["groups"]}
    meetings = {row.cells["title"]: row.cells["cohort_id"] for row in rows["meetings"]}
    assert programmes == set(groups.values())
    assert all(row.reasons["programme_id"] for row in rows["groups"])
    assert all(row.reasons["cohort_id"] for row in rows["meetings"])
    return groups, meetings


def test_groups_alone_are_in_the_programme_that_their_meetings_are_called(
    newcomer: Newcomer,
):
    newcomer.hr(["Cohort"], ["Wave 1"], ["Wave 2"])
    newcomer.init()
    groups, meetings = suggested(newcomer)
    assert groups == {
        "Wave 1": "Safety Basics",
        "Wave 2": "Sales Negotiation Workshop",
    }
    assert meetings == {
        "Safety Basics - Session 1": "Wave 1",
        "Safety Basics - Session 2": "Wave 1",
        "Sales Negotiation Workshop": "Wave 2",
    }


def test_a_programme_has_the_name_that_the_list_gives_it(newcomer: Newcomer):
    columns = ["Programme", "Cohort"]
    newcomer.hr(columns, ["Safety Basics", "Wave 1"], ["Negotiation", "Wave 2"])
    newcomer.init()
    groups, meetings = suggested(newcomer)
    assert groups == {"Wave 1": "Safety Basics", "Wave 2": "Negotiation"}
    assert meetings["Safety Basics - Session 2"] == "Wave 1"
    assert meetings["Sales Negotiation Workshop"] == "Wave 2"


def test_a_group_may_be_called_as_its_meeting_is(newcomer: Newcomer):
    newcomer.hr(
        ["Cohort"], ["Safety Basics - Session 1"], ["Sales Negotiation Workshop"]
    )
    newcomer.init()
    groups, meetings = suggested(newcomer)
    assert groups == {
        "Safety Basics - Session 1": "Safety Basics",
        "Sales Negotiation Workshop": "Sales Negotiation Workshop",
    }
    assert meetings["Safety Basics - Session 1"] == "Safety Basics - Session 1"
    assert meetings["Safety Basics - Session 2"] == "Safety Basics - Session 1"


def test_a_list_may_name_a_programme_and_no_group(newcomer: Newcomer):
    newcomer.hr(["Programme"], ["Safety Basics"], ["Safety Basics"])
    newcomer.init()
    names = [row.cells["programme_name"] for row in newcomer.rows()["programmes"]]
    assert "Safety Basics" in names


def test_a_group_without_days_begins_with_its_first_meeting(newcomer: Newcomer):
    newcomer.hr(["Cohort"], ["Wave 1"], ["Wave 2"])
    newcomer.init()
    begins = {
        r.cells["cohort_name"]: (r.cells["starts_at"], r.reasons["starts_at"])
        for r in newcomer.rows()["groups"]
    }
    assert begins["Wave 1"] == ("2026-03-16", "Day of its first meeting; please check")
    assert newcomer.tandem("ingest", newcomer.workbook).exit_code == 0
    landed = "select cohort_id, programme_id, starts_at::date::varchar from raw.cohorts"
    assert newcomer.raw(f"{landed} order by all") == [
        ("Wave 1", "safety-basics", "2026-03-16"),
        ("Wave 2", "sales-negotiation-workshop", "2026-03-17"),
    ]


@pytest.mark.parametrize("is_learner", [False, True])
def test_a_host_is_none_of_those_who_met_unless_a_list_says_so(
    newcomer: Newcomer, is_learner: bool
):
    newcomer.hr(["Cohort"], ["Wave 1"], ["Wave 2"])
    if is_learner:
        head = ("Email", "Name", "Department", "Hire date", "Cohort")
        row = (HOST[1], HOST[0], "Learning", "2020-01-15", "Wave 1")
        newcomer.table("hr_more.csv", (head, row))
    newcomer.init()
    meeting = row_of(newcomer.rows(), "meetings", "Safety Basics - Session 1")
    met = "13 people" if is_learner else "12 people and 1 host"
    assert meeting.cells["seen"] == f"1 meeting, 16 Mar 2026, 60 minutes, Zoom, {met}"


def cohort(name: str, people: range, programme: str = "P") -> Cohort:
    return Cohort(name, programme, name, None, None, frozenset(people))


def seen(
    cohorts: list[Cohort],
    meetings: list[tuple[str, range]] = [],  # noqa: B006 - read only
    courses: list[tuple[str, range]] = [],  # noqa: B006 - read only
) -> Seen:
    kinds = ("course", frozenset({"completed"}))
    activities = [
        Activity(name, kinds[0], name, kinds[1], frozenset(who), (), START, START, None)
        for name, who in courses
    ]
    return Seen(
        programmes={"P": ("Safety Basics",)},
        cohorts={one.cohort_id: one for one in cohorts},
        activities={one.activity_id: one for one in activities},
        meetings=[
            Meeting({("meeting", str(n))}, [START], 60, None, "zoom", {*who}, title)
            for n, (title, who) in enumerate(meetings)
        ],
        around={},
        days_of_use={},
    )


TITLES = (
    "Safety Basics - Session 1",
    "Safety Basics Session 1",
    "2. Safety Basics",
    "Safety Basics, Teil 2",
    "Safety Basics (16.03.2026)",
    "Safety Basics część II",
    "सत्र 3: Safety Basics",
)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_without_its_number_names_the_programme(title: str):
    unknown = range(900, 912)
    groups = grouped(seen([cohort("Wave 1", range(12))], [(title, unknown)]))
    group, reason = groups.meeting_group[0]
    assert group == "Wave 1"
    assert reason.startswith("Its title names the programme Safety Basics")


def test_of_two_groups_the_one_that_met_has_the_meeting():
    two = [cohort("Wave 1", range(12)), cohort("Wave 2", range(12, 24))]
    some = range(8, 13)  # four of the first, one of the second
    groups = grouped(seen(two, [("Safety Basics - Session 1", some)]))
    assert groups.meeting_group[0][0] == "Wave 1"


@pytest.mark.parametrize(
    ("people", "group"),
    [(range(900, 912), ""), (range(11, 13), ""), (range(10, 13), "Wave 1")],
)
def test_which_of_two_groups_met_stays_open_where_people_do_not_tell(
    people: range, group: str
):
    two = [cohort("Wave 1", range(12)), cohort("Wave 2", range(12, 24))]
    found, reason = grouped(seen(two, [("Safety Basics", people)])).meeting_group[0]
    assert found == group
    assert group or "please choose" in reason


def test_a_meeting_of_people_of_another_programme_is_not_bound_by_its_title():
    two = [cohort("Wave 1", range(12)), cohort("Drivers", range(50, 90), "Q")]
    given = seen(two, [("Safety Basics", range(50, 55))])
    assert grouped(given).meeting_group[0][0] == ""


def test_a_group_of_a_course_s_people_is_in_its_programme():
    given = seen([cohort("Wave 1", range(10), "")], courses=[("Hygiene", range(8))])
    groups = grouped(given)
    assert groups.programmes[groups.cohorts["Wave 1"].programme_id].name == "Hygiene"
    assert "80 % of its people" in groups.cohort_reasons["Wave 1"]


@pytest.mark.parametrize("took", [range(7), range(0)])
def test_a_group_of_few_of_a_course_s_people_is_not(took: range):
    given = seen([cohort("Wave 1", range(10), "")], courses=[("Hygiene", took)])
    groups = grouped(given)
    assert groups.programmes[groups.cohorts["Wave 1"].programme_id].name == "Wave"


def test_groups_of_which_nothing_is_known_are_together_by_their_names():
    three = [
        cohort("Wave 1", range(9), ""),
        cohort("Wave 2", range(9, 18), ""),
        cohort("Evening class 2026", range(18, 27), ""),
    ]
    groups = grouped(seen(three))
    names = {
        c.name: groups.programmes[c.programme_id].name for c in groups.cohorts.values()
    }
    assert names == {
        "Wave 1": "Wave",
        "Wave 2": "Wave",
        "Evening class 2026": "Evening class",
    }


@pytest.mark.parametrize("others", [("P",), ("P", "Q")])
def test_a_group_follows_others_of_its_name_where_they_agree(others: tuple[str, ...]):
    placed = [
        cohort(f"Wave {n}", range(n, n + 1), programme)
        for n, programme in enumerate(others)
    ]
    groups = grouped(seen([*placed, cohort("Wave 9", range(90, 99), "")]))
    name = groups.programmes[groups.cohorts["Wave 9"].programme_id].name
    assert name == ("Safety Basics" if len(others) == 1 else "Wave")


def test_new_groups_of_a_later_list_are_new_rows_and_what_was_filled_in_stays(
    newcomer: Newcomer,
):
    newcomer.hr(["Cohort"], ["Wave 1"], ["Wave 2"])
    newcomer.init()
    rows = newcomer.rows()
    row_of(rows, "programmes", "Safety Basics").cells["audience"] = "Drivers"
    save(newcomer.workbook, rows)
    assert newcomer.tandem("ingest", newcomer.workbook).exit_code == 0
    columns = ["Programme", "Cohort"]
    later = ["Safety Basics", "Wave 3"], ["Firefighting", "Wave 4"]
    newcomer.hr(columns, *later, name="hr_2026.csv")
    printed = newcomer.init()
    assert "1 on Programmes, 2 on Groups" in printed
    again = newcomer.rows()
    cells = row_of(again, "programmes", "Safety Basics").cells
    assert cells["audience"] == "Drivers"
    groups = {r.cells["cohort_name"]: r.cells["programme_id"] for r in again["groups"]}
    assert groups["Wave 3"] == "Safety Basics"
    assert groups["Wave 4"] == "Firefighting"
    assert newcomer.tandem("ingest", newcomer.workbook).exit_code == 0
    landed = "select cohort_id, programme_id from raw.cohorts"
    where = "where cohort_id = 'Wave 3' and source = 'organisation'"
    assert newcomer.raw(f"{landed} {where}") == [("Wave 3", "safety-basics")]


@pytest.mark.parametrize(
    ("title", "base", "without"),
    [
        ("Safety Basics Session 1", "Safety Basics", "Safety Basics Session"),
        ("Session 1: Safety Basics", "Safety Basics", "Session Safety Basics"),
        ("Windows 11", "Windows 11", "Windows"),
        ("Induction Week", "Induction Week", "Induction Week"),
        ("2. Teil Arbeitsschutz", "Arbeitsschutz", "Teil Arbeitsschutz"),
        ("सुरक्षा सत्र 2", "सुरक्षा", "सुरक्षा सत्र"),
        ("12", "12", "12"),
    ],
)
def test_the_words_of_a_title_that_are_no_number(title: str, base: str, without: str):
    assert (base_title(title), without_numbers(title)) == (base, without)


def test_days_decide_between_groups_that_follow_one_another():
    first, second = cohort("Wave 1", range(5)), cohort("Wave 2", range(5, 10))
    second.starts_at = START + timedelta(days=200)
    first.starts_at, first.ends_at = START, START + timedelta(days=5)
    given = seen([first, second], [("Safety Basics 1", range(900, 905))])
    assert grouped(given).meeting_group[0][0] == "Wave 1"
