"""Programs that join a meeting by themselves are nobody; people called Otter are."""

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
def test_a_program_that_takes_notes_is_no_agent(name: str):
    assert person(MEETING, name, None)["objectType"] == "Group"


@pytest.mark.parametrize("name", ["Ana Otter", "Gong Li", "Bread Baker", "Notary"])
def test_people_of_such_names_are_people(name: str):
    assert person(MEETING, name, None)["objectType"] == "Agent"


def test_who_has_an_address_is_a_person_whatever_the_name():
    told = person(MEETING, "Ana's notetaker", "ana@example.org")
    assert told == {"objectType": "Agent", "mbox": "mailto:ana@example.org"}
