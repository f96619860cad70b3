"""A message in the words of a recipient: as an e-mail, or as a webhook takes it."""

import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from tandem.core.wording import plural_key, render
from tandem.notices.channel_settings import SLACK, TEAMS
from tandem.notices.notice import URGENT, WARNING, Said, day_words
from tandem.notices.packs import Attachment
from tandem.notices.policy import Recipient
from tandem.notices.published import Published

VERSION = 1  # of the JSON payload
# A card of Teams takes 28 kB, a message of Slack 50 blocks; a notice has at most 3 kB.
MOST_NOTICES = 8
SLACK_HEADER, SLACK_SECTION = 150, 3000  # characters that a block takes
TEAMS_COLOURS = {URGENT: "Attention", WARNING: "Warning"}
OCTETS = "application/octet-stream"


@dataclass(frozen=True)
class Message:
    """What one recipient is sent.

    Attributes:
        subject: one line.
        opening: the sentences before the notices.
        notices: in the recipient's language.
        closing: the sentences after them.
        recipient: whom it is for.
        snapshot_id: whose figures it names.
        attachments: files that go with it.
    """

    subject: str
    opening: str
    notices: tuple[Said, ...]
    closing: str
    recipient: Recipient
    snapshot_id: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def text(self) -> str:
        """The whole message as plain text."""
        language = self.recipient.language
        numbered = [
            f"{number}. {severity_words(said, language)}: {said.title}\n{said.text}"
            for number, said in enumerate(self.notices, start=1)
        ]
        return "\n\n".join([self.opening, *numbered, self.closing]) + "\n"


def severity_words(said: Said, language: str) -> str:
    """Return how severe a notice is, in words."""
    return render(f"notice.severity.{said.severity}", language)


def compose(
    recipient: Recipient,
    notices: Sequence[Said],
    found: Published,
    attachments: Sequence[Attachment] = (),
) -> Message:
    """Return the message that tells a recipient of some notices."""
    language, count = recipient.language, len(notices)
    organisation = " ".join(found.organisation.split())
    subject = render(
        plural_key("notice.message.subject", count, language),
        language,
        organisation=organisation,
        count=count,
    )
    if attachments and count == 1:
        subject = f"{organisation}: {notices[0].title}"
    opening = render(
        "notice.message.opening", language, day=day_words(found.as_of, language)
    )
    if found.is_sample:
        opening += " " + render("notice.message.sample", language)
    closing = render(
        "notice.message.closing",
        language,
        role=render(f"role.{recipient.role}", language),
        snapshot=found.snapshot_id,
    )
    return Message(
        subject,
        opening,
        tuple(notices),
        closing,
        recipient,
        found.snapshot_id,
        tuple(attachments),
    )


def email(message: Message, sender: str, at: datetime) -> EmailMessage:
    """Return a message as an e-mail: plain text, with attachments if it has any.

    Args:
        message: to send.
        sender: address that it comes from.
        at: when it is sent, with a zone.
    """
    mail = EmailMessage()
    mail["From"] = Address("Tandem", addr_spec=sender)
    mail["To"] = Address(addr_spec=message.recipient.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at.astimezone(UTC))
    # The name of this machine is nobody's business.
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    for file in message.attachments:
        kind = mimetypes.guess_type(file.name)[0] or OCTETS
        main, _, sub = kind.partition("/")
        mail.add_attachment(file.content, main, sub, filename=file.name)
    mail["Content-Language"] = message.recipient.language  # content removes it before
    return mail


def in_parts(message: Message) -> Iterable[Message]:
    """Yield messages of as many notices as one post of a webhook takes."""
    for start in range(0, len(message.notices), MOST_NOTICES):
        some = message.notices[start : start + MOST_NOTICES]
        yield Message(
            message.subject,
            message.opening,
            some,
            message.closing,
            message.recipient,
            message.snapshot_id,
        )


def payload(message: Message, kind: str, at: datetime) -> dict[str, Any]:
    """Return what a webhook of a kind takes, as an object for JSON."""
    if kind == SLACK:
        return _slack(message)
    if kind == TEAMS:
        return _teams(message)
    recipient = message.recipient
    return {
        "version": VERSION,
        "sent_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "recipient": recipient.name,
        "role": recipient.role,
        "business_unit": recipient.business_unit,
        "language": recipient.language,
        "snapshot_id": message.snapshot_id,
        "subject": message.subject,
        "opening": message.opening,
        "notices": [asdict(said) for said in message.notices],
        "closing": message.closing,
    }


def _slack(message: Message) -> dict[str, Any]:
    """Return blocks of plain text: no sign in a name becomes a link or a mention."""
    language = message.recipient.language
    sections = [
        message.opening,
        *(
            f"{severity_words(said, language)}: {said.title}\n{said.text}"
            for said in message.notices
        ),
        message.closing,
    ]
    header = _plain(message.subject[:SLACK_HEADER])
    return {
        "text": _escaped(message.subject),
        "blocks": [
            {"type": "header", "text": header},
            *(
                {"type": "section", "text": _plain(text[:SLACK_SECTION])}
                for text in sections
            ),
        ],
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(message: Message) -> dict[str, Any]:
    """Return an adaptive card of text runs, which read no Markdown."""
    language = message.recipient.language
    body = [
        _run(message.subject, weight="Bolder", size="Medium"),
        _run(message.opening),
    ]
    for said in message.notices:
        colour = (
            {"color": TEAMS_COLOURS[said.severity]}
            if said.severity in TEAMS_COLOURS
            else {}
        )
        title = f"{severity_words(said, language)}: {said.title}"
        body += [_run(title, weight="Bolder", **colour), _run(said.text)]
    body.append(_run(message.closing, isSubtle=True))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": language,
        "body": body,
    }
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": card,
            }
        ],
    }


def _run(text: str, **look: object) -> dict[str, Any]:
    run = {"type": "TextRun", "text": text, **look}
    return {"type": "RichTextBlock", "inlines": [run]}
