"""Counts with their noun, in the messages of commands."""


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: 1 row, 1,200 rows.

    Args:
        count: how many.
        one: the noun, or words that end with it, for one of them.
        many: the same for none or several; by default with an s at the end.
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
