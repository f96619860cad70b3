"""The review pack page: which slides can be made and why, commentary and decisions."""

import io
import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import formats, reader, sign_in
from dashboards.components import review_files
from dashboards.presenters import review_pack
from dashboards.review_pack import assembly, writing
from dashboards.review_pack.blocks import PackNotBuilt
from dashboards.review_pack.gathering import Request
from tandem.core import journal
from tandem.core.access_log import read_accesses
from tandem.core.files import Home, replace_text
from tandem.core.readers import EVERY_UNIT, Reader
from tandem.core.restatements import restatements
from tandem.core.roles import LEADER
from tandem.core.wording import render
from tests.dashboards.opened import Open, html_on
from tests.dashboards.review_pack import frozen
from tests.dashboards.review_pack.frozen import mark_frozen, note

QUARTER = "2026-Q1"
PAGE = "review_pack"


def state_of(test: AppTest, number: str) -> tuple[str, str]:
    """Return state and reason of a slide as the page shows them."""
    for item in html_on(test).split("<li ")[1:]:
        if render(f"review.slide.{number}") in item:
            state = next(s for s in review_pack.MARKS if f"td-is-{s}" in item)
            assert render(f"review.state.{state}") in item
            return state, item.split("<p>")[1].split("</p>")[0]
    raise AssertionError(f"no slide {number}")


def test_the_page_lists_eight_slides_and_the_annex_with_reasons(open_page: Open):
    test = open_page()
    assert list(test.exception) == []
    for number in (*"12345678", "a"):
        _, reason = state_of(test, number)
        assert reason


def test_without_a_published_step_the_slide_on_blends_is_left_out(open_page: Open):
    state, reason = state_of(open_page(change="delete from pub.blended_steps"), "5")
    assert (state, reason) == ("left_out", render("review.why.no_blend"))


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ({"shown": 3}, "ready"),
        ({"shown": 2, "hidden": 1}, "with_care"),
        ({"hidden": 3}, "left_out"),
    ],
)
def test_hidden_steps_of_blends_are_said(found: dict[str, int], state: str):
    assert review_pack.handoffs(found)[0] == state


def labels_on(test: AppTest) -> list[str]:
    return [button.label for button in test.button]


def test_a_quarter_that_is_not_frozen_says_how_to_freeze_it(open_page: Open):
    test = open_page()
    assert render("review.files.build") not in labels_on(test)
    said = render("review.files.not_frozen", quarter="Q1 2026", label=QUARTER)
    assert said in [each.value for each in test.markdown]


def build(open_page: Open, home: Home, **chosen: str) -> AppTest:
    """Freeze the quarter, press the button for a web page, and return the page."""
    open_page()
    mark_frozen(home, QUARTER)
    test = open_page(None, **chosen)
    groups = {group.key: group for group in test.get("button_group")}
    groups["review_formats"].set_value(["html"])
    button = next(b for b in test.button if b.label == render("review.files.build"))
    return button.click().run()


def files_in(test: AppTest) -> dict[str, bytes]:
    content = io.BytesIO(test.session_state[review_files.BUILT].content)
    with zipfile.ZipFile(content) as kept:
        return {name: kept.read(name) for name in kept.namelist()}


def test_a_frozen_quarter_is_built_and_written_down(open_page: Open, home: Home):
    test = build(open_page, home)
    assert [each.value for each in test.error] == []
    assert render("review.files.done", snapshot="a1") in [s.value for s in test.success]
    names = [f"review-{QUARTER}-en.html", f"review-{QUARTER}-en.manifest.json"]
    assert sorted(files_in(test)) == names
    (newest, *_) = read_accesses(home.access_log, 1)
    assert (newest["kind"], QUARTER in newest["what"]) == ("export", True)


def test_a_pack_that_fails_names_the_page_and_offers_nothing(
    open_page: Open, home: Home, monkeypatch: pytest.MonkeyPatch
):
    def broken(_pack: object, _path: Path) -> None:
        raise PackNotBuilt("nothing is drawn", "page 5, Where", "report this")

    monkeypatch.setitem(writing.WRITERS, "html", broken)
    test = build(open_page, home)
    (error,) = test.error
    assert "page 5" in error.value
    assert review_files.BUILT not in test.session_state


def test_a_pack_of_one_unit_is_not_offered_under_another(open_page: Open, home: Home):
    test = build(open_page, home, audience="Sales")
    assert f"review-{QUARTER}-sales-en.html" in files_in(test)
    test.selectbox(key="audience").set_value("all").run()
    assert test.success == []


