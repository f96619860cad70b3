"""Names that all files of Google Meet share, and meeting codes."""

SOURCE = "meet"
PLATFORM = "Google Meet"


def code_of(printed: str) -> str | None:
    """Return a meeting code without dashes and in lower case, as calendars hold it."""
    code = printed.replace("-", "").strip().lower()
    return code or None
