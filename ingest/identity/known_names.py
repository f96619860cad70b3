"""The names that the vault knows, as phrases to be found in texts."""

from dataclasses import dataclass

import duckdb

from ingest.identity.named_people import patterns_of, phrases

Row = tuple[str, str]  # name or account, text

NAMES = """
select 'name' as kind, name as text from names where not is_group
union
select 'account', json_extract_string(identifier, '$.name') from identifiers
where kind = 'account' and not is_group
"""
# Equal for equal sets of names, whatever their order.
DIGEST = f"""
select count(*), bit_xor(md5_number_lower($secret || kind || chr(31) || text))
from ({NAMES})
"""


@dataclass(frozen=True)
class KnownNames:
    """The names of one moment.

    `digest` is equal for equal sets of names; it is keyed, as raw keeps it.
    """

    digest: str
    rows: frozenset[Row]
    phrases: frozenset[str]

    def new_since(self, earlier: "KnownNames") -> frozenset[str]:
        """Return the phrases of names that were not known earlier."""
        return self.phrases - earlier.phrases


NOBODY = KnownNames("", frozenset(), frozenset())


def known_names(
    vault: duckdb.DuckDBPyConnection, secret: bytes, last: KnownNames = NOBODY
) -> KnownNames:
    """Return the names of people in the vault.

    Args:
        vault: an open connection.
        secret: of the vault; keys the digest.
        last: what this returned before; only names that are new are prepared again.
    """
    found = vault.execute(DIGEST, {"secret": secret.hex()}).fetchall()
    digest = ":".join(map(str, found[0]))
    if digest == last.digest:
        return last
    rows = frozenset(vault.sql(NAMES).fetchall())
    if last.rows <= rows:
        return KnownNames(digest, rows, last.phrases | _phrases(rows - last.rows))
    return KnownNames(digest, rows, _phrases(rows))


def _phrases(rows: frozenset[Row]) -> frozenset[str]:
    patterns = patterns_of(
        (text for kind, text in rows if kind == "name"),
        (text for kind, text in rows if kind == "account"),
    )
    return frozenset(phrases(patterns))
