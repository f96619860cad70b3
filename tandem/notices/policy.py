"""Who is told what, and how: [notify] of tandem.toml.

[notify.smtp]
host = "smtp.example.org"
sender = "learning@example.org"
user = "tandem"

[notify.webhook.team]
url = "https://hooks.example.org/tandem"
kind = "json"

[[notify.recipients]]
name = "sales-leaders"
to = "sales-leaders@example.org"
role = "leader"
business_unit = "Sales"
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tandem.core.addresses import names_somebody
from tandem.core.errors import WrongUse
from tandem.core.readers import EVERY_UNIT, NO_UNIT
from tandem.core.roles import ROLES
from tandem.core.settings import Settings
from tandem.core.wording import ENGLISH, offered_languages
from tandem.notices.channel_settings import (
    SmtpSettings,
    WebhookSettings,
    checked_table,
    is_address,
    text_of,
)
from tandem.notices.notice import KINDS, PACK

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
NEXT = "docs/notify.md shows a whole example"


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told, as a role.

    Attributes:
        name: of the function, as messages, the access log and the list of what was sent
            call the recipient; never a person's.
        to: an e-mail address, or the name of a webhook.
        role: whose notices the recipient may have.
        business_unit: whose pack, and which unit may be named; EVERY_UNIT for all, and
            NO_UNIT for none.
        language: of the messages.
        kinds: what the recipient is told.
    """

    name: str
    to: str
    role: str
    business_unit: str
    language: str
    kinds: tuple[str, ...]

    @property
    def is_mailed(self) -> bool:
        """Whether the recipient is reached by e-mail."""
        return "@" in self.to

    @property
    def channel(self) -> str:
        """How the recipient is reached, without any address."""
        return "e-mail" if self.is_mailed else f"webhook {self.to}"


@dataclass(frozen=True)
class NotifyPolicy:
    """What [notify] says."""

    smtp: SmtpSettings | None
    webhooks: Mapping[str, WebhookSettings]
    recipients: tuple[Recipient, ...]

    @classmethod
    def load(cls, settings: Settings) -> "NotifyPolicy":
        """Return the policy of tandem.toml.

        Raises:
            WrongUse: nobody is to be told, or a setting is missing, does not exist or
                means nothing.
        """
        where = f"{settings.home.settings} [notify]"
        table = checked_table(
            settings.section("notify"), where, ("smtp", "webhook", "recipients")
        )
        smtp = SmtpSettings.of(table["smtp"], where) if "smtp" in table else None
        hooks = checked_table(
            table.get("webhook", {}), where.replace("]", ".webhook]"), None
        )
        webhooks = {
            name: WebhookSettings.of(name, hook, where) for name, hook in hooks.items()
        }
        rows = table.get("recipients", [])
        if not isinstance(rows, list) or not rows:
            raise WrongUse("nobody is to be told", where, NEXT)
        recipients = tuple(
            _recipient(
                row, where.replace("]", f".recipients] number {number}"), smtp, webhooks
            )
            for number, row in enumerate(rows, start=1)
        )
        names = [recipient.name for recipient in recipients]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            words = f"several recipients are called {', '.join(doubled)}"
            raise WrongUse(words, where, "give each a name of its own")
        return cls(smtp, webhooks, recipients)


def _recipient(
    row: object,
    where: str,
    smtp: SmtpSettings | None,
    webhooks: Mapping[str, WebhookSettings],
) -> Recipient:
    known = ("name", "to", "role", "business_unit", "language", "kinds")
    table = checked_table(row, where, known)
    name = text_of(table, "name", where)
    if not NAME.fullmatch(name) or names_somebody(name):
        raise WrongUse(
            "name is no short name of a function",
            where,
            'small letters, digits and hyphens: name = "sales-leaders"',
        )
    role = text_of(table, "role", where)
    if role not in ROLES:
        raise WrongUse(f"no such role: {role}", where, f"there are {', '.join(ROLES)}")
    unit = text_of(table, "business_unit", where, is_empty_allowed=True)
    language = text_of(table, "language", where, ENGLISH)
    if language not in offered_languages():
        raise WrongUse(
            f"no such language: {language}",
            where,
            f"there are {', '.join(offered_languages())}",
        )
    to = _to(text_of(table, "to", where), where, smtp, webhooks)
    kinds = _kinds(table, role, where, is_mailed="@" in to)
    return Recipient(name, to, role, unit, language, kinds)


def _to(
    to: str,
    where: str,
    smtp: SmtpSettings | None,
    webhooks: Mapping[str, WebhookSettings],
) -> str:
    """Return where a recipient is reached; errors do not repeat an address."""
    if "@" not in to:
        if to in webhooks:
            return to
        listed = ", ".join(sorted(webhooks)) or "none"
        raise WrongUse(
            f"to is neither an address nor a webhook: {to}",
            where,
            f"webhooks in [notify.webhook]: {listed}",
        )
    if not is_address(to):
        raise WrongUse("to is no e-mail address in ASCII", where, "correct it")
    if smtp is None:
        raise WrongUse("no mail server is named", where, "write [notify.smtp]")
    return to


def _kinds(
    table: Mapping[str, Any], role: str, where: str, *, is_mailed: bool
) -> tuple[str, ...]:
    """Return what a recipient is told: by default all that the role may have."""
    allowed = [
        kind
        for kind, roles in KINDS.items()
        if role in roles and (is_mailed or kind != PACK)
    ]
    if "kinds" not in table:
        return tuple(allowed)
    kinds = table["kinds"]
    if not isinstance(kinds, list) or not kinds:
        raise WrongUse("kinds is no list", where, f"write some of {', '.join(KINDS)}")
    for kind in kinds:
        if kind not in KINDS:
            words = f"no such kind: {kind}"
            raise WrongUse(words, where, f"there are {', '.join(KINDS)}")
        if kind == PACK and not is_mailed:
            raise WrongUse("a webhook takes no pack", where, "give an e-mail address")
        if kind not in allowed:
            raise WrongUse(
                f"the role {role} may not have {kind}",
                where,
                f"it may have {', '.join(allowed)}",
            )
    return tuple(dict.fromkeys(kinds))


def check_units(
    recipients: tuple[Recipient, ...], known: frozenset[str], where: str
) -> None:
    """Refuse recipients of business units that nobody knows.

    Args:
        recipients: of [notify].
        known: units of the published file and of [access.business_units].
        where: the settings, for messages.

    Raises:
        WrongUse: a unit is unknown.
    """
    for recipient in recipients:
        unit = recipient.business_unit
        if unit not in (EVERY_UNIT, NO_UNIT) and unit not in known:
            raise WrongUse(
                f"recipient {recipient.name}: no such business unit: {unit}",
                where,
                f'write "{EVERY_UNIT}" or one of {", ".join(sorted(known)) or "none"}',
            )
