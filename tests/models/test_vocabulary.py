"""The marts that follow from statements of each vocabulary.

The files are those of tests/ingest/fixtures/xapi_file, their accounts replaced by
addresses, so that a roster by e-mail knows the people.
"""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.main import app
from tandem.cli.modelling import build
from tandem.core.errors import WrongUse
from tandem.core.files import Home, project_root
from tandem.core.settings import Settings

FIXTURES = project_root() / "tests" / "ingest" / "fixtures" / "xapi_file"
CALIBRATED = "https://vr.riverbank.example/verbs/calibrated"
REHEARSED = "https://vr.riverbank.example/verbs/rehearsed"
RIG = "https://vr.riverbank.example/types/rig"
NOT_SATISFIED = {"flow-01", "flow-12", "flow-15", "flow-17"}
FLOWS = [f"flow-{number:02d}" for number in (1, *range(3, 20))]
VIDEO = "https://media.riverbank.example/videos/knife-handling"
QUIZ = "https://learn.riverbank.example/wp-admin/admin-ajax.php?action=h5p_embed&id=12"
XBLOCK = "https://courses.riverbank.example/xblock/block-v1:RB+FOOD+2026+type@"
WORKSHOP = "https://moodle.riverbank.example/mod/facetoface/view.php?id=50"
COURSE = "https://courses.riverbank.example/course/course-v1:RB+FOOD+2026"

Ask = Callable[[str], list[tuple]]


def table(path: Path, header: str, rows: list[tuple]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def statements(case: str) -> list[dict[str, Any]]:
    (path,) = (FIXTURES / case / "given").iterdir()
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in text.splitlines()]
    found = json.loads(text)
    return found["statements"] if isinstance(found, dict) else found


def addressed(case: str, folder: Path) -> Path:
    """Write a case with its accounts replaced by e-mail addresses."""
    path = folder / f"{case}.ndjson"
    with path.open("w", encoding="utf-8") as file:
        for statement in statements(case):
            account = statement["actor"].get("account")
            if account:
                name = account["name"] if case.startswith("cmi5") else case
                statement["actor"] = {"mbox": f"mailto:{name}@riverbank.example"}
            file.write(json.dumps(statement) + "\n")
    return path


def rehearsal() -> dict[str, Any]:
    statement = statements("unknown_words")[0]
    new = {"id": "6b1c9f4e-0000-4000-8000-000000000001", "verb": {"id": REHEARSED}}
    return statement | new


@pytest.fixture(scope="module")
def vocabulary_home(
    tmp_path_factory: pytest.TempPathFactory, parsed_project: None
) -> Home:
    """Every vocabulary's file landed with a roster, and built once."""
    folder = tmp_path_factory.mktemp("vocabulary")
    home = Home(folder / "home")
    people = [*FLOWS, "flow-waived", "mona", "ravi"]
    people += ["h5p_question_set", "open_edx_event_routing"]
    given = [
        table(
            folder / "programmes.csv",
            "programme_id,default_delivery_mode,horizon_days",
            [("P", "async", 30), ("L", "sync", 30)],
        ),
        table(
            folder / "activities.csv",
            "activity_id,programme_id,role",
            [
                *[
                    (f"https://lms.riverbank.example/au/{flow[5:]}", "P", "programme")
                    for flow in [*FLOWS, "flow-waived"]
                ],
                (VIDEO, "P", "unit"),
                (f"{VIDEO}-audio", "P", "unit"),
                (f"{XBLOCK}video+block@0b9e39477c", "P", "unit"),
                (QUIZ, "P", "assessment"),
                (f"{XBLOCK}problem+block@3fc5461f", "P", "assessment"),
                (COURSE, "P", "programme"),
            ],
        ),
        table(
            folder / "enrolments.csv",
            "email,programme_id,enrolled_at",
            [(f"{name}@riverbank.example", "P", "2026-01-15") for name in people],
        ),
        table(
            folder / "cohorts.csv",
            "cohort_id,programme_id,delivery_mode",
            [("L1", "L", "sync")],
        ),
        table(folder / "sessions.csv", "join_key,cohort_id", [(WORKSHOP, "L1")]),
        table(
            folder / "people_of_l.d" / "enrolments.csv",
            "email,programme_id,cohort_id,enrolled_at",
            [("moodle_logstore@riverbank.example", "L", "L1", "2026-01-05")],
        ),
        *[addressed(case.name, folder) for case in sorted(FIXTURES.iterdir())],
        folder / "rehearsal.json",
    ]
    given[-1].write_text(json.dumps(rehearsal()), encoding="utf-8")
    reports = ingest(given, home, Settings.load(home), ReadOptions())
    assert [report.error for report in reports if report.error] == []
    written(home, "verbs", f"verb_iri,verb\n{REHEARSED},attempted\n")
    build(home, Settings.load(home))
    return home


@pytest.fixture(scope="module")
def ask(vocabulary_home: Home) -> Ask:
    def answer(query: str) -> list[tuple]:
        with duckdb.connect(
            str(vocabulary_home.warehouse), read_only=True
        ) as connection:
            connection.execute(
                "attach $vault as vault (read_only)",
                {"vault": str(vocabulary_home.vault)},
            )
            return connection.sql(query).fetchall()

    return answer


def written(home: Home, name: str, text: str) -> None:
    folder = home.root / "extensions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def test_the_published_flows_of_cmi5_end_in_the_status_they_document(ask: Ask):
    found = ask(
        """
        select regexp_extract(identifier, 'flow-[a-z0-9]+'), status
        from marts.fct_enrolments
        inner join vault.identifiers on learner_key = actor_key
        where identifier like '%flow-%'
        """
    )
    wanted = dict.fromkeys(FLOWS, "completed")
    wanted |= dict.fromkeys(NOT_SATISFIED, "expired")
    assert dict(found) == wanted | {"flow-waived": "waived"}


