"""Credentials are checked when they are read, before anything is sent."""

import tomllib
import unicodedata
from pathlib import Path

from tandem.core.errors import KeyProblem
from tandem.core.secret import Secret


def checked(text: str, name: str, where: str, *, is_ascii: bool = True) -> Secret:
    """Return a secret that can be sent.

    Args:
        text: as the environment or a file holds it.
        name: of the variable or key, for messages.
        where: the file or setting.
        is_ascii: it becomes part of a header or form that holds ASCII only.

    Raises:
        KeyProblem: it is empty, or holds a character that cannot be sent.
    """
    fault = _fault(text, is_ascii=is_ascii)
    if fault:
        raise KeyProblem(f"{name} {fault}", where, "copy it again, as one line")
    return Secret(text)


def _fault(text: str, *, is_ascii: bool) -> str | None:
    if not text.strip():
        return "is empty"
    if "\n" in text or "\r" in text:
        return "holds a line break"
    if text != text.strip():
        return "begins or ends with a space"
    categories = {unicodedata.category(letter) for letter in text}
    if categories & {"Cc", "Cs"}:
        return "holds a control character"
    if is_ascii and not text.isascii():
        return "holds a character that is not ASCII"
    return None


def file_of_owner(path: Path, what: str) -> str:
    """Return the text of a file of secrets that only its owner can read.

    Raises:
        KeyProblem: it is not there, others can read it, or it is not UTF-8.
    """
    try:
        mode = path.stat().st_mode
        if mode & 0o077:
            raise KeyProblem(
                f"others can read the {what}", str(path), f"chmod 600 {path}"
            )
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or error})"
        raise KeyProblem(reason, str(path), f"write the {what} to it") from None
    except UnicodeDecodeError:
        raise KeyProblem("it is not UTF-8", str(path), "write it again") from None


def secrets_in(path: Path) -> dict[str, Secret]:
    """Return the secrets of a TOML file that only its owner can read, by key.

    Raises:
        KeyProblem: it is missing, others can read it, or it is no TOML.
    """
    text = file_of_owner(path, "secrets")
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise KeyProblem("this is no TOML", str(path), 'key = "value" a line') from None
    return {key: Secret(str(value)) for key, value in found.items()}