def test_slides_with_some_of_their_numbers_need_care(open_page: Open):
    state, reason = state_of(open_page(), "2")
    assert state == "with_care"
    assert "2 of 5 numbers of this slide" in reason
    assert "Cost of one completion: not measured" in reason


def test_where_the_numbers_are_hidden_the_slides_are_left_out(open_page: Open):
    test = open_page("hidden")
    assert state_of(test, "2") == ("left_out", render("review.why.no_numbers"))


def test_one_mode_leaves_the_comparison_out(open_page: Open):
    assert state_of(open_page("one_mode"), "3")[0] == "left_out"


def test_comparisons_that_need_care_make_the_slide_need_care(open_page: Open):
    state, reason = state_of(open_page(), "3")
    assert state == "with_care"
    assert "needs care" in reason


def test_a_unit_has_the_comparisons_of_the_whole_organisation(open_page: Open):
    test = open_page()
    whole = state_of(test, "3")
    test.selectbox(key="audience").set_value("Sales").run()
    assert state_of(test, "3") == whole
    assert test.query_params["audience"] in ("Sales", ["Sales"])


def test_commentary_is_kept_per_quarter(open_page: Open, home: Home):
    test = open_page()
    test.text_area(key=f"commentary_text_{QUARTER}").input("Sessions were full.")
    test.button[0].click().run()
    (entry,) = journal.read(home.journal, "review_commentary")
    assert (entry["subject"], entry["payload"]["text"]) == (
        QUARTER,
        "Sessions were full.",
    )
    assert render("review.saved_now") in [s.value for s in test.success]
    test.selectbox(key="review").set_value("2025-Q1").run()
    assert test.text_area(key="commentary_text_2025-Q1").value == ""
    assert render("review.commentary_none") in [c.value for c in test.caption]


def test_commentary_that_names_a_person_is_not_kept(open_page: Open, home: Home):
    test = open_page()
    test.text_area(key=f"commentary_text_{QUARTER}").input("ask ana@corp.example")
    test.button[0].click().run()
    assert render("journal.refused.person") in [error.value for error in test.error]
    assert journal.read(home.journal, "review_commentary") == []


def keep_decision(test: AppTest, text: str, status: str, which: str = "new") -> None:
    test.selectbox(key=f"which_{QUARTER}").set_value(which).run()
    area = next(a for a in test.text_area if "_text_" in a.key and which in a.key)
    area.input(text)
    state = next(s for s in test.selectbox if s.key.startswith(f"status_{QUARTER}"))
    state.set_value(status)
    next(
        b for b in test.button if b.proto.form_id.startswith(f"decision_{QUARTER}")
    ).click().run()


def test_a_decision_is_kept_changed_and_withdrawn(open_page: Open, home: Home):
    test = open_page()
    assert state_of(test, "1")[0] == "with_care"  # proposed, none kept
    keep_decision(test, "Keep leadership live", "open")
    assert "Keep leadership live" in html_on(test)
    assert "Not decided yet" in html_on(test)
    assert state_of(test, "1") == (
        "ready",
        render("review.why.decisions.one", open=1),
    )
    keep_decision(test, "Keep leadership live", "decided", f"{QUARTER}/1")
    assert "Decided ·" in html_on(test)
    keep_decision(test, "Keep leadership live", "withdrawn", f"{QUARTER}/1")
    assert "Keep leadership live" not in html_on(test)
    kept = journal.read(home.journal, "review_decision")
    assert [entry["payload"]["status"] for entry in kept] == [
        "open",
        "decided",
        "withdrawn",
    ]
    assert {entry["subject"] for entry in kept} == {f"{QUARTER}/1"}
    assert all(entry["payload"]["due"] for entry in kept)


def about_of(entry: dict[str, Any]) -> dict[str, str]:
    return {name: entry["payload"][name] for name in review_pack.CONCERNS}


def test_a_kept_decision_says_which_figure_it_is_about(open_page: Open, home: Home):
    test = open_page()
    keep_decision(test, "Prefer live for leadership", "decided", "proposed:rule:1")
    keep_decision(test, "Buy chairs", "open")
    keep_decision(test, "Prefer live for leadership", "done", f"{QUARTER}/1")
    decided, chairs, done = journal.read(home.journal, "review_decision")
    about = {
        "kpi_id": "completion_rate",
        "programme_id": "",
        "outcome_category": "leadership",
        "mode_a": "sync",
        "mode_b": "async",
    }
    assert about_of(decided) == about_of(done) == about
    assert about_of(chairs) == dict.fromkeys(review_pack.CONCERNS, "")
    assert "Done ·" in html_on(test)


