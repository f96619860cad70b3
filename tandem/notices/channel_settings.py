"""Mail server and webhooks of [notify]: their settings, and where secrets come from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import httpx

from tandem.core.addresses import EMAIL
from tandem.core.credentials import checked, secrets_in
from tandem.core.errors import KeyProblem, WrongUse
from tandem.core.secret import Secret

LOOPBACK = ("127.0.0.1", "localhost", "::1")
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
PORTS = {STARTTLS: 587, TLS: 465, PLAIN: 25}
JSON, SLACK, TEAMS = "json", "slack", "teams"
WEBHOOK_KINDS = (JSON, SLACK, TEAMS)
SECONDS = 30.0  # that a server may take for each step of an answer


@dataclass(frozen=True)
class SmtpSettings:
    """The mail server.

    Attributes:
        host: name of the server.
        port: 587, 465 or 25, as `encryption` is, unless set.
        encryption: STARTTLS, TLS from the first byte, or PLAIN on this machine only.
        sender: address that messages come from.
        user: to sign in as; empty where the server wants none.
        credentials_file: file of secrets; empty where there is none.
        timeout_seconds: for each step of a conversation.
        where: the table, for messages.
    """

    host: str
    port: int
    encryption: str
    sender: str
    user: str
    credentials_file: str
    timeout_seconds: float
    where: str

    @classmethod
    def of(cls, table: object, place: str) -> "SmtpSettings":
        """Return the settings of [notify.smtp].

        Raises:
            WrongUse: a setting is missing, does not exist or means nothing.
        """
        where = place.replace("]", ".smtp]")
        known = ("host", "port", "encryption", "sender", "user", "credentials_file")
        row = checked_table(table, where, (*known, "timeout_seconds"))
        host = text_of(row, "host", where)
        encryption = text_of(row, "encryption", where, STARTTLS)
        if encryption not in PORTS:
            words = f"encryption is {encryption!r}"
            raise WrongUse(words, where, f"there are {', '.join(PORTS)}")
        if encryption == PLAIN and host not in LOOPBACK:
            raise WrongUse(
                "without encryption, others could read messages and password",
                where,
                'write encryption = "starttls" or "tls"',
            )
        port = row.get("port", PORTS[encryption])
        if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
            raise WrongUse("port is no port", where, "write a number from 1 to 65535")
        sender = text_of(row, "sender", where)
        if not is_address(sender):
            raise WrongUse("sender is no e-mail address in ASCII", where, "correct it")
        return cls(
            host,
            port,
            encryption,
            sender,
            text_of(row, "user", where, ""),
            text_of(row, "credentials_file", where, ""),
            _seconds(row, where),
            where,
        )

    def password(self) -> Secret:
        """Return the password: TANDEM_NOTIFY_SMTP_PASSWORD first, then the file.

        Raises:
            KeyProblem: it is nowhere, or cannot be sent.
        """
        return _secret("smtp", "password", self.credentials_file, self.where)


@dataclass(frozen=True)
class WebhookSettings:
    """One webhook.

    Attributes:
        name: as recipients name it.
        kind: which payload it takes.
        is_signed: whether requests carry a signature by a shared secret.
        url: address; None where it is a secret that stands elsewhere.
        credentials_file: file of secrets; empty where there is none.
        timeout_seconds: of connecting, and of each read.
        where: the table, for messages.
    """

    name: str
    kind: str
    is_signed: bool
    url: str | None = field(repr=False)
    credentials_file: str
    timeout_seconds: float
    where: str

    @classmethod
    def of(cls, name: str, table: object, place: str) -> "WebhookSettings":
        """Return the settings of [notify.webhook.NAME].

        Raises:
            WrongUse: a setting is missing, does not exist or means nothing.
        """
        where = place.replace("]", f".webhook.{name}]")
        known = ("url", "kind", "signed", "credentials_file", "timeout_seconds")
        row = checked_table(table, where, known)
        if not name.replace("_", "").isalnum() or not name.isascii():
            raise WrongUse(
                "the name of a webhook is letters, digits and underscores",
                where,
                "rename it",
            )
        kind = text_of(row, "kind", where, JSON)
        if kind not in WEBHOOK_KINDS:
            words = f"no such kind: {kind}"
            raise WrongUse(words, where, f"there are {', '.join(WEBHOOK_KINDS)}")
        is_signed = row.get("signed", False)
        if not isinstance(is_signed, bool):
            raise WrongUse("signed is not true or false", where, "correct it")
        if is_signed and kind != JSON:
            words = f"a webhook of kind {kind} reads no signature"
            raise WrongUse(words, where, "leave signed away")
        url = text_of(row, "url", where) if "url" in row else None
        if url is not None:
            _https(url, where)
        return cls(
            name,
            kind,
            is_signed,
            url,
            text_of(row, "credentials_file", where, ""),
            _seconds(row, where),
            where,
        )

    def address(self) -> Secret:
        """Return the address; whoever has it may post, so it prints nowhere.

        Raises:
            KeyProblem: it is nowhere, or cannot be sent.
            WrongUse: it is no https address.
        """
        if self.url is not None:
            return Secret(self.url)
        found = _secret(self.name, "url", self.credentials_file, self.where)
        _https(found.reveal(), self.where)
        return found

    def signing_key(self) -> Secret:
        """Return the shared secret of the signature.

        Raises:
            KeyProblem: it is nowhere, or cannot be sent.
        """
        return _secret(self.name, "secret", self.credentials_file, self.where)


def _secret(name: str, key: str, file: str, where: str) -> Secret:
    """Return a secret: TANDEM_NOTIFY_<NAME>_<KEY> first, then the file."""
    variable = f"TANDEM_NOTIFY_{name}_{key}".upper()
    if found := os.environ.get(variable):
        return checked(found, variable, "the environment")
    secrets = secrets_in(Path(file).expanduser()) if file else {}
    if key in secrets:
        return checked(secrets[key].reveal(), key, where)
    raise KeyProblem(
        f"{key} is not set",
        where,
        f"set {variable}, or {key} in the file that credentials_file names",
    )


def _https(text: str, where: str) -> None:
    """Refuse an address that is not https; one of this machine may be http."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise WrongUse("url is no address", where, "correct it") from None
    is_local = url.scheme == "http" and url.host in LOOPBACK
    if not url.host or (url.scheme != "https" and not is_local):
        raise WrongUse(
            "url is no https address: others could read messages",
            where,
            "give its https address",
        )


