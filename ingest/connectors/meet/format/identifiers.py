"""The source's names and meeting codes, shared by all files of Google Meet."""

SOURCE = "meet"
PLATFORM = "Google Meet"


def code_of(printed: str) -> str | None:
    """Return a meeting code without dashes and in lower case, as calendars hold it."""
    code = printed.replace("-", "").strip().lower()
    return code or None
