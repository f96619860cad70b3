"""Which LRS to read, and with which credentials and limits.

Credentials never stand in a command, in tandem.toml or in a log: a setting names the
environment variable, or the file only its owner can read, that holds them.
"""

import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tandem.core.credentials import checked, file_of_owner
from tandem.core.errors import KeyProblem, WrongUse
from tandem.core.secret import Secret
from tandem.core.settings import Settings

USERNAME, PASSWORD = "TANDEM_LRS_USERNAME", "TANDEM_LRS_PASSWORD"
TOKEN = "TANDEM_LRS_TOKEN"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
KNOWN = {
    "url",
    "username_env",
    "password_env",
    "token_env",
    "credentials_file",
    "xapi_version",
    "overlap_minutes",
    "page_size",
    "most_pages",
    "statements_a_load",
    "timeout_seconds",
    "allow_plain_http",
}


@dataclass(frozen=True)
class Access:
    """One LRS: its name, where its statements are, and how it is read.

    `source` is what its loads are called; `auth` is the Authorization header's value.
    """

    source: str
    statements_url: httpx.URL
    auth: Secret | None = None
    xapi_version: str | None = None
    overlap_minutes: float = 15  # an LRS may show a statement later than it stored it
    page_size: int = 500  # requested; an LRS may return fewer
    most_pages: int = 200_000
    statements_a_load: int = 20_000
    timeout_seconds: float = 60
    is_unnamed: bool = False  # given as a URL only: credentials of the environment

    @property
    def shown(self) -> str:
        """The address as messages and cursors contain it."""
        return str(self.statements_url)


def accesses_to(endpoints: list[str], settings: Settings) -> list[Access]:
    """Return the LRSs that a person named, each once.

    Raises:
        WrongUse: see `access_to`; or one LRS's credentials would go to several.
        KeyProblem: see `access_to`.
    """
    found = {
        access.shown: access
        for access in (access_to(text, settings) for text in endpoints)
    }
    hosts = {
        access.statements_url.netloc for access in found.values() if access.is_unnamed
    }
    if len(hosts) > 1 and _from_environment():
        raise WrongUse(
            "the credentials in the environment are one LRS's, and several are named",
            "--lrs",
            "give each a table [lrs.NAME] in tandem.toml, or pull one at a time",
        )
    return list(found.values())


def access_to(endpoint: str, settings: Settings) -> Access:
    """Return the LRS that a person named.

    Args:
        endpoint: the xAPI endpoint's URL, or NAME of a table [lrs.NAME] in tandem.toml.
        settings: whose [lrs] tables are looked up, by name or by URL.

    Raises:
        WrongUse: there is no such name, the URL is no http(s) address, holds
            credentials, or would carry them over plain http.
        KeyProblem: the credentials that a setting names are missing or open to others.
    """
    tables = settings.section("lrs")
    where = f"{settings.home.settings} [lrs]"
    if "://" not in endpoint:
        if endpoint not in tables:
            known = ", ".join(sorted(tables)) or "none"
            raise WrongUse(
                f"no LRS is called {endpoint}",
                where,
                f"there: {known}; or give its URL",
            )
        return _configured(
            endpoint, tables[endpoint], f"{settings.home.settings} [lrs.{endpoint}]"
        )
    url = statements_url(endpoint)
    for name, table in sorted(tables.items()):
        if statements_url(str(table.get("url", ""))) == url:
            place = f"{settings.home.settings} [lrs.{name}]"
            return _configured(name, table, place)
    _refuse_plain(url, is_allowed=False)
    return Access(url.netloc.decode(), url, _from_environment(), is_unnamed=True)


def statements_url(endpoint: str) -> httpx.URL:
    """Return where the statements of an endpoint are.

    Raises:
        WrongUse: it is no http(s) address, or it holds credentials.
    """
    try:
        url = httpx.URL(endpoint.strip())
    except httpx.InvalidURL as error:
        raise WrongUse(f"this is no address ({error})", "--lrs", "give a URL") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise WrongUse("this is no http(s) address", "--lrs", "https://HOST/xapi")
    if url.userinfo:
        raise WrongUse(
            "a URL with credentials ends up in logs",
            "--lrs",
            f"leave them out of it and set {USERNAME} and {PASSWORD}",
        )
    path = url.path.rstrip("/").removesuffix("/statements")
    return url.copy_with(path=f"{path}/statements", query=None, fragment=None)


