"""What `tandem inspect` reports for each variant of the files of Teams and Meet."""

from pathlib import Path

import pytest

from ingest.inspection.recognition import inspect_one

FIXTURES = Path(__file__).parents[1] / "fixtures"
# case: connector, variant, encoding, delimiter, locale, needs, part of the reason
VARIANTS = {
    "teams/v1_p06_open_rows_joined_before_and_a_network_switch": (
        ("teams", "attendance-v1", "utf-16", "\t", "en", ("--tz",), "log of joins")
    ),
    "teams/v1_p09_day_and_month_undecidable_is_refused": (
        ("teams", "attendance-v1", "utf-16", "\t", "en", ("--tz", "--date-order"), "")
    ),
    "teams/v1_p12_portuguese_re_saved_as_utf_8_with_commas": (
        ("teams", "attendance-v1", "utf-8-sig", ",", "pt-BR", ("--tz",), "pt-BR")
    ),
    "teams/v1_p13_actions_in_an_unknown_language_by_position": (
        ("teams", "attendance-v1", "utf-16", "\t", None, ("--tz",), "by position")
    ),
    "teams/v2_p11_utf_16_without_a_mark_and_narrow_spaces": (
        ("teams", "attendance-v2", "utf-16-le", "\t", "en", ("--tz",), "one table")
    ),
    "teams/v2_p12_half_translated_indonesian_without_a_summary": (
        ("teams", "attendance-v2", "utf-8", ";", "id", ("--tz",), "one table")
    ),
    "teams/v2_p13_french_with_a_starred_summary": (
        ("teams", "attendance-v2", "utf-16", "\t", "fr", ("--tz",), "one table")
    ),
    "teams/v3_p12_spanish_re_saved_with_semicolons_in_cp1252": (
        ("teams", "attendance-v3", "cp1252", ";", "es", ("--tz",), "sections")
    ),
    "teams/v3_p13_an_unknown_language_by_its_layout": (
        ("teams", "attendance-v3", "utf-16", "\t", None, ("--tz",), "by position")
    ),
    "teams/v3_p13_dutch_with_uur_and_dashes": (
        ("teams", "attendance-v3", "utf-16", "\t", "nl", ("--tz",), "sections")
    ),
    "teams/v3_p13_italian_with_late_and_no_addresses": (
        ("teams", "attendance-v3", "utf-16", "\t", "it", ("--tz",), "sections")
    ),
    "teams/graph_p02_p18_p29_overlap_guest_of_the_same_name_and_a_null_total": (
        ("teams_graph", "graph-attendance-report", "utf-8", None, None, (), "Graph")
    ),
    "teams/graph_p30_records_that_were_not_expanded_are_rejected": (
        ("teams_graph", "graph-attendance-page", "utf-8", None, None, (), "Graph")
    ),
    "teams/transcript_p37_negative_offsets_and_two_voices_in_one_cue": (
        ("teams_transcript", "transcript-vtt", "utf-8", None, None, (), "voices")
    ),
    "teams/transcript_metadata_with_absolute_times": (
        ("teams_transcript", "transcript-metadata", "utf-8", None, None, (), "JSON")
    ),
    "teams/transcript_word_document_of_turns": (
        ("teams_transcript", "transcript-docx", None, None, None, (), "Word")
    ),
    "teams/live_event_log_in_utc_with_an_open_attendee": (
        ("teams_live_event", "live-event", "utf-8-sig", ",", "en", (), "live event")
    ),
    "meet/csv_without_a_day_is_refused": (
        ("meet", "attendance", "utf-8", ",", "en", ("--tz", "--date"), "times of day")
    ),
    "meet/csv_p13_german_with_semicolons": (
        ("meet", "attendance", "cp1252", ";", "de", ("--tz",), "times of day")
    ),
    "meet/csv_totals_only_as_in_the_first_years": (
        ("meet", "attendance-totals", "utf-8", ",", "en", ("--tz",), "a total")
    ),
    "meet/log_csv_of_the_console_with_offsets": (
        ("meet_audit", "audit-log-csv", "utf-8", ",", "en", (), "console")
    ),
    "meet/log_csv_p13_italian_without_offset_needs_the_zone": (
        ("meet_audit", "audit-log-csv", "utf-8", ",", "it", ("--tz",), "console")
    ),
    "meet/log_p25_p34_a_code_without_conference_is_split_by_day": (
        ("meet_audit", "audit-log-json", "utf-8", None, None, (), "Reports API")
    ),
    "meet/rest_p24_p25_one_space_two_conferences_and_damaged_times": (
        ("meet_api", "rest-v2-participantSessions", "utf-8", None, None, (), "REST")
    ),
    "meet/directory_as_an_api_response": (
        ("google_directory", "users-json", "utf-8", None, None, (), "Directory")
    ),
}


@pytest.mark.parametrize("case", VARIANTS)
def test_inspection_reports_each_variant_and_its_reason(case: str):
    (file,) = (FIXTURES / case / "given").iterdir()
    found = inspect_one(file)
    *wanted, word = VARIANTS[case]
    shown = [found.connector, found.variant, found.encoding, found.delimiter]
    assert [*shown, found.locale, found.needs] == wanted
    assert found.source == case.partition("/")[0]
    assert word in found.reason
    assert (found.encoding is None) == ("encoding" not in found.evidence)


def test_a_folder_of_saved_api_responses_is_one_delivery():
    case = "rest_folder_of_saved_pages_with_recordings_and_transcripts"
    found = inspect_one(FIXTURES / "meet" / case / "given")
    assert (found.connector, found.variant) == ("meet_api", "rest-v2-folder")
