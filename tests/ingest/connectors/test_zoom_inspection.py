"""What `tandem inspect` reports for each variant of Zoom's files."""

from pathlib import Path

import pytest

from ingest.inspection.recognition import inspect_one

FIXTURES = Path(__file__).parents[1] / "fixtures" / "zoom"
# case, file: connector, variant, encoding, delimiter, locale, part of the reason
VARIANTS = {
    "p03_minutes_rounded_up_twice_for_one_minute/participants_85218486288.csv": (
        ("zoom", "participants", "utf-8", ",", "en", "by their text")
    ),
    "p02_pieces_that_sum_to_more_than_the_meeting/participants_85218486288.csv": (
        ("zoom", "participants-with-meeting", "utf-8-sig", ",", "en", "headings")
    ),
    "p11_code_page_and_semicolons_of_a_spreadsheet/participants_85218486288.csv": (
        ("zoom", "participants-with-meeting", "cp1250", ";", "en", "headings")
    ),
    "p11_utf16_big_endian_without_a_mark/participants_85218486288.csv": (
        ("zoom", "participants", "utf-16-be", ";", "en", "headings")
    ),
    "p12_utf16_little_endian_with_tabs/participants_85218486288.csv": (
        ("zoom", "participants", "utf-16", "\t", "en", "headings")
    ),
    "unique_users_without_a_day_are_refused/participants_85218486288.csv": (
        ("zoom", "participants-unique", "utf-8", ",", "en", "headings")
    ),
    "unique_users_with_meeting_block_are_claims_without_connections/export.csv": (
        ("zoom", "participants-unique-with-meeting", "utf-8-sig", ",", "en", "headings")
    ),
    "p15_duplicate_columns_and_two_instances_of_one_number/meetinglist_details.csv": (
        ("zoom", "usage", "utf-8-sig", ",", "en", "headings")
    ),
    "p13_japanese_headings_without_seconds/participants_85218486288.csv": (
        ("zoom", "participants", "utf-8-sig", ",", "ja", "by their text")
    ),
    "p13_german_headings_dots_and_semicolons/teilnehmer_85218486288.csv": (
        ("zoom", "participants-with-meeting", "utf-8-sig", ";", "de", "headings")
    ),
    "p13_unlisted_language_is_read_by_its_layout/participants_85218486288.csv": (
        ("zoom", "participants", "utf-8-sig", ",", None, "by their layout")
    ),
    "webinar_sections_no_shows_and_rejoins/attendee_328972509.csv": (
        ("zoom_webinar", "webinar-attendee", "utf-8-sig", ",", "en", "sections")
    ),
    "registration_report_of_a_webinar/registration_report.csv": (
        ("zoom_webinar", "registration", "utf-8-sig", ",", "en", "sections")
    ),
    "p16_poll_rows_ragged_multi_line_and_interleaved/pollreport_94502073867.csv": (
        ("zoom_polls", "polls", "utf-8-sig", ",", "en", "polls")
    ),
    "questions_with_times_and_answerers/qa_report.csv": (
        ("zoom_polls", "questions", "utf-8-sig", ",", "en", "questions")
    ),
    "chat_of_a_recording_with_many_lines/"
    "GMT20260316-100001_Recording_85218486288.txt": (
        ("zoom_chat", "chat-recording", "utf-8-sig", "\t", None, "an offset")
    ),
    "chat_on_a_wall_clock_without_a_day_is_refused/meeting_saved_chat.txt": (
        ("zoom_chat", "chat-clock", "utf-8", None, None, "a time of day")
    ),
    "transcript_lands_no_text_and_by_default_no_speaking_time/"
    "GMT20260316-100001_Recording.transcript.vtt": (
        ("zoom_transcript", "transcript", "utf-8", None, None, "names before a colon")
    ),
    "p37_captions_without_speakers_negative_offset/"
    "GMT20260316-100001_Recording_85218486288.cc.vtt": (
        ("zoom_transcript", "captions", "utf-8", None, None, "no speakers")
    ),
    "api_participants_in_pages_one_saved_twice/85218486288_participants.json": (
        ("zoom_api", "api-participants", "utf-8", None, None, "join_time")
    ),
    "p19_account_without_address_is_bound_by_another_row/participants.ndjson": (
        ("zoom_api", "api-participants", "utf-8", None, None, "participants")
    ),
    "api_polls_with_several_answers_and_anonymous/polls.json": (
        ("zoom_api", "api-polls", "utf-8", None, None, "question_details")
    ),
    "api_questions_answered_live_and_in_writing/qa.json": (
        ("zoom_api", "api-questions", "utf-8", None, None, "answer_details")
    ),
    "p35_quality_in_strings_with_units_no_person_named/qos.json": (
        ("zoom_api", "api-quality", "utf-8", None, None, "user_qos")
    ),
    "recordings_are_as_long_as_their_files_not_as_reported/recordings.json": (
        ("zoom_api", "api-recordings", "utf-8", None, None, "recording_files")
    ),
    "registered_and_absent_by_the_api/past_webinars_91122233344_absentees.json": (
        ("zoom_api", "api-registrants", "utf-8", None, None, "registrants")
    ),
    "webhooks_unverified_waiting_room_breakouts_and_a_leave_without_time/"
    "hooks.ndjson": (
        ("zoom_webhooks", "webhooks-unverified", "utf-8", None, None, "unverified")
    ),
}


@pytest.mark.parametrize("given", VARIANTS, ids=lambda name: name.split("/")[0])
def test_inspection_reports_each_variant_and_its_reason(given: str, monkeypatch):
    monkeypatch.delenv("TANDEM_ZOOM_WEBHOOK_SECRET", raising=False)
    case, name = given.split("/", 1)
    found = inspect_one(FIXTURES / case / "given" / name)
    *wanted, word = VARIANTS[given]
    shown = [found.connector, found.variant, found.encoding, found.delimiter]
    assert [*shown, found.locale] == wanted
    assert found.source == "zoom"
    assert word in found.reason


def test_every_fixture_is_recognised_as_a_file_of_zoom():
    files = [file for file in FIXTURES.glob("*/given/**/*") if file.is_file()]
    assert len(files) > 50
    assert {inspect_one(file).source for file in files} == {"zoom"}