def test_each_second_of_a_video_counts_once_for_every_player(ask: Ask):
    found = ask(
        """
        select activity_id, round(watched_seconds, 1), length_seconds, view_count,
            forward_seek_count
        from marts.fct_video_views order by 1
        """
    )
    assert found == [
        (f"{XBLOCK}video+block@0b9e39477c", 70.0, None, 1, 1),
        (VIDEO, 63.8, 120.0, 2, 2),
        (f"{VIDEO}-audio", 30.0, 60.0, 1, 0),
    ]


def test_a_quiz_is_one_attempt_and_its_questions_are_none(ask: Ask):
    found = ask(
        """
        select activity_id, attempt_no, score_scaled, passed
        from marts.fct_activity_attempts order by 1
        """
    )
    assert found == [
        (f"{XBLOCK}problem+block@3fc5461f", 1, 0.5, False),
        (QUIZ, 1, 0.5, False),
    ]


def test_a_course_passed_in_open_edx_has_the_grade_of_an_earlier_statement(ask: Ask):
    found = ask(
        """
        select passed, best_score_scaled from marts.fct_enrolments
        inner join vault.identifiers on learner_key = actor_key
        where identifier like '%open_edx%'
        """
    )
    assert found == [(True, 0.82)]


def test_two_vocabularies_of_a_virtual_classroom_have_the_same_verbs(ask: Ask):
    found = ask(
        """
        select verb, count(*) from intermediate.int_current_statements
        where technical_session_id is not null and object_id like '%rooms/induction%'
        group by verb
        """
    )
    twice = ("joined", "left", "reacted", "unreacted", "shared_screen")
    once = ("initialized", "terminated", "posted", "answered")
    wanted = dict.fromkeys((*twice, "unshared_screen"), 2) | dict.fromkeys(once, 1)
    assert dict(found) == wanted


def test_an_attendance_register_of_moodle_is_attendance_of_its_cohort(ask: Ask):
    found = ask(
        """
        select session_id, cohort_id, attended_seconds, attendance_status
        from marts.fct_session_attendances
        """
    )
    assert found == [(WORKSHOP, "L1", 7200.0, "attended")]


def test_a_person_marked_absent_was_not_active(ask: Ask):
    found = ask(
        """
        select completion, is_learner_initiated
        from intermediate.int_current_statements
        where activity_type = 'http://xapi.jisc.ac.uk/event_timetabled' order by all
        """
    )
    assert found == [(False, False), (True, True), (True, True)]


def test_texts_of_prompts_and_searches_are_stored_nowhere(
    vocabulary_home: Home, ask: Ask
):
    given = json.dumps(statements("ai_tutor_and_search"))
    assert len(re.findall("secretprompt", given)) > 10
    kept = ask("select statement, activity_name, object_id from raw.statements")
    assert len(kept) > 150
    assert "secretprompt" not in str(kept)
    assert b"secretprompt" not in vocabulary_home.vault.read_bytes()


def test_an_unknown_verb_counts_as_other_until_the_organisation_maps_it(
    vocabulary_home: Home, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANDEM_HOME", str(vocabulary_home.root))
    found = ask(
        f"""
        select verb, activity_kind, is_learner_initiated, count(*)
        from intermediate.int_current_statements
        where verb_id in ('{CALIBRATED}', '{REHEARSED}') group by all order by all
        """
    )
    assert found == [
        ("attempted", "other", True, 1),
        ("other", "other", True, 1),
        ("other", None, True, 1),
    ]
    counters = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    assert counters["build"]["unmapped_verbs"] == {CALIBRATED: 2}
    assert counters["build"]["unmapped_activity_types"] == {RIG: 3}
    shown = " ".join(CliRunner().invoke(app, ["status"]).stdout.split())
    assert f"{vocabulary_home.root / 'extensions' / 'verbs.csv'}, a word of" in shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("iri,verb\nhttp://a/b,viewed\n", "there is no column verb_iri"),
        ("verb_iri,verb\nviewed,viewed\n", "'viewed' is not an IRI"),
        ("verb_iri,verb\nhttp://a/b,gazed\n", "nothing is known as 'gazed'"),
        ("verb_iri,verb\nhttp://a/b,voided\n", "nothing is known as 'voided'"),
        ("verb_iri,verb\nhttp://a,viewed\nhttp://a,read\n", "http://a is there twice"),
        ("verb_iri,verb\nhttp://a/b\n", "nothing is known as ''"),
    ],
)
def test_an_own_row_without_meaning_is_refused_with_its_file(
    home: Home, text: str, message: str
):
    written(home, "verbs", text)
    with pytest.raises(WrongUse, match=message) as refused:
        _ = Settings.load(home).vars
    assert "verbs.csv" in refused.value.one_line()


def test_own_rows_in_another_encoding_are_refused(home: Home):
    written(home, "verbs", "")
    path = home.root / "extensions" / "verbs.csv"
    path.write_bytes("verb_iri,verb\nhttp://a/gelöst,viewed\n".encode("latin-1"))
    with pytest.raises(WrongUse, match="not UTF-8"):
        _ = Settings.load(home).vars


def test_own_rows_may_begin_with_a_byte_order_mark_and_hold_blank_lines(home: Home):
    header = "\ufeffactivity_type_iri,activity_kind"
    written(home, "activity_types", f"{header}\n\n{RIG},simulation\n")
    settings = Settings.load(home)
    assert settings.vars["own_activity_types"] == [[RIG, "simulation"]]
    assert settings.vars["own_verbs"] == []
