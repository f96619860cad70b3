"""Who may have which notice: by role, by business unit, and by what it names."""

import re
from collections.abc import Iterable

from tandem.core.addresses import names_somebody
from tandem.core.readers import EVERY_UNIT
from tandem.notices.notice import KINDS, PACK, Notice, Said
from tandem.notices.packs import Pack
from tandem.notices.policy import Recipient

# Keys of persons in the warehouse are long hexadecimal texts.
KEY_OF_PERSON = re.compile(r"(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f])", re.IGNORECASE)


def may_have(recipient: Recipient, notice: Notice) -> bool:
    """Return whether a recipient's role, kinds and business unit allow a notice.

    A pack goes to no other unit than its own, so a pack of the whole organisation goes
    to recipients of the whole organisation only. Everything else is about the whole
    organisation, and is for every unit.
    """
    if notice.kind not in recipient.kinds or recipient.role not in KINDS[notice.kind]:
        return False
    if notice.kind == PACK:
        return notice.business_unit == recipient.business_unit
    return notice.business_unit in (EVERY_UNIT, recipient.business_unit)


def packs_for(recipient: Recipient, packs: Iterable[Pack]) -> list[Pack]:
    """Return the packs built for a recipient's role and business unit.

    Where some of them are in the recipient's language, the others are left out.
    """
    mine = [
        pack
        for pack in packs
        if pack.role == recipient.role and may_have(recipient, pack.notice())
    ]
    own = [pack for pack in mine if pack.language == recipient.language]
    return own or mine


def names_other_unit(said: Said, recipient: Recipient, units: Iterable[str]) -> bool:
    """Return whether a text names a business unit that is not the recipient's.

    Args:
        said: the notice in words.
        recipient: who would read it; a reader of every unit may read every name.
        units: the names of all business units.
    """
    if recipient.business_unit == EVERY_UNIT:
        return False
    text = f"{said.title} {said.text}".casefold()
    others = {unit.casefold() for unit in units} - {recipient.business_unit.casefold()}
    return any(re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", text) for unit in others)


def names_person(said: Said) -> bool:
    """Return whether a text holds an address, a phone number or a key of a person."""
    text = f"{said.title} {said.text}"
    return names_somebody(text) or bool(KEY_OF_PERSON.search(text))
