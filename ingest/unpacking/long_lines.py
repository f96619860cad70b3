"""Statements that are longer than one may be: they are rejected alone, and not kept."""

from dataclasses import dataclass

from tandem.core.limits import MB

LINE_CODE = "line.size"  # of the rejection


@dataclass(frozen=True)
class LongLine:
    """A statement that is longer than one may be; it is not kept.

    Attributes:
        line: its line, or its position in an array.
        size: in bytes.
        sha256: of its bytes, in hex; it distinguishes two of one size.
        limit: in bytes.
    """

    line: int
    size: int
    sha256: str
    limit: int

    @property
    def message(self) -> str:
        """Why it is rejected, and what to do."""
        return (
            f"This statement has {self.size:,} bytes and may have {self.limit:,}; send "
            f"it without attachments, or set line_mb = {-(-self.size // MB)} under "
            "[limits] in tandem.toml"
        )

    @property
    def payload(self) -> dict[str, int | str]:
        """What is kept of it."""
        return {"bytes": self.size, "sha256": self.sha256}
