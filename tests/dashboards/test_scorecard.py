"""The scorecard: evidence of eight questions, and judgements from the journal."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import reader, recording, sign_in
from dashboards.presenters import scorecard as presenter
from tandem.core.readers import EVERY_UNIT, Reader
from tandem.core.roles import LEADER
from tandem.core.wording import render
from tests.dashboards.opened import Open

PAGE = "scorecard"


@pytest.fixture
def page(open_page: Open) -> AppTest:
    return open_page()


def words_on(test: AppTest) -> str:
    assert list(test.exception) == []
    return " ".join(
        str(element.value if hasattr(element, "value") else element.proto.body)
        for kind in ("title", "header", "markdown", "caption", "error", "html")
        for element in test.get(kind)
        if "<style" not in str(element.proto)
    )


def judge(test: AppTest, *, score: str = "4", comment: str, candidate: str = ""):
    test.text_input[0].set_value(candidate)
    test.radio[0].set_value(score)
    test.text_area[0].set_value(comment)
    return test.button(key="FormSubmitter:judgement-Keep the judgement").click().run()


def test_all_eight_questions_stand_with_their_coverage(page: AppTest):
    words = words_on(page)
    for code in presenter.QUESTIONS:
        assert render(f"page.scorecard.question.{code}") in words
    assert "2 of 3 measures have evidence." in words
    assert "1 of 2 measured" in words
    assert "0 of 8 questions are judged." in words


def test_a_measure_has_value_range_base_and_modes(page: AppTest):
    words = words_on(page)
    assert "64%" in words
    assert "likely 63 to 65%" in words
    assert "of 8,900 all of them" in words
    assert "● Live 71% · ■ Self-paced 58% · ◆ Blended 78%" in words


def test_a_measure_without_evidence_states_it(page: AppTest):
    assert render("state.not_measured.label") in words_on(page)


def test_there_is_no_total(page: AppTest):
    assert "No total is calculated" in words_on(page)


def test_a_judgement_is_kept_with_role_date_and_comment(page: AppTest):
    words = words_on(judge(page, comment="Works in every region."))
    (entry,) = recording.entries(presenter.KIND)
    assert (entry["subject"], entry["payload"]["score"]) == ("E1", 4)
    assert "1 of 8 questions is judged." in words
    assert "Works in every region." in words
    assert render("page.scorecard.role.not_signed_in") in words


def test_the_newest_judgement_of_a_question_stands(page: AppTest):
    judge(page, score="2", comment="Too slow.")
    words = words_on(judge(page, score="5", comment="Much better."))
    assert "5 of 5" in words
    assert "Too slow." not in words


def test_a_candidate_stands_beside_ours(page: AppTest):
    words = words_on(judge(page, comment="Tested for a week.", candidate="Vendor A"))
    assert "Vendor A" in words
    assert "0 of 8 questions are judged." in words
    assert "Tested for a week." in words


def test_a_judgement_without_a_comment_is_refused(page: AppTest):
    words = words_on(judge(page, comment=" "))
    assert render("journal.refused.reason") in words
    assert recording.entries(presenter.KIND) == []


def test_a_snapshot_without_page_kpis_says_what_to_do(open_page: Open):
    words = words_on(open_page(change="delete from pub.page_kpis"))
    assert render("page.scorecard.none") in words


@pytest.mark.parametrize("unit", [EVERY_UNIT, "Sales"])
def test_a_reader_of_one_unit_reads_no_judgement_that_names_another(
    page: AppTest, open_page: Open, monkeypatch: pytest.MonkeyPatch, unit: str
):
    judge(page, comment="Operations was late.")
    signed_in = Reader((LEADER,), unit)
    monkeypatch.setattr(sign_in, "admit", lambda _: reader.keep(signed_in))
    words = words_on(open_page(None))
    assert ("Operations was late." in words) is (unit == EVERY_UNIT)