def test_a_decision_from_before_it_named_a_figure_is_changed(
    open_page: Open, home: Home
):
    payload = {
        "quarter": QUARTER,
        "decision": "Keep leadership live",
        "status": "open",
        "owner_role": "leader",
        "due": "2026-06-30",
    }
    entry = journal.Entry("leader", "review_decision", f"{QUARTER}/1", payload, "")
    journal.append(home.journal, [entry], datetime(2026, 4, 3, tzinfo=UTC))
    test = open_page()
    keep_decision(test, "Keep leadership live", "done", f"{QUARTER}/1")
    newest = journal.read(home.journal, "review_decision")[-1]
    assert newest["payload"]["status"] == "done"
    assert about_of(newest) == dict.fromkeys(review_pack.CONCERNS, "")


def test_a_role_that_may_not_write_reads_only(open_page: Open):
    test = open_page(roles=("analyst",))
    assert list(test.exception) == []
    assert list(test.text_area) == []
    assert render("review.decisions_none") in [m.value for m in test.markdown]


def test_frozen_quarters_are_listed_with_their_snapshots(open_page: Open, home: Home):
    for snapshot_id, restates in (("a1", None), ("gone", "a1")):
        entry = journal.Entry(
            "publisher",
            "frozen_quarter",
            QUARTER,
            {"snapshot_id": snapshot_id, "restates": restates},
            "corrected roster" if restates else "",
        )
        journal.append(home.journal, [entry], datetime(2026, 4, 3, tzinfo=UTC))
    mark = home.snapshot_folder("a1") / "frozen"
    replace_text(mark, json.dumps({QUARTER: {"last_journal_entry": 1}}))
    test = open_page()
    words = html_on(test)
    one = {"quarter": "Q1 2026", "day": "3 Apr 2026", "role": "publisher"}
    assert render("review.frozen_one", snapshot="a1", **one) in words
    assert render("review.frozen_gone", snapshot="gone", **one) in words
    assert "corrected roster" in words


def test_before_the_first_freezing_the_page_names_the_command(open_page: Open):
    assert render("review.frozen_none") in [m.value for m in open_page().markdown]


def test_a_damaged_journal_gives_a_page_that_says_what_to_do(
    open_page: Open, home: Home
):
    home.root.mkdir(parents=True, exist_ok=True)
    home.journal.write_bytes(b"no database" * 200)
    test = open_page()
    assert list(test.exception) == []
    assert render("page.broken.title") in [header.value for header in test.header]


@pytest.mark.parametrize("unit", [EVERY_UNIT, "Sales"])
def test_a_reader_of_one_unit_reads_no_text_that_names_another(
    open_page: Open, home: Home, monkeypatch: pytest.MonkeyPatch, unit: str
):
    signed_in = Reader((LEADER,), unit)
    monkeypatch.setattr(sign_in, "admit", lambda _: reader.keep(signed_in))
    frozen.keep_decision(home, "Keep Sales live", 1)
    frozen.keep_decision(home, "Close OPERATIONS courses", 2)
    note(home, "review_commentary", QUARTER, {"text": "Operations\nwas late."})
    test = open_page()
    typed = "".join(str(area.value) for area in test.text_area)
    offered = "".join(test.selectbox(key=f"which_{QUARTER}").options)
    seen = html_on(test) + typed + offered
    is_open = unit == EVERY_UNIT
    assert "Keep Sales live" in html_on(test)
    assert ("Operations" in typed, "OPERATIONS" in seen) == (is_open, is_open)
    closed = render("review.commentary_closed") in [m.value for m in test.markdown]
    assert closed is not is_open
    assert (f"commentary_text_{QUARTER}" in [a.key for a in test.text_area]) is is_open


