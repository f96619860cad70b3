"""Rejections: a reason without personal data in raw, the payload in the vault."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ingest.identity.secret import keyed
from ingest.parsing.personal_data import is_clean, is_clean_identifier
from ingest.storage.text_columns import WITHHELD
from ingest.xapi.formats import is_iri, is_timestamp, is_uuid
from tandem.core.addresses import EMAIL

PEOPLE = frozenset(
    [
        "actor",
        "authority",
        "instructor",
        "team",
        "member",
        "agent",
        "group",
        "contextagents",
        "contextgroups",
        "mbox",
        "mbox_sha1sum",
        "openid",
        "account",
        "name",
    ]
)
# The only texts of a rejected payload that raw shows, and only in their valid form: the
# sender can find the statement by them.
SHOWN: dict[str, tuple[Callable[[str], bool], ...]] = {
    "id": (is_uuid, is_iri),
    "type": (is_iri,),
    "timestamp": (is_timestamp,),
    "stored": (is_timestamp,),
    "registration": (is_uuid,),
}
# A column of a table that holds passwords, in the languages that rosters come in.
PASSWORD = re.compile(
    "pass[-_ ]?w(?:or)?d|passphrase|passwor?t|kennwort|mot de passe|contrase|"
    r"wachtwoord|hasło|senha|lösenord|\bpwd\b|パスワード|密码",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rejection:
    """One statement or row that does not land, with its payload unchanged."""

    line: int | None
    code: str
    json_path: str
    message: str
    payload: str

    def identified(self, secret: bytes, source: str) -> str:
        """Return the id of this rejection: the same payload twice is one rejection."""
        return keyed(secret, "rejection", f"{source}\x1f{self.code}\x1f{self.payload}")

    def shown(self, rejection_id: str) -> dict[str, Any]:
        """Return the row of raw.rejections, without personal data."""
        return {
            "rejection_id": rejection_id,
            "line": self.line,
            "code": self.code,
            "json_path": _without_addresses(self.json_path),
            "message": _without_addresses(self.message),
            "payload": without_people(self.payload),
        }


def payload_text(payload: object) -> str:
    """Return a rejected payload as text: JSON, or the original text.

    Columns of passwords are left out: not even the vault keeps them.
    """
    if isinstance(payload, str):
        return payload
    if isinstance(payload, dict):
        payload = {k: v for k, v in payload.items() if not PASSWORD.search(str(k))}
    return json.dumps(payload, ensure_ascii=False, default=str)


def without_people(payload: str) -> str | None:
    """Return a rejected payload with every text hidden that could name a person.

    None where it is not JSON: then no part can be known not to be a name.
    """
    try:
        return json.dumps(_hidden(json.loads(payload), "", False), ensure_ascii=False)
    except (ValueError, RecursionError):
        return None


def _hidden(value: Any, name: str, is_person: bool) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {
            _without_addresses(key): _hidden(item, key, is_person or _names_people(key))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_hidden(item, name, is_person) for item in value]
    if isinstance(value, str):
        is_formed = any(is_form(value) for is_form in SHOWN.get(name, ()))
        is_open = is_formed and not is_person and is_clean(value)
        return value if is_open else WITHHELD
    return WITHHELD if is_person and value is not None else value


def _without_addresses(text: str) -> str:
    """Return a text without e-mail addresses; WITHHELD where an encoded one remains."""
    shown = EMAIL.sub(WITHHELD, text)
    return shown if is_clean_identifier(shown) else WITHHELD


def is_about_people(json_path: str) -> bool:
    """Return whether a JSON path leads to or below a person."""
    return any(_names_people(part.partition("[")[0]) for part in json_path.split("."))


def _names_people(key: str) -> bool:
    return key.casefold() in PEOPLE
