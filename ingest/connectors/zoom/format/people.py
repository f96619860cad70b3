"""Participants of Zoom meetings: display names, addresses, anonymous people."""

import re

from ingest.identity.device_owners import owner_of_device
from ingest.parsing.source_phrases import source_phrases
from ingest.xapi.formats import is_mailto
from ingest.xapi.profiles.virtual_classroom import Agent, TechnicalSession, person

UNNAMED = "(no name)"
_PEOPLE = source_phrases("any", "people")
_ADDRESS_IN_BRACKETS = re.compile(r"[(（]([^()（）\s]+@[^()（）\s]+)[)）]\s*$")


def display_name(cell: str) -> str:
    """Return the display name of `Display (Original)`, without the last bracket.

    A bracket inside the display name is kept, and so is the original name of somebody
    who shows the name of a device: it says whose it is.
    """
    if owner_of_device(cell):
        return cell
    if not cell.endswith((")", "）")):
        return cell
    depth = 0
    for at in range(len(cell) - 1, -1, -1):
        depth += (cell[at] in ")）") - (cell[at] in "(（")
        if depth == 0:
            return cell[:at].strip() or cell
    return cell


def bare_address(cell: str) -> str:
    """Return the address of `Name (address)`, any other cell unchanged."""
    bracketed = _ADDRESS_IN_BRACKETS.search(cell)
    return bracketed.group(1) if bracketed else cell


def email_agent(email: str) -> Agent | None:
    """Return the Agent of an e-mail address, None where the text is no address."""
    mbox = f"mailto:{email.strip()}"
    return {"objectType": "Agent", "mbox": mbox} if is_mailto(mbox) else None


def participant_agent(session: TechnicalSession, name: str, email: str) -> Agent:
    """Return a participant by address, else by display name valid in this session only.

    A text that is no address (`n/a`, a shortened one) counts as no address. All people
    of a session without name and address are one unnamed participant.
    """
    return email_agent(email) or person(session, display_name(name) or UNNAMED, None)


def is_anonymous(name: str) -> bool:
    """Return whether a name is Zoom's word for an anonymous participant."""
    return _PEOPLE.matches(name, "anonymous")
