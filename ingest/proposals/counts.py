"""Counts of people in words: the workbook names no group so small that it tells of one.

Whoever fills it in need not be allowed to see single people's learning.
"""

FEW = 10
TENTH = 10


def people(count: int) -> str:
    """Return how many people, without a count below ten."""
    return f"{count:,} people" if count >= FEW else f"fewer than {FEW} people"


def share(part: int, whole: int) -> str:
    """Return a share of people in words, to the nearest tenth."""
    tenths = round(part / whole * TENTH) if whole else 0
    if tenths == 0:
        return "hardly any of its people"
    if tenths == TENTH:
        return "almost all of its people"
    return f"about {tenths * 10} % of its people"
