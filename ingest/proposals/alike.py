"""Which programme a title and people point to."""

from collections.abc import Iterable

from ingest.proposals.groups import Programme
from ingest.proposals.titles import contained, similarity

ALIKE = 0.8  # titles that share four of five words
RELATED = 0.3  # titles that share a third of their words
MOST_PEOPLE, MANY_PEOPLE = 0.8, 0.5


def programme_like(
    title: str, people: Iterable[int], programmes: dict[str, Programme]
) -> tuple[str, str] | None:
    """Return the programme that a title and people point to, and why."""
    own = set(people)
    scored = []
    for identity, programme in programmes.items():
        alike = max(similarity(title, name) for name in programme.names)
        if alike == 0 and not own:
            continue
        share = len(own & programme.people) / len(own) if own else 0.0
        scored.append((alike, share, identity))
    best = max(scored, default=(0.0, 0.0, ""))
    alike, share, identity = best
    if alike == 1:
        return identity, "It has the same title"
    if alike >= ALIKE:
        return identity, "Its title is almost the same"
    if identity and any(contained(n, title) for n in programmes[identity].names):
        return identity, "Its title begins or ends with that of the programme"
    related = max(((s, a, i) for a, s, i in scored if a >= RELATED), default=None)
    if related and related[0] >= MANY_PEOPLE:
        return related[2], f"Similar title, and {about(related[0])} of its people"
    return None


def about(share: float) -> str:
    """Return a share in words, to the nearest tenth."""
    return f"about {round(share * 10) * 10} %"
