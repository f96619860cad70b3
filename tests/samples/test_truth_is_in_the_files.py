"""truth.json agrees with counts of the files that share no code with the generator."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.samples import recount
from tests.samples.conftest import SMALL, Sample

CUT_OFF = datetime(2026, 10, 1, tzinfo=UTC)
ADL = ("http://adlnet.gov/expapi/verbs/", "https://adlnet.gov/expapi/verbs/")


@pytest.fixture(scope="module")
def lines(sample: Sample) -> list[dict[str, Any]]:
    return recount.statement_lines(sample.folder)


@pytest.fixture(scope="module")
def classes(sample: Sample) -> dict[str, str]:
    rows = recount.table(sample.folder / "organisation", "programmes")
    return {row["programme_id"]: row["completion_class"] for row in rows}


def verb(statement: dict[str, Any]) -> str:
    return statement["verb"]["id"].rsplit("/", 1)[1]


def test_statements_and_their_defects_are_as_many_as_in_the_truth(
    sample: Sample, lines: list[dict[str, Any]]
):
    distinct = list({statement["id"]: statement for statement in lines}.values())
    results = [statement.get("result", {}) for statement in distinct]
    contexts = [
        statement["context"] for statement in distinct if "context" in statement
    ]
    late = [
        statement
        for statement in distinct
        if verb(statement) != "voided"
        and _moment(statement["stored"]) - _moment(statement["timestamp"])
        > timedelta(hours=1)
    ]
    library = sum(
        "/library/" in statement["object"].get("id", "") for statement in distinct
    )
    found = {
        "lines": len(lines),
        "distinct": len(distinct),
        "voided": sum(verb(statement) == "voided" for statement in distinct),
        "completions_taken_back": len(recount.completions(distinct))
        - len(recount.completions(recount.without_voided(lines))),
        "about_no_programme": library,
        "stored_an_hour_late": len(late),
        "duplicated": len(lines) - len(distinct),
        "https_verbs": sum(
            statement["verb"]["id"].startswith(ADL[1]) for statement in distinct
        ),
        "without_zone": sum(
            not statement["timestamp"].endswith("Z") for statement in distinct
        ),
        "negative_durations": sum(
            result.get("duration", "").startswith("-") for result in results
        ),
        "raw_without_maximum": sum(
            "raw" in result.get("score", {}) and "max" not in result["score"]
            for result in results
        ),
        "without_language": sum("language" not in context for context in contexts),
        "without_registration": sum(
            "registration" not in context for context in contexts
        )
        - library,
    }
    assert found == sample.truth["statements"]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def test_enrolments_withdrawals_and_waivers_are_as_many_as_in_the_truth(
    sample: Sample, lines: list[dict[str, Any]]
):
    truth = sample.truth["counts"]
    rows = recount.table(sample.folder / "roster", "enrollments")
    students = [row for row in rows if row["role"] == "student"]
    waivers = recount.table(sample.folder / "organisation", "waivers")
    distinct = {statement["id"]: statement for statement in lines}.values()
    users = recount.table(sample.folder / "roster", "users")
    classes = recount.table(sample.folder / "roster", "classes")
    found = {
        "people": sum(user["role"] == "student" for user in users),
        "facilitators": sum(user["role"] == "teacher" for user in users),
        "programmes": len(recount.table(sample.folder / "roster", "courses")),
        "cohorts": len(classes),
        "enrolments": len(students),
        "withdrawn": sum(row["endDate"] != "" for row in students),
        "waived": len(waivers),
    }
    assert found == {name: truth[name] for name in found}
    assert truth["enrolments"] == SMALL.enrolments
    verbs = Counter(verb(statement) for statement in distinct)
    assert verbs["registered"] == truth["enrolments"]
    assert verbs["unregistered"] == truth["withdrawn"]


def test_finished_are_the_completions_not_voided_and_the_fully_attended(
    sample: Sample, lines: list[dict[str, Any]], classes: dict[str, str]
):
    certified = {
        (
            statement["actor"]["account"]["name"],
            statement["context"]["contextActivities"]["grouping"][-1]["id"],
        )
        for statement in recount.completions(recount.without_voided(lines))
    }
    by_attendance = [
        row
        for row in recount.table(sample.folder / "roster", "enrollments")
        if classes[row["classSourcedId"][:6]] == "attendance"
        and row["role"] == "student"
    ]
    attended = recount.attended_sessions(sample.folder, CUT_OFF)
    everything = recount.expected_sessions(sample.folder)
    emails = {
        user["sourcedId"]: user["email"]
        for user in recount.table(sample.folder / "roster", "users")
    }
    full = [
        row
        for row in by_attendance
        if everything[row["classSourcedId"]]
        and attended[row["classSourcedId"], emails[row["userSourcedId"]]]
        == everything[row["classSourcedId"]]
    ]
    unseen = sample.truth["counts"]["finished"] - len(certified) - len(full)
    assert 0 <= unseen <= 0.1 * len(by_attendance)  # guests, whose e-mail is in no file
    assert len(full) > 0.5 * len(by_attendance)


def members(sample: Sample) -> dict[str, set[str]]:
    users = recount.table(sample.folder / "roster", "users")
    emails = {user["sourcedId"]: user["email"] for user in users}
    found = defaultdict(set)
    for row in recount.table(sample.folder / "roster", "enrollments"):
        if row["role"] == "student":
            found[row["classSourcedId"]].add(emails[row["userSourcedId"]])
    return found


def test_attendance_is_the_union_of_the_written_connections(sample: Sample):
    truth, own = sample.truth["attendance"], members(sample)
    sessions = recount.presence_by_session(sample.folder, CUT_OFF)
    known = [
        share
        for cohort, shares in sessions
        for who, share in shares.items()
        if who in own[cohort]
    ]
    unknown = [w for _c, shares in sessions for w in shares if w.endswith("?")]
    assert len(sessions) == truth["sessions_held"]
    attended = sum(share >= 0.75 for share in known)
    assert (
        attended
        == truth["attended_seats"] - truth["attended_seats_of_unmatched_people"]
    )
    assert len(known) + truth["unmatched_seats"] == (
        truth["attended_seats"] + truth["partial_seats"]
    )
    assert 0 < len(unknown) <= truth["unmatched_seats"]
    assert not [share for share in known if 0.65 < share < 0.8]
    assert max(known) <= 1


def test_calendars_hold_moved_and_cancelled_sessions(sample: Sample):
    statuses = Counter(
        status
        for occurrences in recount.planned(sample.folder).values()
        for status, _window in occurrences
    )
    assert statuses["CANCELLED"] == sample.truth["attendance"]["sessions_cancelled"] > 0
    texts = [p.read_text("utf-8") for p in (sample.folder / "calendar").glob("*.ics")]
    overrides = sum(text.count("RECURRENCE-ID") for text in texts)
    assert overrides > statuses["CANCELLED"]
    assert all(
        len(line) <= 75
        for p in (sample.folder / "calendar").glob("*.ics")
        for line in p.read_bytes().split(b"\r\n")
    )


def test_nothing_is_later_than_the_last_day(
    sample: Sample, lines: list[dict[str, Any]]
):
    assert max(statement["stored"] for statement in lines) < CUT_OFF.isoformat()
    assert max(statement["timestamp"] for statement in lines) < CUT_OFF.isoformat()
    stays = [
        stay
        for rooms in (recount.zoom_stays, recount.teams_stays)
        for own in rooms(sample.folder).values()
        for stay in own
    ]
    assert max(end for _who, _begin, end in stays) < CUT_OFF
    booked = recount.table(sample.folder / "organisation", "costs")
    assert (
        max(date.fromisoformat(row["incurred_on"]) for row in booked) < CUT_OFF.date()
    )


def test_the_person_to_erase_is_in_the_roster(sample: Sample):
    users = recount.table(sample.folder / "roster", "users")
    assert sample.truth["asks_for_erasure"] in {user["email"] for user in users}
