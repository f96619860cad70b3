"""Calendars: neither the order of events nor a fault in one changes the others."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.connectors.calendar import google, graph, ics
from ingest.inspection.recognition import inspect_one
from ingest.landing.delivery import Delivery, ReadOptions
from tandem.core.errors import DamagedFile, UndecidedFile

Rows = dict[str, set[str]]


class Kept:
    """A writer that keeps typed rows, rejections and notes."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.rejected: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def rows(self, table: str, frame: pl.DataFrame) -> None:
        self.tables.setdefault(table, []).extend(frame.to_dicts())

    def reject(self, line, code, json_path, message, payload) -> None:
        self.rejected.append((code, json_path))

    def note(self, text: str) -> None:
        self.notes.append(text)

    def finding(self, code: str, message: str, figures: Any) -> None:
        self.note(message)

    @property
    def sessions(self) -> list[dict[str, Any]]:
        return self.tables.get("planned_sessions", [])

    @property
    def content(self) -> tuple[Rows, list[tuple[str, str]], list[str]]:
        """Everything, without its order."""
        rows = {t: {repr(sorted(r.items())) for r in v} for t, v in self.tables.items()}
        assert all(len(rows[t]) == len(self.tables[t]) for t in rows)
        return rows, sorted(self.rejected), self.notes


def read(module: Any, path: Path, **options: Any) -> Kept:
    writer = Kept()
    recognition = module.recognise(path, path.read_bytes())
    assert recognition is not None
    module.read(Delivery(path, recognition, ReadOptions(**options)), writer)
    return writer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calendars")


def calendar(events: list[list[str]]) -> str:
    lines = [
        line for event in events for line in ["BEGIN:VEVENT", *event, "END:VEVENT"]
    ]
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]
    return "\r\n".join(whole)


STARTS = ("20260310T090000Z", "20260311T090000Z", "20260312T090000Z")
RECURRENCES = ("", "RRULE:FREQ=DAILY;COUNT=3", "RDATE:20260312T090000Z")
REPLACED = (
    "RECURRENCE-ID:20260311T090000Z",
    "RECURRENCE-ID;VALUE=DATE:20260311",
    "RECURRENCE-ID;TZID=Asia/Tokyo:20260311T180000",
    "RECURRENCE-ID:20260311T090000",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260311T090000Z",
)
ENDS = ("DTEND:20260312T100000Z", "DTEND:20260312T113000Z", "DTEND:20260301T000000Z")
TIMES = (
    "DTSTART:20260311T160000Z",
    "DTSTART;VALUE=DATE:20260311",
    "DTSTART;TZID=Nowhere:20260311T160000",
    "DTSTART:20261399T160000Z",
)


@st.composite
def events(draw: st.DrawFn) -> list[str]:
    """An event of one of two UIDs, whole or an exception, in some version."""
    lines = [
        f"UID:{draw(st.sampled_from('ab'))}",
        f"SEQUENCE:{draw(st.integers(0, 2))}",
        f"DTSTAMP:202602{draw(st.integers(10, 12))}T000000Z",
        f"SUMMARY:{draw(st.sampled_from('xy'))}",
    ]
    if draw(st.booleans()):
        lines += [draw(st.sampled_from(REPLACED)), draw(st.sampled_from(TIMES))]
    else:
        lines += [
            f"DTSTART:{draw(st.sampled_from(STARTS))}",
            draw(st.sampled_from(RECURRENCES)),
            draw(st.sampled_from(("", "EXDATE:20260312T090000,never"))),
        ]
    lines.append(draw(st.sampled_from(ENDS)))
    return [line for line in lines if line]


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(st.data(), st.lists(events(), min_size=2, max_size=5))
def test_the_order_of_events_in_a_calendar_changes_nothing(
    folder: Path, data: st.DataObject, given: list[list[str]]
):
    path = folder / "order.ics"
    found = []
    for order in (given, data.draw(st.permutations(given))):
        path.write_text(calendar(order))
        try:
            found.append(read(ics, path).content)
        except UndecidedFile as error:  # no event has a known zone
            found.append(error.one_line())
    assert found[0] == found[1]


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(
    st.sampled_from(REPLACED),
    st.sampled_from(TIMES[1:]),
    st.booleans(),
    st.sampled_from(("", "SEQUENCE:0", "SEQUENCE:7")),
)
def test_a_replaced_occurrence_never_stays_confirmed(
    folder: Path, replaced: str, time: str, is_first: bool, sequence: str
):
    series = ["UID:s", "DTSTAMP:20260201T000000Z", "DTSTART:20260310T090000Z"]
    series += ["DTEND:20260310T100000Z", "RRULE:FREQ=DAILY;COUNT=4", "SEQUENCE:3"]
    exception = ["UID:s", "DTSTAMP:20260201T000000Z", replaced, time]
    exception += [sequence] if sequence else []
    path = folder / "replaced.ics"
    path.write_text(calendar([exception, series] if is_first else [series, exception]))

    status = {str(row["starts_at"]): row["status"] for row in read(ics, path).sessions}

    following = "cancelled" if "THISANDFUTURE" in replaced else "confirmed"
    assert status == {
        "2026-03-10 09:00:00": "confirmed",
        "2026-03-11 09:00:00": "cancelled",
        "2026-03-12 09:00:00": following,
        "2026-03-13 09:00:00": following,
    }


