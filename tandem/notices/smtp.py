"""Hands messages to a mail server, by the standard library's client."""

import smtplib
import ssl
from contextlib import suppress
from email.message import Message
from typing import Self

from tandem.core.errors import TandemError
from tandem.notices.channel_settings import STARTTLS, TLS, SmtpSettings
from tandem.notices.delivery import NotDelivered, reason_words

NEXT = "the next run tries again"


class Mailer:
    """One mail server. A context: the connection opens with the first message.

    Where it cannot be opened, no other message tries to: a dead server would keep each
    recipient waiting for the whole timeout.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._client: smtplib.SMTP | None = None
        self._fault: TandemError | None = None

    def __enter__(self) -> Self:
        """Return the mailer."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Say goodbye, if there is a connection."""
        self._close()

    def send(self, mail: Message, to: str) -> None:
        """Hand over one message.

        Args:
            mail: the message.
            to: address of its only recipient.

        Raises:
            NotDelivered: the server cannot be reached, or refuses it.
            KeyProblem: the password is missing or cannot be sent.
        """
        client = self._connected()
        try:
            client.send_message(mail, self._settings.sender, [to])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise self._refused("the recipient", code, answer) from None
        except smtplib.SMTPSenderRefused as error:
            raise self._refused(
                "the sender", error.smtp_code, error.smtp_error
            ) from None
        except smtplib.SMTPResponseException as error:
            raise self._refused("it", error.smtp_code, error.smtp_error) from None
        except (smtplib.SMTPException, OSError) as error:
            self._drop()  # half a conversation cannot be continued
            raise self._failed(error) from None

    def _connected(self) -> smtplib.SMTP:
        if self._fault is not None:
            raise self._fault
        if self._client is not None:
            return self._client
        try:
            self._client = self._open()
        except TandemError as error:
            self._fault = error
            raise
        except smtplib.SMTPAuthenticationError as error:
            self._fault = self._refused(
                "the password", error.smtp_code, error.smtp_error
            )
            raise self._fault from None
        except smtplib.SMTPResponseException as error:
            self._fault = self._refused("us", error.smtp_code, error.smtp_error)
            raise self._fault from None
        except (smtplib.SMTPException, OSError) as error:
            self._fault = self._failed(error)
            raise self._fault from None
        return self._client

    def _open(self) -> smtplib.SMTP:
        """Return a connection: encrypted and signed in, as the settings say."""
        settings = self._settings
        password = settings.password() if settings.user else None
        where = (settings.host, settings.port)
        timeout = settings.timeout_seconds
        # The certificate and the name of the server are checked.
        context = ssl.create_default_context()
        client: smtplib.SMTP
        if settings.encryption == TLS:
            client = smtplib.SMTP_SSL(*where, timeout=timeout, context=context)
        else:
            client = smtplib.SMTP(*where, timeout=timeout)
        try:
            if settings.encryption == STARTTLS:
                client.starttls(context=context)
            if password is not None:
                client.login(settings.user, password.reveal())
        except BaseException:
            client.close()
            raise
        return client

    def _refused(self, what: str, code: int, answer: bytes | str) -> NotDelivered:
        text = (
            answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        )
        return NotDelivered(
            f"the mail server refuses {what} ({code} {reason_words(text)})",
            self._settings.where,
            NEXT if 400 <= code < 500 else "correct it; the next run tries again",
        )

    def _failed(self, error: Exception) -> NotDelivered:
        if _is_timeout(error):
            seconds = f"{self._settings.timeout_seconds:g}"
            what = f"the mail server did not answer within {seconds} s"
        elif isinstance(error, ssl.SSLCertVerificationError):
            what = f"the certificate is not accepted ({error.verify_message})"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            what = f"the mail server does not offer it ({reason_words(str(error))})"
        else:
            words = reason_words(str(error)) or type(error).__name__
            what = f"the mail server cannot be reached ({words})"
        return NotDelivered(what, self._settings.where, NEXT)

    def _close(self) -> None:
        if self._client is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._client.quit()
            self._client = None

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _is_timeout(error: BaseException | None) -> bool:
    """Return whether an error comes from a timeout, which smtplib wraps."""
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False
