"""Speaker turns of Teams transcripts: speaking time, and times before the start."""

import pytest

from ingest.connectors.teams.format.speaker_turns import (
    SpeakerTurn,
    turns_of_cues,
    turns_of_document,
)

NEGATIVE = """WEBVTT

-0:0:2.500 --> 0:0:3.000
<v Asha Rao>Welcome</v>
"""
SHARED = """WEBVTT

0:0:3.0 --> 0:0:9.0
<v Asha Rao>Any questions</v> <v Omar Haddad>Yes two of them</v>
"""


def test_p37_time_before_the_start_of_the_transcript_is_cut_off():
    assert list(turns_of_cues(NEGATIVE)) == [SpeakerTurn(0.0, 3.0, "Asha Rao")]


def test_two_voices_share_a_cue_in_proportion_to_their_word_counts():
    asha, omar = turns_of_cues(SHARED)
    assert (asha.speaker, omar.speaker) == ("Asha Rao", "Omar Haddad")
    assert (asha.seconds, omar.seconds) == pytest.approx((2.0, 4.0))


def test_a_turn_of_a_document_lasts_until_the_next_one():
    lines = ["Asha Rao   0:03", "It is 10:30", "Omar   1:02:03", "Bye"]
    assert list(turns_of_document(lines)) == [
        SpeakerTurn(3.0, 3723.0, "Asha Rao"),
        SpeakerTurn(3723.0, 3723.0, "Omar"),
    ]


def test_a_document_without_speaker_turns_is_no_transcript():
    assert list(turns_of_document(["Minutes", "Lunch   12:30"])) == []
