"""Note-taking programs are no people; people with similar names are."""

import pytest

from ingest.xapi.profiles.virtual_classroom import TechnicalSession, person

MEETING = TechnicalSession("zoom", "Zoom", "m", None, None, None)


@pytest.mark.parametrize(
    "name",
    [
        "Otter.ai",
        "OtterPilot",
        "Ana's Notetaker (Otter.ai)",
        "Fireflies.ai Notetaker Ana",
        "read.ai meeting notes",
        "tl;dv Note Taker",
        "MeetGeek Recorder",
    ],
)
def test_a_note_taking_program_is_a_group(name: str):
    assert person(MEETING, name, None)["objectType"] == "Group"


@pytest.mark.parametrize("name", ["Ana Otter", "Gong Li", "Bread Baker", "Notary"])
def test_a_person_with_a_similar_name_is_an_agent(name: str):
    assert person(MEETING, name, None)["objectType"] == "Agent"


def test_a_participant_with_an_address_is_an_agent_under_any_name():
    agent = person(MEETING, "Ana's notetaker", "ana@example.org")
    assert agent == {"objectType": "Agent", "mbox": "mailto:ana@example.org"}