def is_address(text: str) -> bool:
    """Return whether a text is an e-mail address that every mail server takes."""
    if not EMAIL.fullmatch(text) or not text.isascii():
        return False
    try:
        Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        return False
    return True


def checked_table(
    table: object, where: str, known: tuple[str, ...] | None
) -> Mapping[str, Any]:
    """Return a table that holds only settings that exist; None allows all names.

    Raises:
        WrongUse: it is no table, or holds others.
    """
    if not isinstance(table, Mapping):
        raise WrongUse("this is no table", where, "docs/notify.md shows its form")
    if known is not None and (unknown := sorted(set(table) - set(known))):
        words = f"no such setting: {', '.join(unknown)}"
        raise WrongUse(words, where, f"there are {', '.join(known)}")
    return table


def text_of(
    table: Mapping[str, Any],
    name: str,
    where: str,
    usual: str | None = None,
    *,
    is_empty_allowed: bool = False,
) -> str:
    """Return a setting that is a text.

    Raises:
        WrongUse: it is missing and has no usual value, or is no text of one line.
    """
    if name not in table:
        if usual is None:
            raise WrongUse(f"{name} is missing", where, "docs/notify.md explains it")
        return usual
    value = table[name]
    is_text = isinstance(value, str) and value == value.strip()
    if not is_text or not value.isprintable() or not (value or is_empty_allowed):
        raise WrongUse(f"{name} is no text of one line", where, "correct it")
    return value


def _seconds(table: Mapping[str, Any], where: str) -> float:
    value = table.get("timeout_seconds", SECONDS)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= 600:
        words = "timeout_seconds is not a number above 0, up to 600"
        raise WrongUse(words, where, "correct it")
    return float(value)
