"""The secret that identifiers are keyed with: where it is kept, and its checks.

It is never kept in TANDEM_HOME: a copy of a warehouse must not contain the key.
"""

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from platformdirs import user_config_path

from ingest.storage.person_columns import PEOPLE
from tandem.core.credentials import file_of_owner
from tandem.core.errors import KeyProblem
from tandem.core.secret import Secret

Identifier = tuple[str, str]  # kind, canonical text

VARIABLE = "TANDEM_PSEUDONYM_KEY"
SHORTEST = 16  # characters; below that a key can be guessed
# An account that Tandem wrote: its name is the key itself.
OWN_ACCOUNT = re.compile(re.escape(PEOPLE) + "\x1f([0-9a-f]{32})")


def secret_file() -> Path:
    """Return the file of the key, used where the environment does not hold it."""
    return user_config_path("tandem") / "pseudonym.key"


def load_secret(*, may_make: bool) -> bytes:
    """Return the secret from the environment, else from its file.

    Args:
        may_make: there is no vault yet, so a new key may be made and stored.

    Raises:
        KeyProblem: it is missing and may not be made, too short, or readable by others.
    """
    if named := os.environ.get(VARIABLE, "").strip():
        return _sound(named, VARIABLE)
    path = secret_file()
    if path.exists():
        return _sound(file_of_owner(path, "key").strip(), str(path))
    if not may_make:
        raise KeyProblem(
            "the pseudonym key of this vault is missing",
            VARIABLE,
            f"set the variable, or put the key back at {path}",
        )
    return _make(path)


def _sound(text: str, where: str) -> bytes:
    if len(text) < SHORTEST:
        raise KeyProblem(
            f"the pseudonym key is shorter than {SHORTEST} characters",
            where,
            "set the key that the vault was made with, or a longer new one",
        )
    try:
        return Secret(text).reveal().encode()
    except UnicodeEncodeError:
        raise KeyProblem(
            "the pseudonym key is not UTF-8", where, "set it again"
        ) from None


def _make(path: Path) -> bytes:
    text = secrets.token_hex(32)
    write_secret(path, text)
    return text.encode()


def write_secret(path: Path, text: str) -> None:
    """Write a key into a new file that only its owner may read.

    Raises:
        FileExistsError: the file exists.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def install_secret(given: Path) -> Path:
    """Put the key of a file where it is looked for; return that place.

    Raises:
        KeyProblem: the file holds no key, or another key is there already.
    """
    try:
        text = given.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem("it cannot be read", str(given), "check the path") from error
    _sound(text, str(given))
    path = secret_file()
    if not path.exists():
        write_secret(path, text)
    elif file_of_owner(path, "key").strip() != text:
        raise KeyProblem("another key is there", str(path), "move it away, then again")
    return path


def keyed(secret: bytes, kind: str, text: str) -> str:
    """Return the first 128 bits of HMAC-SHA256(secret, kind and text), in hex.

    A pseudonymous account keeps its key, so that statements that left Tandem are the
    same when they land again, here or in another home.
    """
    if kind == "account" and (own := OWN_ACCOUNT.fullmatch(text)):
        return own[1]
    message = f"{kind}\x1f{text}".encode()
    return hmac.digest(secret, message, hashlib.sha256)[:16].hex()


def tombstone(secret: bytes, form: Identifier) -> str:
    """Return the tombstone of a canonical identifier, 256 bits in hex."""
    kind, text = form
    message = f"tombstone\x1f{kind}\x1f{text}".encode()
    return hmac.digest(secret, message, hashlib.sha256).hex()


def fingerprint(secret: bytes) -> str:
    """Return the fingerprint by which the vault recognises its secret."""
    return keyed(secret, "fingerprint", "tandem")


def content_key(secret: bytes) -> bytes:
    """Return the key of content hashes; without it nobody can confirm a guess."""
    return hmac.digest(secret, b"content", hashlib.sha256)
