"""How a comparison made its difference comparable, as the wording calls it."""

ACROSS = "other_programmes"  # gate of programmes against others of the same category


def how_key(held_equal: str | None, gates: str | None) -> str:
    """Return the wording key of what a comparison held equal.

    Args:
        held_equal: attributes of people that it held equal.
        gates: of its evidence, comma-separated.
    """
    if held_equal:
        return "how.like_for_like"
    return "how.across" if ACROSS in (gates or "") else "how.paired"
