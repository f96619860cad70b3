"""Credentials of an interface: from the environment, or a file of its owner alone."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tandem.core.errors import KeyProblem, WrongUse
from tandem.core.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Access:
    """How one interface is reached: [api.NAME] of tandem.toml, secrets aside."""

    name: str
    table: Mapping[str, Any]
    secrets: Mapping[str, str]
    where: str

    @classmethod
    def load(cls, name: str, settings: Settings) -> "Access":
        """Read [api.NAME] and the file of secrets that it may name.

        Raises:
            KeyProblem: the file is missing, no TOML, or others can read it.
        """
        table = settings.section("api").get(name, {})
        where = f"{settings.home.settings} [api.{name}]"
        file = table.get("credentials_file")
        secrets = _secrets(Path(str(file)).expanduser()) if file else {}
        return cls(name, table, secrets, where)

    def secret(self, key: str) -> str:
        """Return a secret: TANDEM_<NAME>_<KEY> first, then the file.

        Raises:
            KeyProblem: it is nowhere.
        """
        variable = f"TANDEM_{self.name}_{key}".upper()
        found = os.environ.get(variable) or self.secrets.get(key)
        if not found:
            raise KeyProblem(
                f"{key} of {self.name} is not set",
                self.where,
                f"set {variable}, or {key} in the file that credentials_file names",
            )
        return found

    def url(self, key: str, usual: str) -> httpx.URL:
        """Return an address: the vendor's own unless the table says another.

        Raises:
            WrongUse: over plain http secrets would be readable on the way.
        """
        url = httpx.URL(str(self.table.get(key, usual)))
        if url.scheme != "https" and url.host not in LOOPBACK:
            raise WrongUse(
                f"{key} is no https address: credentials would be readable",
                self.where,
                "give its https address",
            )
        return url

    def listed(self, key: str) -> list[str]:
        """Return a list of texts, [] where the table has none."""
        return [str(item) for item in self.table.get(key, [])]


def _secrets(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise KeyProblem("there is no such file", str(path), "write the secrets to it")
    if path.stat().st_mode & 0o077:
        raise KeyProblem("others can read the secrets", str(path), f"chmod 600 {path}")
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError:
        raise KeyProblem("this is no TOML", str(path), 'key = "value" a line') from None
    return {key: str(value) for key, value in found.items()}