def _configured(name: str, table: Mapping[str, Any], where: str) -> Access:
    if unknown := set(table) - KNOWN:
        words = f"no such setting: {', '.join(sorted(unknown))}"
        raise WrongUse(words, where, f"known are {', '.join(sorted(KNOWN))}")
    if "url" not in table:
        raise WrongUse("it has no url", where, 'add url = "https://HOST/xapi"')
    url = statements_url(str(table["url"]))
    _refuse_plain(url, is_allowed=table.get("allow_plain_http") is True)
    numbers = ("overlap_minutes", "page_size", "most_pages", "statements_a_load")
    given: dict[str, Any] = {}
    for key in (*numbers, "timeout_seconds"):
        if key in table:
            value = table[key]
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or value <= 0:
                raise WrongUse(f"{key} is not a number above 0", where, "correct it")
            given[key] = value
    return Access(
        name, url, _credentials(table, where), _version(table, where), **given
    )


def _version(table: Mapping[str, Any], where: str) -> str | None:
    version = table.get("xapi_version")
    if version is not None and not str(version).startswith(("1.0", "2.0")):
        raise WrongUse(f"xAPI {version} is unknown", where, "1.0.3 or 2.0.0")
    return None if version is None else str(version)


def _refuse_plain(url: httpx.URL, *, is_allowed: bool) -> None:
    if url.scheme == "http" and url.host not in LOOPBACK and not is_allowed:
        raise WrongUse(
            "over plain http anybody on the way could read the credentials",
            str(url),
            "give its https address, or set allow_plain_http in tandem.toml's "
            "[lrs.NAME]",
        )


def _from_environment() -> Secret | None:
    given = {name: os.environ.get(name) for name in (TOKEN, USERNAME, PASSWORD)}
    if given[TOKEN] is not None and (given[TOKEN] or given[USERNAME] is None):
        return _bearer(given[TOKEN], TOKEN, "the environment")
    return _basic(given[USERNAME], given[PASSWORD], PASSWORD, "the environment")


def _credentials(table: Mapping[str, Any], where: str) -> Secret | None:
    if "credentials_file" in table:
        return _from_file(Path(str(table["credentials_file"])).expanduser())
    found: dict[str, str | None] = {}
    for key in ("token_env", "username_env", "password_env"):
        variable = table.get(key)
        found[key] = os.environ.get(str(variable)) if variable else None
        if variable and not found[key]:
            raise KeyProblem(f"{variable} is not set", where, "set it, then again")
    if found["token_env"]:
        return _bearer(found["token_env"], str(table["token_env"]), where)
    name = str(table.get("password_env"))
    return _basic(found["username_env"], found["password_env"], name, where)


def _from_file(path: Path) -> Secret | None:
    """Read `user:password`, or `Bearer TOKEN`, from a file that only its owner reads.

    Raises:
        KeyProblem: it is not there, is empty, or others can read it.
    """
    text = file_of_owner(path, "credentials").strip()
    if text.lower().startswith("bearer "):
        return _bearer(text[7:].strip(), "the token", str(path))
    user, colon, password = text.partition(":")
    if not colon:
        raise KeyProblem(
            "there are no credentials in it", str(path), "user:password, or Bearer ..."
        )
    return _basic(user, password, "the password", str(path))


def _bearer(token: str, name: str, where: str) -> Secret:
    """Return the Authorization header of a token.

    Raises:
        KeyProblem: it cannot be sent.
    """
    return Secret(f"Bearer {checked(token, name, where).reveal()}")


def _basic(
    user: str | None, password: str | None, name: str, where: str
) -> Secret | None:
    """Return the Authorization header of a user and password, in UTF-8 [RFC 7617].

    Raises:
        KeyProblem: one of them cannot be sent.
    """
    if user is None and password is None:
        return None
    if user:
        checked(user, "the user name", where, is_ascii=False)
    if password:
        checked(password, name, where, is_ascii=False)
    pair = f"{user or ''}:{password or ''}".encode()
    return Secret(f"Basic {b64encode(pair).decode()}")
