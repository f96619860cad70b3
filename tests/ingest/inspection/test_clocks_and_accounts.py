"""What the files of a folder tell about zones, dates and accounts."""

import json
from pathlib import Path

from ingest.inspection.clocks_and_accounts import look_through
from ingest.inspection.recognition import deliveries

CALENDAR = """\
BEGIN:VCALENDAR
PRODID:-//Example//EN
VERSION:2.0
BEGIN:VEVENT
UID:{uid}@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID={zone}:20260301T090000
DTEND;TZID={zone}:20260301T100000
SUMMARY:Lifting
END:VEVENT
END:VCALENDAR
"""
REPORT = """\
Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Asha Rao,asha@example.org,{day} 10:01:00 AM,{day} 11:00:00 AM,59,No
"""


def report(folder: Path, number: int, day: str) -> None:
    file = folder / f"participants_{number}.csv"
    file.write_text(REPORT.format(day=day), encoding="utf-8")


def test_most_calendars_decide_the_zone(tmp_path: Path):
    zones = ("Europe/Berlin", "Europe/Berlin", "Asia/Kolkata", "Mars/Olympus")
    for number, zone in enumerate(zones):
        text = CALENDAR.format(uid=number, zone=zone).replace("\n", "\r\n")
        (tmp_path / f"{number}.ics").write_text(text, encoding="utf-8", newline="")
    assert look_through(deliveries([tmp_path])).zone == "Europe/Berlin"


def test_one_date_that_allows_one_order_decides_for_its_source(tmp_path: Path):
    report(tmp_path, 85218486288, "03/04/2026")
    found = look_through(deliveries([tmp_path]))
    assert found.sources_without_zone == ["zoom"]
    assert found.date_orders == {}
    report(tmp_path, 85218486289, "03/13/2026")
    assert look_through(deliveries([tmp_path])).date_orders == {"zoom": "mdy"}


def test_dates_that_contradict_decide_nothing(tmp_path: Path):
    report(tmp_path, 85218486288, "03/13/2026")
    report(tmp_path, 85218486289, "13/03/2026")
    assert look_through(deliveries([tmp_path])).date_orders == {}


def roster_and_statements(folder: Path, known: int, of: int) -> None:
    roster = folder / "roster"
    roster.mkdir()
    names = ("academicSessions", "classes", "courses", "enrollments", "orgs")
    for name in names:
        (roster / f"{name}.csv").write_text("sourcedId\n", encoding="utf-8")
    rows = "".join(f"P{n},u{n},a{n}@example.org\n" for n in range(known))
    users = f"sourcedId,identifier,email\n{rows}"
    (roster / "users.csv").write_text(users, encoding="utf-8")
    manifest = "propertyName,value\noneroster.version,1.1\n"
    (roster / "manifest.csv").write_text(manifest, encoding="utf-8")
    lines = [
        json.dumps(
            {
                "actor": {
                    "account": {"homePage": "https://lms.example.org", "name": f"u{n}"}
                },
                "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
                "object": {"id": "https://lms.example.org/1"},
            }
        )
        for n in range(of)
    ]
    (folder / "statements.ndjson").write_text("\n".join(lines), encoding="utf-8")


def test_a_column_with_half_of_the_accounts_holds_their_names(tmp_path: Path):
    roster_and_statements(tmp_path, known=5, of=10)
    found = look_through(deliveries([tmp_path]))
    assert found.account_home_pages == {"identifier": "https://lms.example.org"}
    assert found.roster == "roster"


def test_a_column_with_fewer_of_them_does_not(tmp_path: Path):
    roster_and_statements(tmp_path, known=4, of=10)
    assert look_through(deliveries([tmp_path])).account_home_pages == {}
