"""An LRS that pages, filters or keeps time badly: it is said, and nothing is lost."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from tests.lrs.misbehaving import (
    JSON,
    START,
    Answer,
    Bad,
    many,
    pull,
    result,
    serving,
    statement,
)

pytestmark = [pytest.mark.lrs, pytest.mark.usefixtures("credentials")]

COUNT = "select count(*) from raw.statements"


def test_a_second_pull_asks_only_for_what_was_stored_since(home, ask):
    lrs = Bad(many(10))
    with serving(lrs) as url:
        pull(home, url)
        lrs.asked.clear()
        lrs.statements += [statement(number) for number in range(10, 13)]
        report = pull(home, url)
    assert (report.error, report.notes, report.landed_count) == (None, [], 3)
    assert all("since=" in target for target in lrs.asked if "ascending" in target)
    assert ask(COUNT) == [(13,)]


def test_a_last_page_that_repeats_is_said_and_loses_nothing(home, ask):
    def answer(lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        if query.get("from") == "8":  # its last page names itself
            return result(lrs.statements[8:], "/xapi/statements?ascending=true&from=8")
        return None

    with serving(Bad(many(11), answer)) as url:
        report = pull(home, url)
    assert report.error is None
    assert any("comes back to a page" in note for note in report.notes)
    assert ask(COUNT) == [(11,)]
    assert report.since is not None


def test_a_loop_in_the_middle_is_read_from_the_other_side(home, ask):
    def answer(lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        if query.get("ascending") == "true":  # since is ignored, page 2 leads to page 1
            start = int(query.get("from", 0))
            following = f"/xapi/statements?ascending=true&from={4 - start}"
            return result(lrs.statements[start : start + 4], following)
        return None

    with serving(Bad(many(30), answer)) as url:
        report = pull(home, url)
    assert report.error is None
    assert ask(COUNT) == [(30,)]


def test_a_circle_from_either_end_keeps_the_cursor_where_it_was(home, ask):
    def answer(lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        ordered = lrs.statements[:: 1 if query.get("ascending") == "true" else -1]
        word = query.get("ascending", "true")
        return result(ordered[:4], f"/xapi/statements?ascending={word}&x=1")

    with serving(Bad(many(30), answer)) as url:
        report = pull(home, url)
    assert "in a circle from either end" in report.error
    assert report.since is None
    assert ask(COUNT) == [(8,)]


def test_a_list_without_end_is_bounded_and_said(home, ask):
    def answer(_lrs: Bad, path: str, query: dict[str, str]) -> Answer | None:
        if not path.endswith("/statements"):
            return None
        page = int(query.get("from", 0)) + 1
        return result([statement(page)], f"/xapi/statements?from={page}")

    with serving(Bad([], answer)) as url:
        home.root.mkdir(parents=True)
        home.settings.write_text(f'[lrs.x]\nurl = "{url}"\nmost_pages = 30\n')
        report = pull(home, "x")
    assert "does not end (30 pages)" in report.error
    assert ask(COUNT) == [(30,)]
    assert report.since is None


def test_empty_pages_without_end_are_left(home):
    def answer(lrs: Bad, _path: str, _query: dict[str, str]) -> Answer | None:
        return result([], f"/xapi/statements?n={len(lrs.asked)}")

    lrs = Bad([], answer)
    with serving(lrs) as url:
        pull(home, url)
    assert len(lrs.asked) < 40


def test_statements_without_stored_are_read_in_full_each_time(home, ask):
    bare = [{n: v for n, v in s.items() if n != "stored"} for s in many(6)]
    lrs = Bad(many(5) + [b | {"id": b["id"].replace("8000", "9000")} for b in bare])
    with serving(lrs) as url:
        first = pull(home, url)
        second = pull(home, url)
    assert "6 statements came without a stored time" in first.notes[0]
    assert "it is read in full" in second.notes[0]
    assert ask(COUNT) == [(11,)]


def test_a_clock_ahead_does_not_carry_the_cursor_into_the_future(home, ask):
    future = datetime.now(UTC) + timedelta(days=30)
    lrs = Bad([*many(3), statement(9, stored=future)], date=future)
    with serving(lrs) as url:
        report = pull(home, url)
        assert "minutes ahead of this machine's" in report.notes[0]
        assert report.since <= datetime.now(UTC).replace(tzinfo=None)
        lrs.statements.insert(3, statement(10, stored=datetime.now(UTC)))
        lrs.date = None
        pull(home, url)
    assert ask(COUNT) == [(5,)]


def test_the_cursor_stays_behind_what_is_consistent(home, ask):
    until = START + timedelta(minutes=2)
    headers = JSON | {"X-Experience-API-Consistent-Through": until.isoformat()}

    def answer(lrs: Bad, path: str, query: dict[str, str]) -> Answer | None:
        if not path.endswith("/statements"):
            return None
        status, _headers, body = lrs.page(query)
        return status, headers, body

    with serving(Bad(many(10), answer)) as url:
        report = pull(home, url)
    assert report.since == until.replace(tzinfo=None)


def test_a_probe_that_is_refused_proves_nothing_and_costs_a_full_reading(home, ask):
    def answer(_lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        return (400, JSON, b'{"error": "until?"}') if "until" in query else None

    lrs = Bad(many(10), answer)
    with serving(lrs) as url:
        pull(home, url)
        lrs.statements.append(statement(10))
        report = pull(home, url)
    assert (report.error, report.read_count, report.landed_count) == (None, 11, 1)
    assert "it is read in full" in report.notes[0]
    assert ask(COUNT) == [(11,)]


@pytest.mark.parametrize("filters_by", ["stored", "timestamp", "nothing"])
@pytest.mark.parametrize("is_sorted", [True, False])
@pytest.mark.parametrize("repeats_last_page", [True, False])
def test_no_statement_is_lost_whichever_promise_the_server_breaks(
    home, ask, filters_by, is_sorted, repeats_last_page
):
    chance = random.Random(f"{filters_by}{is_sorted}{repeats_last_page}")
    lrs = Bad(
        [],
        page_size=chance.randint(1, 5),
        filters_by=filters_by,
        is_sorted=is_sorted,
        repeats_last_page=repeats_last_page,
    )
    sent = 0
    with serving(lrs) as url:
        for _pull in range(3):
            for _statement in range(chance.randint(5, 12)):
                sent += 1
                happened = START + timedelta(minutes=chance.randint(-9_000, 900))
                late = statement(sent) | {"timestamp": happened.isoformat()}
                last = sent - 1
                place = last if is_sorted else chance.randint(0, last)
                lrs.statements.insert(place, late)
            report = pull(home, url)
            assert report.error is None
            assert ask(COUNT) == [(sent,)]