@pytest.mark.parametrize(
    ("zone", "printed"),
    [
        ("America/Lima", "20260303T090000"),
        ("Europe/Rome", "20260303T090000"),
        ("Pacific/Auckland", "20260303T090000"),
    ],
)
@pytest.mark.parametrize("calendar_zone", ["", "X-WR-TIMEZONE:Asia/Tokyo"])
def test_an_excluded_time_without_zone_is_in_the_zone_of_its_series(
    folder: Path, zone: str, printed: str, calendar_zone: str
):
    event = ["UID:s", "DTSTAMP:20260201T000000Z", f"EXDATE:{printed}"]
    event += [f"DTSTART;TZID={zone}:20260302T090000", "RRULE:FREQ=DAILY;COUNT=3"]
    path = folder / "excluded.ics"
    text = calendar([event])
    if calendar_zone:
        text = text.replace("VERSION:2.0", f"VERSION:2.0\r\n{calendar_zone}")
    path.write_text(text)

    kept = read(ics, path)

    by_start = sorted((row["starts_at"], row["status"]) for row in kept.sessions)
    assert [status for _at, status in by_start] == [
        "confirmed",
        "cancelled",
        "confirmed",
    ]
    assert kept.rejected == []


def test_a_refused_exclusion_is_named_and_only_its_date_falls(folder: Path):
    event = ["UID:s", "DTSTAMP:20260201T000000Z", "DTSTART:20260302T090000Z"]
    event += ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20260303T090000Z,20260345T090000Z"]
    event += ["EXDATE;TZID=Nowhere:20260304T090000", "EXDATE;VALUE=DATE:20260305"]
    path = folder / "refused.ics"
    path.write_text(calendar([event]))

    kept = read(ics, path)

    assert kept.rejected == [("calendar.event", "$.EXDATE")] * 2
    days = {row["starts_at"].day: row["status"] for row in kept.sessions}
    assert days == {2: "confirmed", 3: "cancelled", 4: "confirmed", 5: "cancelled"}


def google_event(name: str, start: str, updated: str, **more: Any) -> dict[str, Any]:
    times = {"start": {"dateTime": start}, "end": {"dateTime": start}}
    return {"id": name, "iCalUID": name, "updated": updated} | times | more


def graph_event(name: str, start: str, updated: str, **more: Any) -> dict[str, Any]:
    times = {
        part: {"dateTime": start.removesuffix("Z"), "timeZone": "UTC"}
        for part in ("start", "end")
    }
    return {"iCalUId": name, "lastModifiedDateTime": updated} | times | more


APIS = [
    pytest.param(google, "items", google_event, id="google"),
    pytest.param(graph, "value", graph_event, id="graph"),
]


@pytest.mark.parametrize(("module", "name", "event"), APIS)
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)
@given(data=st.data())
def test_the_order_of_events_in_an_answer_changes_nothing(
    folder: Path, module: Any, name: str, event: Callable[..., Any], data: st.DataObject
):
    made = st.builds(
        event,
        st.sampled_from("ab"),
        st.sampled_from(("2026-03-10T09:00:00Z", "2026-03-11T09:00:00Z")),
        st.sampled_from(("2026-02-10T09:00:00Z", "2026-02-11T09:00:00Z")),
        sequence=st.integers(0, 2),
        summary=st.sampled_from("xy"),
        subject=st.sampled_from("xy"),
    )
    items = data.draw(st.lists(made, min_size=1, max_size=5))
    path = folder / f"{name}.json"
    found = []
    for order in (items, data.draw(st.permutations(items))):
        path.write_text(json.dumps({name: order}))
        found.append(read(module, path).content)
    assert found[0] == found[1]
    rows = found[0][0]["planned_sessions"]
    key = "iCalUID" if name == "items" else "iCalUId"
    starts = [item["start"]["dateTime"].removesuffix("Z") for item in items]
    events_in_it = set(zip([item[key] for item in items], starts, strict=True))
    assert len(rows) == len(events_in_it)


