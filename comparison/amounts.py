"""Differences as text: rounded, with the unit that the registry names."""

from decimal import Decimal

from tandem.core.wording import Words, plural_key

# Units of the registry that follow a number, as the wording calls them.
WITHOUT_NAME = {"ratio", "currency"}
IN_POINTS = ("share", "part")
UNITS = dict.fromkeys(IN_POINTS, "share_points")
UNITS |= {n: n for n in ("days", "hours", "points")}


def amount_words(
    value: float, unit: str, decimals: int = 0, *, bare: bool = False
) -> Words | str:
    """Return a difference in words, in points for shares and parts, else in the unit.

    The minus sign is used, not the hyphen; -0 is written as 0.

    Args:
        value: in the KPI's unit.
        unit: of the registry.
        decimals: digits after the point.
        bare: whether the unit is left out.
    """
    shown = round(100 * value if unit in IN_POINTS else value, decimals) + 0.0
    text = f"{shown:.{decimals}f}".replace("-", "−")
    named = UNITS.get(unit)
    if bare or unit in WITHOUT_NAME:
        return text
    if named is None:  # an analyst's own unit
        return f"{text} {unit}"
    # 1 day, but 1.0 days: the digits that are shown decide.
    key = plural_key(f"unit.{named}", Decimal(f"{shown:.{decimals}f}"))
    return Words(key, {"number": text})
