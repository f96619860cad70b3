"""Turns of Teams transcripts: speaking time to the second, offsets before the start."""

import pytest

from ingest.connectors.teams.format.turns import Turn, cues_of, turns_of

NEGATIVE = """WEBVTT

-0:0:2.500 --> 0:0:3.000
<v Asha Rao>Welcome</v>
"""
SHARED = """WEBVTT

0:0:3.0 --> 0:0:9.0
<v Asha Rao>Any questions</v> <v Omar Haddad>Yes two of them</v>
"""


def test_p37_what_lies_before_the_start_is_cut_off():
    assert list(cues_of(NEGATIVE)) == [Turn(0.0, 3.0, "Asha Rao")]


def test_two_voices_share_a_cue_by_their_words():
    asha, omar = cues_of(SHARED)
    assert (asha.speaker, omar.speaker) == ("Asha Rao", "Omar Haddad")
    assert (asha.seconds, omar.seconds) == pytest.approx((2.0, 4.0))


def test_a_turn_of_a_document_lasts_until_the_next_one():
    lines = ["Asha Rao   0:03", "It is 10:30", "Omar   1:02:03", "Bye"]
    assert list(turns_of(lines)) == [
        Turn(3.0, 3723.0, "Asha Rao"),
        Turn(3723.0, 3723.0, "Omar"),
    ]


def test_a_document_without_turns_is_no_transcript():
    assert list(turns_of(["Minutes", "Lunch   12:30"])) == []