@pytest.mark.parametrize(("module", "name", "event"), APIS)
def test_an_event_that_a_later_answer_moves_stays_one(
    folder: Path, module: Any, name: str, event: Callable[..., Any]
):
    before = event("a", "2026-03-10T09:00:00Z", "2026-02-10T09:00:00Z")
    after = event("a", "2026-03-11T09:00:00Z", "2026-02-11T09:00:00Z")
    twin = event("a", "2026-03-11T09:00:00Z", "2026-02-10T09:00:00Z")
    path = folder / "moved.json"
    ids = []
    for second in (after, twin):
        path.write_text(json.dumps([{name: [before]}, {name: [second]}]))
        kept = read(module, path)
        ids.append(len({row["planned_session_id"] for row in kept.sessions}))
    assert ids == [1, 2]


@pytest.mark.parametrize(("module", "name", "event"), APIS)
def test_a_replaced_occurrence_of_an_answer_is_cancelled(
    folder: Path, module: Any, name: str, event: Callable[..., Any]
):
    shared = {
        "recurringEventId": "s",
        "seriesMasterId": "s",
        "type": "exception",
        "originalStartTime": {"dateTime": "2026-03-10T09:00:00Z"},
        "originalStart": "2026-03-10T09:00:00Z",
    }
    stamp = "2026-02-10T09:00:00Z"
    whole_day = event("a", "2026-03-10T09:00:00Z", stamp, **shared)
    whole_day |= {"isAllDay": True}
    if name == "items":
        whole_day |= {"start": {"date": "2026-03-10"}, "end": {"date": "2026-03-11"}}
    unreadable = event("b", "soon", stamp, **shared)
    path = folder / "gone.json"
    for item, is_unreadable in ((whole_day, None), (unreadable, True)):
        path.write_text(json.dumps({name: [item]}))
        (row,) = read(module, path).sessions
        assert row["status"] == "cancelled"
        assert str(row["starts_at"]) == "2026-03-10 09:00:00"
        assert row["has_unreadable_replacement"] is is_unreadable


def test_a_calendar_without_sessions_says_so(folder: Path):
    path = folder / "days.ics"
    for number in (0, 1, 2):
        day = ["DTSTAMP:20260201T000000Z", "DTSTART;VALUE=DATE:20260302"]
        path.write_text(calendar([[f"UID:{n}", *day] for n in range(number)]))
        kept = read(ics, path)
        assert kept.tables == {}
        assert kept.rejected == []
        (note,) = kept.notes
        text = {0: "it holds no session", 1: "its 1 event lasts a whole day"}
        assert text.get(number, "its 2 events last whole days") in note


@pytest.mark.parametrize(
    "length", ["DURATION:PT2H", "DTEND;TZID=Europe/Rome:20260408T130000"]
)
def test_a_change_of_this_and_following_changes_the_length_of_later_ones(
    folder: Path, length: str
):
    stamp, zone = "DTSTAMP:20260101T000000Z", "TZID=Europe/Rome"
    series = ["UID:a", stamp, f"DTSTART;{zone}:20260406T090000", "DURATION:PT1H"]
    change = ["UID:a", stamp, f"DTSTART;{zone}:20260408T110000", length]
    change.append(f"RECURRENCE-ID;RANGE=THISANDFUTURE;{zone}:20260408T090000")
    path = folder / "longer.ics"
    path.write_text(calendar([[*series, "RRULE:FREQ=DAILY;COUNT=5"], change]))
    rows = sorted(read(ics, path).sessions, key=lambda row: row["starts_at"])
    printed = [(f"{r['starts_at']:%d %H}", f"{r['ends_at']:%H}") for r in rows]
    early = [("06 07", "08"), ("07 07", "08")]
    assert printed == [*early, ("08 09", "11"), ("09 09", "11"), ("10 09", "11")]


