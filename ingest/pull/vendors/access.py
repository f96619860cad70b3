"""Credentials of an interface: from the environment, or a file of its owner alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tandem.core.credentials import checked, secrets_in
from tandem.core.errors import KeyProblem, WrongUse
from tandem.core.secret import Secret
from tandem.core.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Access:
    """How one interface is reached: [api.NAME] of tandem.toml, secrets aside."""

    name: str
    table: Mapping[str, Any] = field(repr=False)
    secrets: Mapping[str, Secret] = field(repr=False)
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
        secrets = secrets_in(Path(str(file)).expanduser()) if file else {}
        return cls(name, table, secrets, where)

    def secret(self, key: str, *, is_ascii: bool = True) -> Secret:
        """Return a secret: TANDEM_<NAME>_<KEY> first, then the file.

        Args:
            key: its name.
            is_ascii: it is sent as it is, and may hold ASCII only.

        Raises:
            KeyProblem: it is nowhere, or cannot be sent.
        """
        variable = f"TANDEM_{self.name}_{key}".upper()
        if found := os.environ.get(variable):
            return checked(found, variable, "the environment", is_ascii=is_ascii)
        if key in self.secrets:
            text = self.secrets[key].reveal()
            return checked(text, key, self.where, is_ascii=is_ascii)
        raise KeyProblem(
            f"{key} of {self.name} is not set",
            self.where,
            f"set {variable}, or {key} in the file that credentials_file names",
        )

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
