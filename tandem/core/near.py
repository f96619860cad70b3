"""Names that look like one that is not known, for the message that refuses it."""

from collections.abc import Mapping
from difflib import SequenceMatcher

MOST = 5
ALIKE = 0.6  # of 1: from here on a name looks like another


def nearest(word: str, known: Mapping[str, str | None], most: int = MOST) -> str:
    """Return identifiers that look like a word, each with its title, best first.

    Where none looks like it, the first identifiers; "" where there is none at all.

    Args:
        word: what was asked for: an identifier, a title or a part of either.
        known: title by identifier; None where it has no title.
        most: how many are listed.
    """
    scored = sorted(
        (
            (-_likeness(word, identity, title), identity)
            for identity, title in known.items()
        )
    )
    near = [identity for score, identity in scored if -score >= ALIKE]
    shown = (near or sorted(known))[:most]
    titled = [
        f"{identity} ({title})"
        if (title := known[identity]) and title != identity
        else identity
        for identity in shown
    ]
    more = len(known) - len(shown)
    if not near and more > 0:
        titled.append(f"and {more:,} more")
    return ", ".join(titled)


def _likeness(word: str, identity: str, title: str | None) -> float:
    """Return from 0 to 1 how much a word looks like an identifier or its title."""
    asked = word.casefold().strip()
    if not asked:
        return 0.0
    return max(
        1.0 if asked in text else SequenceMatcher(None, asked, text).ratio()
        for text in (identity.casefold(), (title or identity).casefold())
    )