def test_a_kept_quarter_that_a_relabel_restates_says_so(open_page: Open, home: Home):
    open_page()
    now, kept = (home.snapshot_folder(name) for name in ("a1", "kept"))
    shutil.copytree(now, kept)
    with duckdb.connect(str(kept / "dashboard.duckdb")) as connection:
        ((programme, after),) = connection.execute(
            "select programme_id, outcome_category from pub.programmes"
            " where outcome_category <> 'unclassified' order by all limit 1"
        ).fetchall()
        connection.execute(
            "update pub.programmes set outcome_category = 'unclassified'"
            f" where programme_id = '{programme}'"
        )
        connection.execute(
            "update pub.kpi_cells set value = value + 0.1 where state = 'shown'"
            f" and cube = 'all' and period_label = '{QUARTER}'"
        )
    frozen = {"snapshot_id": "kept", "restates": None}
    entries = [journal.Entry("publisher", "frozen_quarter", QUARTER, frozen, "")]
    at = datetime(2026, 4, 3, tzinfo=UTC)
    journal.append(home.journal, entries, at)
    assert programme not in html_on(open_page(None))
    corrected = {"outcome_category": after}
    entry = journal.Entry("analyst", "programme_category", programme, corrected, "")
    journal.append(home.journal, [entry], at)
    words = html_on(open_page(None))
    (one,) = restatements(home)
    assert one.changed_count > 0
    start, _, end = render(
        "review.restated",
        changed=formats.count(one.changed_count),
        count=formats.count(one.figure_count),
        labels="LABELS",
    ).partition("LABELS")
    assert start in words
    assert end in words
    assert programme in words


def test_a_dismissed_decision_is_not_counted_on_the_page_or_in_the_pack(
    open_page: Open, home: Home
):
    whole = state_of(open_page(), "1")
    path = home.snapshot_folder("a1") / "dashboard.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        keys = connection.execute("select decision_key from pub.decisions").fetchall()
    for (key,) in keys:
        note(home, "decision_dismissed", key, {"is_dismissed": True}, "not needed")
    mark_frozen(home, QUARTER)
    assert whole[0] == "with_care"
    assert state_of(open_page(None), "1") == (
        "left_out",
        render("review.why.no_decision"),
    )
    pack = assembly.pack(home, Request(QUARTER))
    assert "1" in [slide.number for slide in pack.left_out]


def kept_decision(quarter: str, status: str, due: str) -> journal.Entry:
    payload = {
        **dict.fromkeys(review_pack.CONCERNS, ""),
        "quarter": quarter,
        "decision": f"Decide about {quarter}.",
        "status": status,
        "owner_role": "Learning operations",
        "due": due,
    }
    return journal.Entry("leader", "review_decision", f"{quarter}/1", payload, "")


def test_an_old_decision_that_is_still_open_stays_within_reach(
    open_page: Open, home: Home
):
    open_page()
    old = [
        kept_decision("2022-Q3", "open", "2023-01-31"),
        kept_decision("2023-Q1", "open", "2099-01-31"),
        kept_decision("2023-Q2", "done", "2023-01-31"),
        kept_decision(QUARTER, "open", "2026-06-30"),
    ]
    journal.append(home.journal, old, datetime(2026, 5, 2, tzinfo=UTC))
    test = open_page(None)
    said = html_on(test)
    assert "2 decisions of other quarters are still open" in said
    assert "Q3 2022 · Learning operations · was due 31 Jan 2023" in said
    assert "Q1 2023 · Learning operations · due 31 Jan 2099" in said
    assert said.index("Decide about 2022-Q3.") < said.index("Decide about 2023-Q1.")
    assert "Decide about 2023-Q2." not in said
    glance = html_on(open_page(None, "at_a_glance"))
    assert "3 decisions of reviews are still open." in glance


def test_an_old_decision_keeps_its_quarter_when_it_is_changed(
    open_page: Open, home: Home
):
    open_page()
    journal.append(
        home.journal,
        [kept_decision("2022-Q3", "open", "2023-01-31")],
        datetime(2026, 5, 2, tzinfo=UTC),
    )
    test = open_page(None)
    test.selectbox(key=f"which_{QUARTER}").set_value("2022-Q3/1").run()
    test.selectbox(key=f"status_{QUARTER}_2022-Q3/1_0").set_value("done")
    saved = [b for b in test.button if b.label == render("review.save")]
    saved[-1].click().run()
    assert list(test.exception) == []
    newest = journal.read(home.journal, "review_decision")[-1]
    assert newest["subject"] == "2022-Q3/1"
    assert (newest["payload"]["quarter"], newest["payload"]["status"]) == (
        "2022-Q3",
        "done",
    )
    assert "still open" not in html_on(open_page(None))