def test_of_a_file_that_is_cut_off_the_complete_events_land(folder: Path):
    times = ["DTSTAMP:20260201T000000Z", "DURATION:PT1H"]
    alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"]
    folded = ["DESCRIPTION:to\r\n END:VEVENT", *alarm]
    text = calendar(
        [[f"UID:{n}", *times, f"DTSTART:{STARTS[n]}", *folded] for n in range(3)]
    )
    path = folder / "cut.ics"
    names = ("VCALENDAR", "VEVENT", "VALARM")
    for length in range(len("BEGIN:VCALENDAR"), text.index("END:VCALENDAR")):
        part = text[:length]
        keyword, colon, name = part.rpartition("\r\n")[2].partition(":")
        if colon and keyword in ("BEGIN", "END") and name not in names:
            continue  # cut off in the name of a component
        path.write_bytes(part.encode())
        complete = part.count("\r\nEND:VEVENT")
        if not complete:
            with pytest.raises(DamagedFile, match="cut off"):
                read(ics, path)
            continue
        kept = read(ics, path)
        assert [row["series_id"] for row in kept.sessions] == list("012")[:complete]
        is_in_event = part.count("BEGIN:VEVENT") > complete
        assert kept.rejected == [("calendar.cut_off", "$")] * is_in_event
        assert "the file is cut off" in kept.notes[0]


@pytest.mark.parametrize(
    ("content", "connector"),
    [
        (
            graph_event("", "2026-03-10T09:00:00.0000000", "") | {"subject": "x"},
            "graph",
        ),
        ({"value": [graph_event("", "2026-03-10T09:00:00", "")]}, "graph"),
        (
            {
                "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#"
                "users('x')/events(start)/$entity",
                "start": {"dateTime": "2026-03-10T09:00:00", "timeZone": "UTC"},
            },
            "graph",
        ),
        ({"id": "e", "kind": "calendar#event"}, "google"),
        (
            {
                "recurringEventId": "s",
                "start": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "UTC"},
            },
            "google",
        ),
    ],
)
def test_parts_of_events_are_recognised(
    tmp_path: Path, content: dict[str, Any], connector: str
):
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(content))
    assert inspect_one(path).connector == f"{connector}_calendar"


def test_another_answer_with_a_start_is_no_event(tmp_path: Path):
    path = tmp_path / "answer.json"
    times = {"dateTime": "2026-03-10T09:00:00", "timeZone": "UTC"}
    path.write_text(json.dumps({"startTime": times, "subject": "x"}))
    assert graph.recognise(path, path.read_bytes()) is None


def test_an_event_without_a_title_has_no_key_of_a_title(folder: Path):
    path = folder / "untitled.ics"
    event = ["DTSTAMP:20260201T000000Z", f"DTSTART:{STARTS[0]}"]
    path.write_text(calendar([["UID:a", *event], ["UID:b", *event, "SUMMARY: "]]))
    assert [row["title_key"] for row in read(ics, path).sessions] == [None, None]
    answer = folder / "untitled.json"
    for module, make in ((google, google_event), (graph, graph_event)):
        content = make("e", "2026-03-10T09:00:00", "2026-02-01T00:00:00Z")
        content |= {"summary": " ", "subject": " "}
        answer.write_text(json.dumps(content))
        options = {"tz": "UTC"}
        assert [r["title_key"] for r in read(module, answer, **options).sessions] == [
            None
        ]


def test_a_calendar_whose_events_are_rejected_is_not_said_to_hold_none(folder: Path):
    path = folder / "backwards.ics"
    times = [f"DTSTART:{STARTS[1]}", f"DTEND:{STARTS[0]}"]
    path.write_text(calendar([["UID:a", "DTSTAMP:20260201T000000Z", *times]]))
    kept = read(ics, path)
    assert kept.rejected == [("calendar.event", "$.DTEND")]
    assert kept.notes == []


def test_an_unknown_zone_and_an_excluded_change_are_noted(folder: Path):
    path = folder / "assumed.ics"
    stamp = "DTSTAMP:20260201T000000Z"
    series = ["UID:a", stamp, f"DTSTART:{STARTS[0]}", "RRULE:FREQ=DAILY;COUNT=3"]
    change = ["UID:a", stamp, f"RECURRENCE-ID:{STARTS[1]}", f"DTSTART:{STARTS[2]}"]
    unknown = ["UID:b", stamp, "DTSTART;TZID=Nowhere/Land:20260310T090000"]
    path.write_text(calendar([[*series, f"EXDATE:{STARTS[1]}"], change, unknown]))
    assert read(ics, path, tz="Europe/Rome").notes == [
        "zones that are not known, read as Europe/Rome: Nowhere/Land",
        "occurrences both changed and excluded, kept cancelled: 1",
    ]
    path.write_text(calendar([series, change]))
    assert read(ics, path, tz="Europe/Rome").notes == []
