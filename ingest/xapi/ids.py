"""Statement ids where the source gives none: equal facts get equal ids."""

import hashlib
from uuid import NAMESPACE_URL, UUID, uuid5

TANDEM = uuid5(NAMESPACE_URL, "https://tandem.example/xapi/statements")


def statement_id(*natural_key: object) -> str:
    """Return the UUIDv5 of a natural key; a separator keeps its parts apart.

    Args:
        natural_key: source first, then what identifies the event in that source.
    """
    return str(uuid5(TANDEM, "|".join(_escaped(part) for part in natural_key)))


def _escaped(part: object) -> str:
    return str(part).replace("\\", "\\\\").replace("|", "\\|")


def minted_id(content_hash: str, ordinal: int) -> str:
    """Return the id of a statement without one.

    Args:
        content_hash: of the statement.
        ordinal: 0 for the first of identical statements in one delivery, then 1 ...
    """
    digest = hashlib.sha1(f"{content_hash}#{ordinal}".encode(), usedforsecurity=False)
    return str(UUID(bytes=digest.digest()[:16], version=5))
