"""Identifiers of people in place of their pseudonyms, from the vault."""

import json
from dataclasses import dataclass
from typing import Any

from ingest.identity.people import reading
from ingest.storage.canonical import canonical_text
from ingest.storage.columns import key_in
from tandem.core.files import Home

Json = dict[str, Any]
# Of each key the identifier that most programs read.
IDENTIFIERS = """
select actor_key, kind, identifier
from identifiers
qualify row_number() over (
    partition by actor_key
    order by
        list_position(['mbox', 'openid', 'account', 'mbox_sha1sum'], kind),
        identifier
) = 1
"""


@dataclass(frozen=True)
class Identified:
    """An identifier of each key, as an agent has it."""

    identifiers: dict[str, Json]

    @classmethod
    def read(cls, home: Home) -> "Identified":
        """Read the vault."""
        with reading(home.vault) as vault:
            rows = vault.sql(IDENTIFIERS).fetchall()
        return cls(
            {
                key: {kind: json.loads(text) if kind == "account" else text}
                for key, kind, text in rows
            }
        )

    def shown(self, line: str) -> str:
        """Return a statement in which people whom the vault knows are themselves."""
        return canonical_text(self._of(json.loads(line)))

    def _of(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a JSON value with identifiers; a pseudonym is found in every place."""
        if isinstance(value, list):
            return [self._of(item) for item in value]
        if not isinstance(value, dict):
            return value
        inner = {name: self._of(item) for name, item in value.items()}
        own = self.identifiers.get(key_in(value) or "")
        if own is None:
            return inner
        return {name: item for name, item in inner.items() if name != "account"} | own
