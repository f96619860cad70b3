"""A message in the words of a recipient: as an e-mail, or as a webhook takes it."""

import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, make_msgid
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
        parts = [self.opening, *numbered, self.closing]
        return "\n\n".join(part for part in parts if part) + "\n"


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
    closing = render(
        "notice.message.closing",
        language,
        role=render(f"role.{recipient.role}", language),
    )
    if attachments:  # a pack says of itself which figures it shows
        title = " ".join(notices[0].title.split())
        subject, opening = f"{organisation}: {title}", ""
    else:
        subject = render(
            plural_key("notice.message.subject", count, language),
            language,
            organisation=organisation,
            count=count,
        )
        day = day_words(found.as_of, language)
        opening = render("notice.message.opening", language, day=day)
        closing += " " + render(
            "notice.message.snapshot", language, snapshot=found.snapshot_id
        )
    if found.is_sample:
        opening = f"{opening} {render('notice.message.sample', language)}".strip()
    return Message(
        subject,
        opening,
        tuple(notices),
        closing,
        recipient,
        found.snapshot_id,
        tuple(attachments),
    )


def email(message: Message, sender: str, at: datetime) -> MIMEBase:
    """Return a message as an e-mail: plain text, with attachments if it has any.

    The older classes of the standard library are used: the header of an EmailMessage
    loses spaces where it breaks long words of other scripts (Python 3.11).

    Args:
        message: to send.
        sender: address that it comes from.
        at: when it is sent, with a zone.
    """
    text = MIMEText(message.text, "plain", "utf-8")
    text["Content-Language"] = message.recipient.language
    mail: MIMEBase = text
    if message.attachments:
        mail = MIMEMultipart()
        mail.attach(text)
        for file in message.attachments:
            mail.attach(_part(file))
    mail["From"] = formataddr(("Tandem", sender))
    mail["To"] = message.recipient.to
    mail["Subject"] = Header(message.subject, header_name="Subject")
    mail["Date"] = format_datetime(at.astimezone(UTC))
    # The name of this machine is nobody's business.
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _part(file: Attachment) -> MIMEBase:
    """Return a file as a part of a mail."""
    kind = mimetypes.guess_type(file.name)[0] or OCTETS
    part = MIMEBase(*kind.split("/", 1))
    part.set_payload(file.content)
    encode_base64(part)
    name = file.name if file.name.isascii() else ("utf-8", "", file.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


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
