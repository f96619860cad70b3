"""The name that a device's name holds: iPhone (Paweł), Ana's iPad, Handy von Jo Kern.

It is a hint for whoever decides who somebody is, never a link.
"""

import re
import unicodedata

from ingest.identity.name_patterns import LINKS, THINGS

# Of devices only, besides what may stand in the name of any thing.
_MORE = (
    "smartphone pixel surface kindle nokia motorola sony oppo vivo realme honor nexus"
    " téléphone telephone portable tablette ordinateur teléfono telefono móvil movil"
    " portátil portatil ordenador computer computador computadora rechner komputer"
    " telefoon komórka dator surfplatta फ़ोन फोन मोबाइल कंप्यूटर टैबलेट"
)
# Words of THINGS that name groups, rooms and guests, and no device.
_NO_DEVICES = (
    "team group gruppe grupo groupe squad klasse room raum sala zoom teams webex guest"
    " gast invitado ospite user external extern"
)
DEVICES = (THINGS - frozenset(_NO_DEVICES.split())) | frozenset(_MORE.split())
_BRACKETS = re.compile(r"[(\[]([^)\]]+)[)\]]")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_WORD = re.compile(r"[^\s,;:_/|]+")


def owner_of_device(name: str) -> str:
    """Return the name of a person in a device's name, "" where there is none.

    It is in brackets behind the device, before it, or behind a word such as `of`.
    """
    text = unicodedata.normalize("NFKC", name)
    aside = _BRACKETS.search(text)
    outside = _words(_BRACKETS.sub(" ", text))
    at = next((n for n, word in enumerate(outside) if _is_device(word)), None)
    if at is None:
        return ""
    if aside:
        return _name(_words(aside[1]))
    before, behind = outside[:at], outside[at + 1 :]
    link = next((n for n, word in enumerate(behind) if word.casefold() in LINKS), None)
    owner = behind[link + 1 :] if link is not None else before
    return _name(owner)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _is_device(word: str) -> bool:
    parts = re.split(r"[-.]", word.casefold())
    return any(part in DEVICES for part in parts)


def _name(words: list[str]) -> str:
    plain = [_POSSESSIVE.sub("", word) for word in words]
    kept = [word for word in plain if word and not re.search(r"\d", word)]
    return " ".join(word for word in kept if not _is_device(word))
