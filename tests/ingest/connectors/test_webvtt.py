"""Cues of WebVTT are read alike for every vendor."""

from ingest.connectors.webvtt import Cue, cues_of

NUMBERED = """WEBVTT

1
00:00:01.500 --> 00:00:04.000
Ana: Good morning
and welcome

2
0:4:0.0 --> 0:4:2.25
Piotr: Thanks
"""


def test_a_cue_has_all_lines_up_to_the_blank_one_and_no_number():
    assert list(cues_of(NUMBERED.split("\n"))) == [
        Cue(1.5, 4.0, ("Ana: Good morning", "and welcome")),
        Cue(240.0, 242.25, ("Piotr: Thanks",)),
    ]


def test_cues_without_a_blank_line_between_them_are_two():
    lines = ["00:01 --> 00:02", "a", "00:03,5 --> 00:04", "b"]
    assert list(cues_of(lines)) == [Cue(1, 2, ("a",)), Cue(3.5, 4, ("b",))]


def test_time_before_the_recording_is_cut_off_and_no_cue_is_negative():
    (early, reversed_cue) = cues_of(
        ["-0:0:3.0 --> 0:0:2.0", "", "0:0:9.0 --> 0:0:5.0", "x"]
    )
    assert (early.starts, early.seconds, early.lines) == (0.0, 2.0, ())
    assert reversed_cue.seconds == 0.0


def test_text_without_times_has_no_cues():
    assert list(cues_of(["WEBVTT", "", "NOTE 1 --> 2", "Ana: 3 --> 4"])) == []
